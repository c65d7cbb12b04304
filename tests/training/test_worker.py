"""A run's process: its endings, its exit codes, and what others see of it."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from aekit.errors import DataError, NonFiniteError
from aekit.run import RunDirectory, create_run, exit_codes, last, read_events, start_worker, status
from aekit.training.worker import Worker, explain, main

ENDLESS = ("steps=100000000", "checkpoints={seconds: 0.1}")


def wait_for(condition: Callable[[], Any], seconds: float = 120) -> Any:
    until = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.05)
    return found


@pytest.fixture
def endless(tiny: Any, runs_folder: Path) -> Any:
    """A run that trains until somebody ends it; its process is gone after the test."""
    run = create_run(tiny(*ENDLESS), ["test"], runs_folder)
    process = start_worker(run)
    yield run, process
    process.kill()
    process.wait()


def steps(run: RunDirectory) -> int:
    event = last(read_events(run.events), "step")
    return event["step"] if event else 0


def test_a_process_is_watched_killed_resumed_and_stopped(endless: Any) -> None:
    """One process through its whole life, since starting one takes most of the time."""
    run, process = endless
    assert status(run).state == "running"
    wait_for(lambda: last(read_events(run.events), "checkpoint"))
    assert status(run).detail == "training"
    process.send_signal(signal.SIGHUP)  # the terminal went away
    seen = steps(run)
    wait_for(lambda: steps(run) > seen)
    process.kill()
    process.wait()
    assert status(run).state == "lost"
    resumed = start_worker(run, resume=True)
    try:
        start = wait_for(lambda: [e for e in read_events(run.events) if e["type"] == "started"][1:])[0]
        assert start["resumed_from"] > 0
        wait_for(lambda: last(read_events(run.events), "step")["n"] > start["n"])
        resumed.send_signal(signal.SIGTERM)
        assert resumed.wait(60) == exit_codes.STOPPED
    finally:
        resumed.kill()
    stopped = last(read_events(run.events), "stopped")
    assert stopped["reason"] == "SIGTERM" and (run.path / stopped["checkpoint"]).exists()
    assert status(run).state == "stopped"
    assert [event["n"] for event in read_events(run.events)] == list(range(len(read_events(run.events))))


def test_a_signal_before_training_is_an_interruption(tiny: Any, runs_folder: Path) -> None:
    run = create_run(tiny(*ENDLESS), ["test"], runs_folder)
    process = start_worker(run)
    wait_for(lambda: last(read_events(run.events), "started"))
    process.send_signal(signal.SIGINT)
    assert process.wait(60) in (exit_codes.INTERRUPTED, exit_codes.STOPPED)
    assert status(run).state == "stopped"


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the worker run in this process: its signal handlers stay away."""
    monkeypatch.setattr("aekit.training.worker.signal.signal", lambda number, handler: None)


@pytest.mark.usefixtures("here")
@pytest.mark.parametrize(
    ("overrides", "code", "words"),
    [
        (("trainer.optimizer={type: sgd, learning_rate: 1e38}", "output=linear"), 1, "became NaN or infinite at step"),
        (("data={type: npz, path: nowhere.npz}",), 2, "nowhere.npz"),
        (("device=gpu",), 2, "device: gpu is asked for, and TensorFlow sees only CPU"),
        (("batch_size=2000",), 2, "one step takes 2000 examples, the training split has 1437"),
        (("decoder.tied=true", "encoder.units=[9]"), 2, "tied weights need the encoder's layers in reverse"),
    ],
    ids=["nan", "missing-file", "no-device", "batch-too-large", "shapes"],
)
def test_a_failure_is_an_event_with_its_reason(
    tiny: Any, runs_folder: Path, overrides: tuple[str, ...], code: int, words: str
) -> None:
    run = create_run(tiny(*overrides), ["test"], runs_folder)
    assert main([str(run.path)]) == code
    failed = last(read_events(run.events), "failed")
    assert words in failed["message"]
    assert status(run).state == "failed" and words in status(run).detail


@pytest.mark.usefixtures("here")
def test_a_failure_in_training_names_the_last_checkpoint(
    tiny: Any, runs_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from aekit.training.engine import Engine

    real = Engine.call

    def vanishing(self: Engine, step: int, limit: int) -> Any:
        if step > 10:
            raise DataError("the file is gone")
        return real(self, step, limit)

    monkeypatch.setattr(Engine, "call", vanishing)
    run = create_run(tiny("checkpoints={seconds: 0.001}"), ["test"], runs_folder)
    assert main([str(run.path)]) == exit_codes.BAD_INPUT
    failed = last(read_events(run.events), "failed")
    assert failed["message"] == "the file is gone"
    assert (run.path / failed["checkpoint"]).exists() and failed["step"] > 0
    monkeypatch.setattr(Engine, "call", real)
    assert main([str(run.path), "--resume"]) == exit_codes.DONE
    assert status(run).state == "finished"


@pytest.mark.usefixtures("here")
def test_a_defect_shows_its_traceback(
    tiny: Any, runs_folder: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    def defect(self: Any, step: int, limit: int) -> Any:
        raise ZeroDivisionError("a defect")

    monkeypatch.setattr("aekit.training.engine.Engine.call", defect)
    run = create_run(tiny(), ["test"], runs_folder)
    assert main([str(run.path)]) == exit_codes.FAILED
    assert "Traceback" in capfd.readouterr().err
    assert last(read_events(run.events), "failed")["message"] == "ZeroDivisionError: a defect"


@pytest.mark.usefixtures("here")
def test_what_a_killed_process_left_half_written_is_removed(tiny: Any, runs_folder: Path) -> None:
    run = create_run(tiny("steps=2"), ["test"], runs_folder)
    run.checkpoints.mkdir()
    left = run.checkpoints / ".step-000001.h5.123.part"
    left.write_bytes(b"half")
    assert main([str(run.path)]) == 0
    assert not left.exists()


def test_two_processes_never_write_one_run(tiny: Any, runs_folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    from aekit.run import EventLog

    run = create_run(tiny(), ["test"], runs_folder)
    with EventLog(run.events):
        words = [sys.executable, "-m", "aekit.training.worker", str(run.path)]
        second = subprocess.run(words, capture_output=True, text=True, check=False)
    assert second.returncode == exit_codes.BAD_INPUT
    assert "another process is writing this run" in second.stderr


def test_failures_are_explained_in_words() -> None:
    import errno

    assert "the disk is full" in str(explain(OSError(errno.ENOSPC, "No space left on device")))
    assert "out of memory" in str(explain(MemoryError()))
    assert explain(NonFiniteError("loss became NaN")) == "loss became NaN"
    assert explain(ZeroDivisionError()) is None


def test_a_folder_that_is_no_run_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == exit_codes.BAD_INPUT
    assert "is no run directory" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert Worker(RunDirectory(tmp_path), False).session is None
