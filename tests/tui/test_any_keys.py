"""Random keys over good and garbled run directories: whatever is pressed, the application goes on."""

from __future__ import annotations

import random

import pytest
from aekit_tui import keys
from aekit_tui.modals.card import Card

from benchmarks.recorded_stages import staged

PRESSABLE = sorted({one for key in keys.TABLE for one in key.keys.split(",")} - {"q", "escape", "f5", "g"})


def garble(run, chance):
    """Cut, repeat, overwrite and empty the files of a run."""
    for path in (run.events, run.recipe, run.info, run.metrics, *run.previews.glob("*.npy")):
        if not path.exists():
            continue
        content = bytearray(path.read_bytes())
        for _ in range(chance.randint(0, 6)):
            place = chance.randrange(len(content) + 1)
            content[place : place + chance.randint(0, 40)] = chance.randbytes(chance.randint(0, 40))
        path.write_bytes(content[: chance.randint(0, len(content))] if chance.random() < 0.3 else content)


@pytest.mark.parametrize("seed", range(4))
def test_any_keys_on_any_runs(seed, app, recorded, drive, monkeypatch, tmp_path):
    chance = random.Random(seed)
    monkeypatch.chdir(tmp_path)  # "save as" writes here
    for run in (*recorded.values(), staged(tmp_path / "runs")):
        if chance.random() < 0.6:
            garble(run, chance)
    # What starts and ends processes is not what is tried here; the running run belongs to this very process.
    monkeypatch.setattr(app.launcher, "start", lambda run, resume=False: None)
    monkeypatch.setattr("aekit.run.stop", lambda run: None)
    sizes = [(120, 40), (80, 24), (44, 12), (20, 6)]

    async def script(pilot):
        for number in range(120):
            if number % 30 == 29:
                await pilot.resize_terminal(*chance.choice(sizes))
            await pilot.press(chance.choice(PRESSABLE))
            if chance.random() < 0.1 and (app.screen.is_modal or app.current_mode != "runs"):
                await pilot.press("escape")
            card = next((screen for screen in app.screen_stack if isinstance(screen, Card)), None)
            assert card is None or "user interface" not in card.heading, card.text
            assert app.is_running

    drive(app, script, sizes[seed])
