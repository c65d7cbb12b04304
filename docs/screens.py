"""The pictures of the terminal UI in docs/images: `python -m docs.screens FOLDER_OF_RUNS`.

It opens the application over real runs, at least two of them finished, presses keys, and keeps what is on the screen.
"""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from aekit_tui.app import AekitApp
from textual.pilot import Pilot

IMAGES = Path(__file__).parent / "images"
SIZE = (110, 32)
#: Keys from the list of runs, sorted newest first, to each screen.
SCREENS: dict[str, tuple[str, ...]] = {
    "ui-runs": (),
    "ui-run": ("end", "enter"),
    "ui-images": ("end", "enter", "tab"),
    "ui-launch": ("3",),
    "ui-form": ("3", "o"),
    "ui-compare": ("end", "m", "home", "m", "4"),
    "ui-plugins": ("5", "slash", *"photo", "enter"),
}


async def picture(runs: Path, keys: tuple[str, ...]) -> str:
    """The screen after these keys, as SVG."""
    app = AekitApp(runs, standby=False, theme="dark")
    async with app.run_test(size=SIZE) as pilot:
        await _settle(pilot)
        for key in keys:
            await pilot.press(key)
            await _settle(pilot)
        return app.export_screenshot(title="aekit")


async def _settle(pilot: Pilot[object]) -> None:
    """Until nothing on the screen changes any more."""
    before = None
    while before != (before := pilot.app.export_screenshot()):
        await pilot.pause(0.6)


def main() -> None:
    runs = Path(sys.argv[1]).absolute()
    os.environ.update(TERM="xterm-256color", COLORTERM="truecolor")
    for name, keys in SCREENS.items():
        with tempfile.TemporaryDirectory() as folder:
            os.environ.update({f"XDG_{kind}_HOME": folder for kind in ("STATE", "CACHE", "CONFIG")})
            os.chdir(folder)
            (IMAGES / f"{name}.svg").write_text(asyncio.run(picture(runs, keys)), encoding="utf-8")
            print(f"written: docs/images/{name}.svg")


if __name__ == "__main__":
    main()
