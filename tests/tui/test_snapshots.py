"""Every screen at three sizes, as pictures: `AEKIT_SNAPSHOTS=write` writes them anew after a change that is meant."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from benchmarks import recorded as recordings
from benchmarks.recorded_game import stopped_game
from benchmarks.recorded_stages import staged

SNAPSHOTS = Path(__file__).parent / "snapshots"
SIZES = ((120, 40), (80, 24), (44, 12))
#: Keys from the list of runs to a screen, and what stands there once it is whole.
SCREENS = {
    "runs": ((), "mnist-deep"),
    "charts": (("end", "enter"), "loss"),
    "images": (("end", "enter", "tab"), "PSNR"),
    "log": (("end", "enter", "tab", "tab"), "finished"),
    "launch": (("3",), "nothing wrong"),
    "compare": (("end", "m", "up", "m", "4"), "encoder.units"),
    "plugins": (("5",), "cifar10"),
    "help": (("question_mark",), "stop the run after a checkpoint"),
}


@pytest.fixture
def fixed(tmp_path, monkeypatch):
    """The same runs at the same time of day, in a folder whose name is always the same."""
    runs = tmp_path / "runs"
    recordings.finished(runs)
    recordings.finished(runs, recordings.BEGAN + 1800, units=64, seed=7)
    recordings.stopped(runs)
    recordings.failed(runs)
    recordings.lost(runs)
    monkeypatch.setattr(time, "time", lambda: recordings.BEGAN + 15_000)
    monkeypatch.chdir(tmp_path)
    # Help wraps its path; a temporary folder's is now longer, now shorter.
    monkeypatch.setenv("XDG_CONFIG_HOME", "/home/me/config")


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("screen", SCREENS)
def test_the_screen_looks_as_it_did(screen, size, fixed, app, drive, until, text_of, tmp_path):
    keys, sign = SCREENS[screen]
    taken = []

    async def script(pilot):
        for key in keys:
            await pilot.press(key)
            await pilot.pause(0.05)
        if size[0] >= 80:
            narrow_list = screen == "launch" and size[0] < 100
            await until(pilot, lambda: ("digits-conv" if narrow_list else sign) in text_of(app))
        taken.append(await picture(pilot, app))

    drive(app, script, size)
    compare(taken[0].replace(str(tmp_path), "/home/me"), f"{screen}-{size[0]}x{size[1]}.svg", tmp_path)


@pytest.mark.parametrize("size", SIZES[:2], ids=lambda size: f"{size[0]}x{size[1]}")
def test_the_charts_of_a_phase_look_as_they_did(size, fixed, app, drive, until, text_of, tmp_path):
    run = staged(tmp_path / "runs")
    taken = []

    async def script(pilot):
        app.show_run(run)
        await until(pilot, lambda: "> stage" in text_of(app))
        await pilot.press(">", ">")
        await until(pilot, lambda: "[layer 2, 256-64]" in text_of(app) and "free_energy" in text_of(app))
        taken.append(await picture(pilot, app))

    drive(app, script, size)
    compare(taken[0].replace(str(tmp_path), "/home/me"), f"phase-{size[0]}x{size[1]}.svg", tmp_path)


@pytest.mark.parametrize("size", SIZES, ids=lambda size: f"{size[0]}x{size[1]}")
@pytest.mark.parametrize("tab", ["charts", "health", "images"])
def test_a_collapsed_game_looks_as_it_did(tab, size, fixed, app, drive, until, text_of, tmp_path):
    run = stopped_game(tmp_path / "runs")
    taken = []
    whole = {"charts": "gradient ratio", "health": "coverage", "images": "64 samples"}
    parts = [f"[{tab}]", "diversity 0.04", "collapsed", whole[tab]]
    if size[0] < 80:  # the mini view lists all runs, under what is wrong with this one unless the pane says it
        parts = ["■ collapsed", "4 h", *([] if tab == "health" else ["before that"])]

    async def script(pilot):
        app.settings.tab = tab
        app.show_run(run)
        await until(pilot, lambda: all(part in text_of(app) for part in parts))
        taken.append(await picture(pilot, app))

    drive(app, script, size)
    compare(taken[0].replace(str(tmp_path), "/home/me"), f"game-{tab}-{size[0]}x{size[1]}.svg", tmp_path)


async def picture(pilot, app):
    """The screen as it is once nothing changes any more."""
    await pilot.wait_for_scheduled_animations()
    before = None
    while before != (before := app.export_screenshot(title="aekit")):
        await pilot.pause(0.3)
    return before


def compare(taken, name, tmp_path):
    """A picture with the one that is kept, or in its place."""
    file = SNAPSHOTS / name
    if os.environ.get("AEKIT_SNAPSHOTS") == "write":
        file.parent.mkdir(exist_ok=True)
        file.write_text(taken)
    assert file.exists(), "AEKIT_SNAPSHOTS=write writes the missing pictures"
    actual = tmp_path / file.name
    actual.write_text(taken)
    assert taken == file.read_text(), f"compare {actual} with {file}; AEKIT_SNAPSHOTS=write takes the new one"
