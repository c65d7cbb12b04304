"""The user's folders: the one place that knows where aekit keeps what belongs to no run."""

from __future__ import annotations

import os
from pathlib import Path

APP = "aekit"


def config_folder() -> Path:
    """What the user writes: plugins, the UI's keys.yaml."""
    return _base("XDG_CONFIG_HOME", ".config")


def state_folder() -> Path:
    """What the UI remembers: layout, theme, marks; its log."""
    return _base("XDG_STATE_HOME", ".local/state")


def cache_folder() -> Path:
    """What may be deleted at any time: data that was made once, identities of models, indexes of logs."""
    return _base("XDG_CACHE_HOME", ".cache")


def _base(variable: str, default: str) -> Path:
    given = Path(os.environ.get(variable, ""))
    return (given if given.is_absolute() else Path.home() / default) / APP
