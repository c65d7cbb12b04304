"""The first thing on the screen: the last session's frame, written as plain ANSI before Textual is imported."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from textual.app import App

ENTER, LEAVE = "\x1b[?1049h\x1b[?25l\x1b[H", "\x1b[?25h\x1b[?1049l"


def paint() -> bool:
    """Show the frame that was kept for this size of terminal; False where there is none."""
    try:
        columns, rows = os.get_terminal_size(sys.__stderr__.fileno())  # type: ignore[union-attr]
        frame = frame_file(columns, rows).read_bytes()
        os.write(sys.__stderr__.fileno(), ENTER.encode() + frame)  # type: ignore[union-attr]
    except (OSError, ValueError, AttributeError):
        return False
    return True


def unpaint() -> None:
    """Give the terminal back as it was, for a start that fails after `paint`."""
    os.write(sys.__stderr__.fileno(), LEAVE.encode())  # type: ignore[union-attr]


def keep(app: App) -> None:
    """Keep what the app shows now for the next start."""
    from aekit.run.files import write_whole

    size = app.size
    if not size.width or not size.height:
        return
    strips = app.screen._compositor.render_strips()
    lines = [f"\x1b[{row};1H{strip.render(app.console)}" for row, strip in enumerate(strips, 1)]
    path = frame_file(size.width, size.height)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        write_whole(path, "".join(lines).encode("utf-8", "replace"), durable=False)
    except OSError:
        return


def frame_file(columns: int, rows: int) -> Path:
    """One file for each size and kind of terminal: colours differ."""
    kind = "-".join(
        filter(None, [os.environ.get("TERM"), os.environ.get("COLORTERM"), os.environ.get("NO_COLOR") and "mono"])
    )
    name = "".join(c if c.isalnum() or c in "-." else "_" for c in f"frame-{columns}x{rows}-{kind}")
    from aekit.folders import cache_folder

    return cache_folder() / f"{name}.ansi"
