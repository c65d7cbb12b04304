"""The panes of the Run screen, each imported when it is first seen."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..store.record import Record

_HOMES = {
    "charts": "ChartsPane",
    "health": "HealthPane",
    "images": "ImagesPane",
    "log": "LogPane",
    "overview": "OverviewPane",
}
TABS = tuple(_HOMES)
#: The pane of runs whose trainer tells how training stands.
HEALTH = "health"


def tabs_of(record: Record | None) -> tuple[str, ...]:
    """The panes that a run has something for."""
    judged = record is not None and bool(record.gauges or record.health)
    return tuple(name for name in TABS if judged or name != HEALTH)


def make_pane(name: str) -> Any:
    """A new pane by its name in `TABS`."""
    return getattr(import_module(f".{name}", __package__), _HOMES[name])(id=f"{name}-pane")
