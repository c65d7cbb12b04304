"""Requests: whole, in order, answered in the events; whatever else lies in the folder hurts nobody."""

from __future__ import annotations

import threading

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aekit.run import await_answer, done, pending, request, status


def test_requests_come_in_order_with_their_arguments(run):
    ids = [request(run, "pause"), request(run, "sample", count=4), request(run, "stop")]
    waiting = pending(run)
    assert [(r.id, r.verb, r.arguments) for r in waiting] == [
        (ids[0], "pause", {}),
        (ids[1], "sample", {"count": 4}),
        (ids[2], "stop", {}),
    ]
    done(waiting[0])
    done(waiting[0])
    assert [r.id for r in pending(run)] == ids[1:]


def test_nothing_waits_in_a_run_without_requests(run):
    assert pending(run) == []


def test_half_written_and_foreign_files_are_no_requests(run):
    run.control.mkdir()
    (run.control / ".1.json.77.part").write_text('{"verb": "stop"')
    (run.control / "notes.txt").write_text("stop")
    (run.control / "folder.json").mkdir()
    assert pending(run) == []


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    content=st.one_of(st.binary(max_size=40), st.sampled_from([b'{"verb": 1}', b'{"verb": "stop", "arguments": 3}']))
)
def test_malformed_requests_say_so(run, content):
    run.control.mkdir(exist_ok=True)
    (run.control / "1.json").write_bytes(content)
    (only,) = pending(run)
    assert (only.id, only.verb, only.arguments) == ("1", "malformed", {})
    done(only)
    assert pending(run) == []


def test_awaiting_an_answer(run, log):
    identity = request(run, "pause")
    assert await_answer(run, identity, timeout=0) is None
    log.write("answer", request="another", verb="stop", ok=True)
    threading.Timer(0.05, log.write, ["answer"], {"request": identity, "verb": "pause", "ok": True}).start()
    assert await_answer(run, identity, timeout=10)["verb"] == "pause"


def test_a_process_answers(run, worker, until):
    worker(run)
    until(lambda: status(run).detail == "training")
    assert await_answer(run, request(run, "pause"), timeout=10)["ok"]
    assert status(run).detail == "paused"
    assert await_answer(run, request(run, "dance"), timeout=10)["message"] == "unknown verb"
    assert await_answer(run, request(run, "stop"), timeout=10)["ok"]
    until(lambda: status(run).state == "stopped")
