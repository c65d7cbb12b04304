"""Starting, stopping and following the process of a run."""

from __future__ import annotations

import os
import signal
from pathlib import Path

import pytest

from aekit.errors import RunError
from aekit.run import exit_codes, follow, output_tail, read_info, status, stop


def types(events):
    return [event["type"] for event in events if event]


def test_a_worker_runs_to_its_end(run, worker):
    process = worker(run, "finish")
    seen = types(follow(run, process))
    assert seen[:2] == ["started", "stage"]
    assert seen[-1] == "finished"
    assert process.wait() == exit_codes.DONE
    assert status(run).state == "finished"
    info = read_info(run)
    assert (info["format"], info["id"], info["pid"], info["threads"]) == (1, run.id, process.pid, 1)
    assert set(info["versions"]) == {"aekit", "keras", "tensorflow", "numpy", "python"}


def test_a_worker_has_a_session_of_its_own(run, worker, until):
    process = worker(run)
    until(lambda: status(run).detail == "training")
    assert os.getsid(process.pid) == process.pid != os.getsid(0)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_stop_ends_with_a_checkpoint(run, worker, until, number):
    process = worker(run)
    until(lambda: status(run).detail == "training")
    stop(run, number)
    assert types(follow(run))[-2:] == ["checkpoint", "stopped"]
    assert process.wait() == exit_codes.STOPPED
    with pytest.raises(RunError, match="does not run: it is stopped"):
        stop(run)


def test_a_resume_keeps_run_json_and_goes_on(run, worker, until):
    process = worker(run)
    until(lambda: status(run).detail == "training")
    stop(run)
    process.wait()
    before, end = read_info(run), list(follow(run))[-1]["n"]
    resumed = worker(run, "finish", resume=True)
    events = [event for event in follow(run, resumed, after=end) if event]
    assert events[0]["type"] == "started" and events[0]["resumed_from"] >= 1
    assert events[-1]["type"] == "finished"
    assert read_info(run) == before


def test_a_run_elsewhere_cannot_be_signalled(run, log, me):
    log.write("started", **me | {"host": "far-away"})
    with pytest.raises(RunError, match="runs on far-away"):
        stop(run)


def test_following_a_killed_run_ends(run, worker, until):
    process = worker(run)
    until(lambda: status(run).detail == "training")
    process.kill()
    process.wait()
    assert types(follow(run))[-1] == "step"
    assert status(run).state == "lost"


def test_a_crash_without_an_event_leaves_its_output(run, worker):
    process = worker(run, "crash")
    assert types(follow(run, process)) == []
    assert process.wait() == exit_codes.FAILED
    assert output_tail(run).endswith("MemoryError: the machine is full")
    assert len(output_tail(run, 2).splitlines()) == 2


def test_no_output_has_no_tail(run):
    assert output_tail(run) == ""


def test_every_public_name_is_what_it_says_whatever_was_imported_first():
    import aekit.run

    submodules = {path.stem for path in Path(aekit.run.__file__).parent.glob("*.py")}
    assert submodules & set(aekit.run.__all__) == {"exit_codes"}
    assert all(getattr(aekit.run, name) is not None for name in aekit.run.__all__)
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = aekit.run.nothing
