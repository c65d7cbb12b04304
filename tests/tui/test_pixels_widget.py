"""The widget that shows a picture: any size, any theme, under a modal, clicked."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import numpy as np
import pytest
from aekit_tui.pixels.cells import Lines, draw
from aekit_tui.pixels.modes import HALF, RAMP, SEXTANT, Mode
from aekit_tui.widgets.pixels import Pixels
from textual.app import App, ComposeResult
from textual.pilot import Pilot
from textual.screen import ModalScreen
from textual.widgets import Label


class Show(App[None]):
    """An app with one picture, which remembers where it was clicked."""

    CSS = "ModalScreen { align: center middle; } Label { width: 6; height: 2; }"

    def __init__(self, mode: Mode | None = None) -> None:
        super().__init__()
        self.pixels = Pixels(mode)
        self.pointed: list[tuple[int, int]] = []

    def compose(self) -> ComposeResult:
        yield self.pixels

    def on_pixels_pointed(self, message: Pixels.Pointed) -> None:
        self.pointed.append((message.x, message.y))

    def lines(self) -> list[str]:
        return [strip.text for strip in self.screen._compositor.render_strips()]


def with_app(app: Show, size: tuple[int, int], steps: Callable[[Pilot[None]], Awaitable[None]]) -> None:
    async def run() -> None:
        async with app.run_test(size=size) as pilot:
            await steps(pilot)

    asyncio.run(run())


@pytest.fixture
def truecolor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.delenv("NO_COLOR", raising=False)


def checkers(height: int, width: int) -> np.ndarray:
    return (np.indices((height, width)).sum(axis=0) % 2 * 255).astype("uint8")


def test_the_widget_shows_a_picture_and_its_caption(truecolor):
    app = Show()

    async def steps(pilot: Pilot[None]) -> None:
        assert any("no pictures yet" in line for line in app.lines())
        app.pixels.show(checkers(4, 6), "step 3 [bold]x[/]\n")
        await pilot.pause()
        lines = app.lines()
        assert "step 3 [bold]x[/]" in lines[-2]
        app.pixels.show(None)
        await pilot.pause()
        assert any("no pictures yet" in line for line in app.lines())

    with_app(app, (30, 12), steps)


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 3), (3, 2), (7, 5), (120, 40)])
@pytest.mark.parametrize("mode", [HALF, SEXTANT, RAMP])
def test_every_size_is_filled(truecolor, size, mode):
    app = Show(mode)

    async def steps(pilot: Pilot[None]) -> None:
        for image in (None, checkers(28, 28), np.zeros((3, 500, 3), "uint8"), np.zeros((1, 1), "uint8")):
            app.pixels.show(image, "a caption that is longer than seven")
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            assert [strip.cell_length for strip in strips] == [size[0]] * size[1]
            assert all(segment.style is not None for strip in strips for segment in strip)

    with_app(app, size, steps)


def test_without_colours_the_ramp_is_shown(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = Show()

    async def steps(pilot: Pilot[None]) -> None:
        app.pixels.show(np.linspace(0, 255, 8).astype("uint8")[None].repeat(8, axis=0))
        await pilot.pause()
        assert app.lines() == ["  ░▒▒▓██"] * 4

    with_app(app, (8, 4), steps)


def test_light_and_dark_themes_show_the_same_brightness(monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = Show(RAMP)

    async def steps(pilot: Pilot[None]) -> None:
        app.pixels.show(np.zeros((8, 8), "uint8"))
        app.theme = "textual-dark"
        await pilot.pause()
        assert set("".join(app.lines())) == {" "}
        app.theme = "textual-light"
        await pilot.pause()
        assert set("".join(app.lines())) == {"█"}

    with_app(app, (8, 4), steps)


@pytest.mark.parametrize("shape", [(60, 40, 3), (60, 40)])
def test_a_modal_covers_only_its_own_cells(truecolor, shape):
    app = Show(SEXTANT)

    async def steps(pilot: Pilot[None]) -> None:
        app.pixels.show(np.random.default_rng(0).integers(0, 255, shape, "uint8"))
        await pilot.pause()
        before = app.lines()

        class Ask(ModalScreen[None]):
            def compose(self) -> ComposeResult:
                yield Label("stop?")

        await app.push_screen(Ask())
        await pilot.pause()
        covered = app.lines()
        for y, (old, new) in enumerate(zip(before, covered, strict=True)):
            inside = "stop? " if y == 4 else " " * 6 if y == 5 else old[7:13]
            assert new == old[:7] + inside + old[13:]

    with_app(app, (20, 10), steps)


def test_a_click_names_the_pixel(truecolor):
    app = Show(HALF)

    async def steps(pilot: Pilot[None]) -> None:
        app.pixels.show(np.zeros((8, 8), "uint8"))  # twice as large in 16 x 8 cells, two columns from the left
        await pilot.pause()
        for offset in ((2, 0), (17, 7), (0, 0), (9, 4)):
            await pilot.click(Pixels, offset=offset)
        assert app.pointed == [(0, 0), (7, 7), (3, 4)]

    with_app(app, (20, 8), steps)


def test_the_same_picture_is_not_drawn_again(truecolor, monkeypatch):
    app = Show(HALF)

    async def steps(pilot: Pilot[None]) -> None:
        app.pixels.show(checkers(8, 8), "one")
        await pilot.pause()
        drawings: list[str] = []

        def counted(*arguments: Any) -> Lines:
            drawings.append(app.pixels.caption)
            return draw(*arguments)

        monkeypatch.setattr("aekit_tui.widgets.pixels.draw", counted)
        app.pixels.show(checkers(8, 8), "one")
        await pilot.pause()
        assert not drawings
        app.pixels.show(checkers(8, 8), "two")
        await pilot.pause()
        assert drawings == ["two"]

    with_app(app, (20, 8), steps)
