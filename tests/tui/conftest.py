"""What the tests of the terminal UI share: recorded runs, the app over them, and a way to drive it."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import pytest
from aekit_tui.app import AekitApp
from textual.pilot import Pilot

from aekit.run import RunDirectory
from benchmarks import recorded as recordings

Script = Callable[[Pilot], Awaitable[object]]


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """State and cache of the UI land in a temporary folder; the terminal has colours."""
    for variable in ("STATE", "CACHE", "CONFIG"):
        monkeypatch.setenv(f"XDG_{variable}_HOME", str(tmp_path / variable.lower()))
    for variable in ("NO_COLOR", "COLORTERM", "TEXTUAL_THEME"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("TERM", "xterm-256color")


@pytest.fixture
def recorded(tmp_path: Path) -> dict[str, RunDirectory]:
    """A run in every state, in the folder that `app` looks at."""
    return recordings.one_of_each(tmp_path / "runs")


@pytest.fixture
def app(tmp_path: Path) -> AekitApp:
    """The application over `tmp_path / "runs"`, with no worker standing by."""
    return AekitApp(tmp_path / "runs", standby=False)


@pytest.fixture
def drive() -> Callable[..., None]:
    """`drive(app, script, size)` runs the app without a terminal and `await script(pilot)` in it."""

    def run(app: AekitApp, script: Script, size: tuple[int, int] = (120, 40)) -> None:
        async def main() -> None:
            async with app.run_test(size=size) as pilot:
                await until(pilot, lambda: app.listed)
                await script(pilot)

        asyncio.run(main())

    return run


async def until(pilot: Pilot, condition: Callable[[], object], seconds: float = 15.0) -> object:
    """Wait for a condition while the app works, and give its value."""
    loop = asyncio.get_running_loop()
    end = loop.time() + seconds
    while not (value := condition()):
        assert loop.time() < end, f"the condition did not come about; the screen:\n{text_of(pilot.app)}"
        await pilot.pause(0.02)
    return value


def text_of(app: object) -> str:
    """What stands on the screen, as lines of text."""
    strips = app.screen._compositor.render_strips()  # type: ignore[attr-defined]
    return "\n".join(strip.text.rstrip() for strip in strips)


@pytest.fixture(name="until")
def until_fixture() -> Callable[..., Awaitable[object]]:
    return until


@pytest.fixture(name="text_of")
def text_of_fixture() -> Callable[[object], str]:
    return text_of
