"""A standby worker on a machine with a GPU: waiting holds none, and a run gets it or another process."""

from __future__ import annotations

import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from aekit.errors import RunError
from aekit.run import RunDirectory
from aekit.training import standby as module
from aekit.training.standby import Standby


@pytest.fixture
def hidden(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was hidden from TensorFlow, on what it takes for a machine with a GPU."""
    import tensorflow as tf

    seen: list[str] = []
    monkeypatch.setattr(module, "has_gpu", lambda: True)
    monkeypatch.setattr(tf.config, "set_visible_devices", lambda devices, kind: seen.append(kind))
    return seen


@pytest.fixture
def standby() -> Any:
    return Standby(SimpleNamespace(is_quiet=True, is_waited_for=False))  # type: ignore[arg-type]


@pytest.fixture
def run(tmp_path: Any) -> RunDirectory:
    made = RunDirectory(tmp_path)
    made.recipe.write_text("")
    return made


def test_an_idle_one_takes_a_run(standby: Any, hidden: list[str], run: RunDirectory) -> None:
    standby._train(str(run.path))
    assert standby.run == (run, False) and hidden == []


def test_a_check_is_made_without_the_gpu_and_leaves_runs_to_others(
    standby: Any, hidden: list[str], run: RunDirectory, tiny: Any
) -> None:
    for _ in range(2):
        assert standby._check(source=str(tiny().path))["ok"]
    assert hidden == ["GPU"]
    with pytest.raises(RunError, match="can no longer take the GPU"):
        standby._train(str(run.path))
    assert standby.run is None


@pytest.mark.usefixtures("hidden")
def test_an_estimate_would_hold_it(standby: Any, tiny: Any) -> None:
    with pytest.raises(RunError, match="must not hold it"):
        standby._estimate(source=str(tiny().path))


def test_getting_ready_starts_no_device() -> None:
    code = (
        "from types import SimpleNamespace\n"
        "import aekit.training.standby as module\n"
        "module.GPU_FILES = ('/dev/null',)\n"
        "module.Standby(SimpleNamespace(is_quiet=True)).prepare()\n"
        "from tensorflow.python.eager import context\n"
        "assert context.context()._context_handle is None"
    )
    subprocess.run([sys.executable, "-c", code], check=True, capture_output=True)
