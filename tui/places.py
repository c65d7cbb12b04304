"""Where the terminal UI keeps what is its own: the one place that knows these folders."""

from __future__ import annotations

import os
from pathlib import Path

APP = "aekit"


def config_folder() -> Path:
    """What the user writes: keys.yaml."""
    return _base("XDG_CONFIG_HOME", ".config")


def state_folder() -> Path:
    """What the UI remembers: layout, theme, marks; its log."""
    return _base("XDG_STATE_HOME", ".local/state")


def cache_folder() -> Path:
    """What may be deleted at any time: the last frame, indexes of logs."""
    return _base("XDG_CACHE_HOME", ".cache")


def _base(variable: str, default: str) -> Path:
    given = Path(os.environ.get(variable, ""))
    return (given if given.is_absolute() else Path.home() / default) / APP
