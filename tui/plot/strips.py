"""A picture as Textual's strips: colours, runs of cells, and what differs between two of them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from rich.cells import cell_len
from rich.color import Color, ColorParseError, blend_rgb
from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region
from textual.strip import Strip

from .chart import AXIS, FIRST_CURVE, MARK, NOTE, TITLE, Picture

#: How much of a faint curve's colour is left.
FAINT = 0.45


def palette(base: Style, colors: Sequence[str]) -> list[Style]:
    """A style for each role: the curves' colours on the widget's own background."""
    styles = [base] * FIRST_CURVE
    styles[AXIS] = styles[MARK] = styles[NOTE] = base + Style(dim=True)
    styles[TITLE] = base + Style(bold=True)
    for name in colors:
        styles += [base + Style(color=color(name)), faint(base, name)]
    return styles


def strips(picture: Picture, styles: list[Style]) -> list[Strip]:
    """A picture's rows, each run of cells of one role a Segment."""
    height, width = picture.characters.shape
    lines = []
    # A space shows no colour: it joins the run before it.
    spaces = picture.characters == ord(" ")
    kept = np.maximum.accumulate(np.where(spaces, 0, np.arange(width)), axis=1)
    roles = np.take_along_axis(picture.roles, kept, axis=1)
    text = picture.characters.astype("<u4").tobytes().decode("utf-32-le")
    for y in range(height):
        row = roles[y]
        ends = [*(np.flatnonzero(row[1:] != row[:-1]) + 1).tolist(), width]
        line, start, segments = text[y * width : (y + 1) * width], 0, []
        for end in ends:
            segments.append(Segment(line[start:end], styles[row[start]]))
            start = end
        lines.append(Strip(segments, width))
    return lines


def color(name: str) -> Color:
    """A colour by its hex code or ANSI name (Textual's `ansi_red` too); the terminal's own where it is neither."""
    try:
        return Color.parse(name.removeprefix("ansi_"))
    except ColorParseError:
        return Color.default()


def faint(base: Style, name: str) -> Style:
    """A colour brought near to the background; dimmed where either is the terminal's own."""
    front, back = color(name), base.bgcolor
    if front.triplet is None or back is None or back.triplet is None:
        return base + Style(color=front, dim=True)
    return base + Style(color=Color.from_triplet(blend_rgb(back.triplet, front.triplet, FAINT)))


def difference(y: int, old: Strip, new: Strip) -> Region | None:
    """The cells of row y from the first to the last that differs, as a region."""
    old_segments, new_segments = list(old), list(new)
    if old_segments == new_segments:
        return None
    left = _same_cells(old_segments, new_segments)
    right = _same_cells(_mirrored(old_segments), _mirrored(new_segments))
    return Region(left, y, max(new.cell_length - left - right, 1), 1)


def _same_cells(old: list[Segment], new: list[Segment]) -> int:
    """How many cells are the same before the first that differs."""
    cells = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            return cells + (cell_len(_common(one.text, other.text)) if one.style == other.style else 0)
        cells += one.cell_length
    return cells


def _mirrored(segments: list[Segment]) -> list[Segment]:
    return [Segment(segment.text[::-1], segment.style) for segment in reversed(segments)]


def _common(one: str, other: str) -> str:
    """What both begin with."""
    pairs = enumerate(zip(one, other, strict=False))
    return one[: next((place for place, (a, b) in pairs if a != b), min(len(one), len(other)))]
