from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from aekit.run import EventLog, RunDirectory, process_start, start_worker


@pytest.fixture
def run(tmp_path: Path) -> RunDirectory:
    """A run that exists, and of which nothing has happened yet."""
    directory = RunDirectory(tmp_path / "2026-11-22T061031-rings")
    directory.path.mkdir()
    directory.recipe.write_text("data: {type: rings}\n")
    return directory


@pytest.fixture
def log(run: RunDirectory):
    with EventLog(run.events) as log:
        yield log


@pytest.fixture
def me() -> dict:
    """This process, as a `started` event tells of it."""
    return {"pid": os.getpid(), "host": os.uname().nodename, "process_start": process_start(os.getpid())}


@pytest.fixture
def worker(monkeypatch):
    """Start fake workers, and leave none behind."""
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parent))
    started = []

    def start(run, mode="endless", resume=False):
        monkeypatch.setenv("FAKE_WORKER", mode)
        started.append(start_worker(run, resume, module="fake_worker"))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.wait()


@pytest.fixture
def until():
    """Wait for a condition, and give its value."""

    def wait(condition, seconds=20.0):
        end = time.monotonic() + seconds
        while not (value := condition()):
            assert time.monotonic() < end, "the condition did not come about"
            time.sleep(0.01)
        return value

    return wait
