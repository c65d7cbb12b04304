"""What a run's files and its process say about its state."""

from __future__ import annotations

import json
import os
import signal
import time

import pytest

from aekit.run import history, is_alive, process_start, read_events, status
from aekit.run.files import write_whole


def test_a_new_run_is_starting_and_then_lost(run):
    assert (status(run).state, status(run).detail) == ("running", "starting")
    later = status(run, now=time.time() + 3600)
    assert (later.state, later.detail) == ("lost", "its process never started")


def test_details_while_it_runs(run, log, me):
    log.write("started", **me, resumed_from=None)
    assert status(run).detail == "starting"
    log.write("stage", name="train", index=0, steps=100, status="tracing")
    assert (status(run).detail, status(run).stage, status(run).steps) == ("tracing", "train", 100)
    log.write("step", step=4, epoch=0.5, losses={"loss": 2.0})
    now = status(run)
    assert (now.state, now.detail, now.step, now.epoch, now.losses) == (
        "running",
        "training",
        4,
        0.5,
        {"loss": 2.0},
    )
    log.write("answer", request="1", verb="pause", ok=True)
    assert (status(run).state, status(run).detail) == ("running", "paused")
    log.write("answer", request="2", verb="continue", ok=True)
    assert status(run).detail == "training"
    log.write("measuring", metric="fid", split="validation", what="distances", done=1, total=9, seconds=8.0)
    assert status(run).detail == "measuring"
    log.write("stage", name="finetune", index=1, steps=10, status="tracing")
    assert (status(run).detail, status(run).stage) == ("tracing", "finetune")


def test_a_refused_pause_is_no_pause(run, log, me):
    log.write("started", **me)
    log.write("answer", request="1", verb="pause", ok=False, message="not now")
    assert status(run).detail == "starting"


@pytest.mark.parametrize(
    ("ending", "fields", "detail"),
    [
        ("finished", {"seconds": 1.0}, ""),
        ("stopped", {"reason": "SIGTERM", "checkpoint": "checkpoints/step-000004.h5"}, "SIGTERM"),
        ("failed", {"error": "NonFiniteError", "message": "loss is NaN"}, "loss is NaN"),
    ],
)
def test_endings(run, log, me, ending, fields, detail):
    log.write("started", **me)
    log.write("step", step=4, losses={})
    log.write(ending, step=5, **fields)
    log.write("answer", request="1", verb="measure", ok=True)
    now = status(run)
    assert (now.state, now.detail, now.step, now.is_over) == (ending, detail, 5, True)


def test_a_resumed_run_runs_again(run, log, me):
    log.write("started", **me)
    log.write("stopped", step=4, reason="SIGTERM")
    log.write("started", **me, resumed_from=4)
    assert (status(run).state, status(run).step) == ("running", 4)


def test_a_gone_process_is_lost(run, log, me):
    log.write("started", **me | {"pid": 2**22 - 1})
    assert status(run).state == "lost"
    assert "gone without a word" in status(run).detail


def test_a_reused_pid_is_not_the_run(run, log, me):
    log.write("started", **me | {"process_start": "elsewhen/12345"})
    assert status(run).state == "lost"


def test_without_a_start_time_the_pid_has_to_do(run, log, me):
    log.write("started", **me | {"process_start": None})
    assert status(run).state == "running"


def test_another_host_is_judged_by_silence(run, log, me):
    log.write("started", **me | {"host": "far-away", "pid": 1})
    log.write("step", step=1, losses={})
    assert status(run).state == "running"
    late = status(run, now=time.time() + 121)
    assert (late.state, late.detail) == ("lost", "nothing heard from far-away for 121 s")


def test_a_touched_log_is_a_sign_of_life(run, log, me):
    log.write("started", **me | {"host": "far-away"})
    os.utime(run.events, (time.time() + 100, time.time() + 100))
    assert status(run, now=time.time() + 200).state == "running"


def test_run_json_tells_of_the_process_before_there_are_events(run, me):
    write_whole(run.info, json.dumps({"pid": 2**22 - 1, "host": me["host"]}))
    assert status(run).state == "lost"


def test_a_killed_worker_is_lost_even_before_it_is_reaped(run, worker, until):
    process = worker(run)
    until(lambda: (status(run).step or 0) > 3)
    assert status(run).state == "running"
    process.send_signal(signal.SIGKILL)
    until(lambda: status(run).state == "lost")
    assert process.poll() == -signal.SIGKILL


def test_a_lost_run_resumes_under_another_process(run, worker, until):
    first = worker(run)
    until(lambda: (status(run).step or 0) > 3)
    first.kill()
    first.wait()
    worker(run, resume=True)
    until(lambda: status(run).state == "running" and status(run).detail == "training")
    steps = [row["step"] for row in history(read_events(run.events))]
    assert steps == sorted(set(steps))


def test_is_alive_of_odd_things():
    assert is_alive(os.getpid()) and is_alive(os.getpid(), process_start(os.getpid()))
    assert is_alive(1)
    for pid in (None, "7", 0, -1, True, 1.5, 2**70):
        assert not is_alive(pid)


def test_health_is_what_was_told_last(run, log, me):
    log.write("started", **me)
    log.write("epoch", step=20, epoch=1.0, train={}, validation={})
    assert status(run).health is None, "nobody judges this run"
    log.write("epoch", step=40, epoch=2.0, train={}, validation={}, health="ok")
    assert status(run).health == "ok"
    log.write("alert", step=60, state="collapsed", reasons=["samples are alike"], message="collapsed")
    log.write("epoch", step=60, epoch=3.0, train={}, validation={}, health="collapsed")
    log.write("step", step=62, losses={})
    assert status(run).health == "collapsed"
    log.write("rollback", step=62, resumed_from=40, rollbacks=1, rate=0.5, message="back to step 40")
    assert status(run).health == "ok"
    log.write("alert", step=80, state="warning", reasons=[], message="warning")
    assert status(run).health == "warning"
    log.write("stage", name="more", phase="train", steps=10)
    assert status(run).health is None, "each phase is judged anew"
    log.write("alert", step=80, state=["odd"], message="")
    assert status(run).health is None
