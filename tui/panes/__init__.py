"""The panes of the Run screen, each imported when it is first seen."""

from __future__ import annotations

from importlib import import_module
from typing import Any

_HOMES = {
    "charts": "ChartsPane",
    "images": "ImagesPane",
    "log": "LogPane",
    "overview": "OverviewPane",
}
TABS = tuple(_HOMES)


def make_pane(name: str) -> Any:
    """A new pane by its name in `TABS`."""
    return getattr(import_module(f".{name}", __package__), _HOMES[name])(id=f"{name}-pane")
