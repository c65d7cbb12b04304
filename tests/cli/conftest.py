from __future__ import annotations

import signal
import subprocess
import sys
import time
from functools import partial
from pathlib import Path

import pytest
from click.testing import CliRunner

from aekit.cli import main

FAKES = Path(__file__).parents[1] / "run"

#: The command line with another worker: what `aekit` is, but for training.
SEAM = """
import aekit.run.process
aekit.run.process.WORKER = "fake_worker"
from aekit.cli import main
main()
"""

RECIPE = """\
seed: 1
data:    {type: digits}
encoder: {type: mlp, units: [64]}
latent:  {type: plain, size: 8}
decoder: {type: mlp, units: [64]}
trainer: {type: autoencoder, optimizer: adam, learning_rate: 1e-3}
losses:  {cross_entropy: {}}
metrics: {squared_error: {}}
epochs: 5
batch_size: 64
"""


@pytest.fixture(autouse=True)
def place(tmp_path, monkeypatch):
    """A folder of its own, with a recipe, as the current one."""
    for name in ("AEKIT_RUNS", "AEKIT_PLUGINS", "AEKIT_DATA", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("PYTHONPATH", str(FAKES))
    monkeypatch.setenv("FAKE_WORKER", "finish")
    monkeypatch.setattr("aekit.run.process.WORKER", "fake_worker")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "small.yaml").write_text(RECIPE)
    return tmp_path


@pytest.fixture
def aekit():
    """Call the command line within this process."""

    def call(*arguments: str):
        return CliRunner().invoke(main, list(map(str, arguments)), catch_exceptions=False)

    return call


@pytest.fixture
def start():
    """Start the command line as a process of its own; nothing is left behind."""
    started = []

    def call(*arguments: str, **settings):
        command = [sys.executable, "-c", SEAM, *arguments]
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | settings
        # A test suite in a shell's background ignores SIGINT, and so would what it starts.
        listen = partial(signal.signal, signal.SIGINT, signal.SIG_DFL)
        started.append(subprocess.Popen(command, text=True, preexec_fn=listen, **pipes))
        return started[-1]

    yield call
    for process in started:
        if process.poll() is None:
            process.kill()
        process.communicate()


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
