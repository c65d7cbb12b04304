"""What all tests share: quiet TensorFlow, and run directories that land in a temporary folder."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
# Screens in tests have sizes of their own.
for name in ("COLUMNS", "LINES"):
    os.environ.pop(name, None)


@pytest.fixture(autouse=True)
def runs_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Runs made by a test, and no plugins but the built-in ones."""
    monkeypatch.setenv("AEKIT_RUNS", str(tmp_path / "runs"))
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.delenv("AEKIT_PLUGINS", raising=False)
    return tmp_path / "runs"
