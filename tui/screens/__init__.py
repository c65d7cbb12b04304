"""The five screens, each imported when it is first shown: the list of runs must stand on the screen at once."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module

from textual.screen import Screen

_HOMES = {
    "runs": ("runs", "RunsScreen"),
    "run": ("run", "RunScreen"),
    "launch": ("launch", "LaunchScreen"),
    "compare": ("compare", "CompareScreen"),
    "plugins": ("plugins", "PluginsScreen"),
}


def _make(page: str) -> Screen:
    module, name = _HOMES[page]
    screen: Screen = getattr(import_module(f".{module}", __package__), name)()
    return screen


def _runs() -> Screen:
    return _make("runs")


def _run() -> Screen:
    return _make("run")


def _launch() -> Screen:
    return _make("launch")


def _compare() -> Screen:
    return _make("compare")


def _plugins() -> Screen:
    return _make("plugins")


MODES: dict[str, str | Callable[[], Screen]] = {
    "runs": _runs,
    "run": _run,
    "launch": _launch,
    "compare": _compare,
    "plugins": _plugins,
}
