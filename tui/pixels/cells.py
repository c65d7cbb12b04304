"""Dots to styled text: every cell gets two colours and the character that draws which dot has which.

image -> fit, resize, pad -> dots -> split -> pattern, foreground, background -> runs of one style -> segments
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from rich.segment import Segment
from rich.style import Style

from .colors import quantise, style
from .modes import Depth, Mode
from .resize import fit, pad, resize

Lines = list[list[Segment]]


@dataclass(frozen=True)
class Look:
    """How pictures are drawn: the mode, how many colours there are, and what a ramp's characters look like.

    Args:
        base: the style of a ramp's characters.
        inverted: a ramp of dark characters on a light ground.
    """

    mode: Mode
    depth: Depth
    base: Style
    inverted: bool = False


def draw(image: np.ndarray, size: tuple[int, int], look: Look, tiles: tuple[int, int] = (1, 1)) -> Lines:
    """A picture as lines of segments, at most `size` = (columns, rows) large.

    Args:
        image: (height, width) or (height, width, 1 or 3), uint8.
        tiles: rows and columns of images on a sheet.
    """
    mode, depth = look.mode, look.depth
    if image.ndim == 2:
        image = image[..., None]
    dots = pad(resize(image, fit(image.shape[:2], size, mode), tiles), mode)
    if mode.is_ramp:
        return [[Segment(text, look.base)] for text in ramp(dots, mode, look.inverted)]
    pattern, foreground, background = split(group(dots, mode))
    return runs(pattern, quantise(foreground, depth), quantise(background, depth), mode)


def ramp(dots: np.ndarray, mode: Mode, inverted: bool = False) -> list[str]:
    """Lines of characters as bright as the dots."""
    luminance = dots[..., 0] if dots.shape[-1] == 1 else dots @ np.array([77, 150, 29]) >> 8
    steps = len(mode.characters)
    index = np.minimum(luminance.astype("int64") * steps // 256, steps - 1)
    return _texts(mode.table[steps - 1 - index if inverted else index])


def group(dots: np.ndarray, mode: Mode) -> np.ndarray:
    """Dots by cell: (rows * down, columns * across, channels) -> (rows, columns, down * across, channels)."""
    rows, columns = dots.shape[0] // mode.down, dots.shape[1] // mode.across
    cells = dots.reshape(rows, mode.down, columns, mode.across, -1).swapaxes(1, 2)
    return cells.reshape(rows, columns, mode.down * mode.across, -1)


def split(cells: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """The pattern of each cell's brighter dots, and the mean colours of these and of the others.

    Dots are told apart along the channel in which the cell's dots differ most, at half way between its ends.

    Shapes: (rows, columns, dots, channels) -> (rows, columns), (rows, columns, channels) twice, uint8.
    """
    low, high = cells.min(axis=2), cells.max(axis=2)
    key, middle = cells[..., 0], (low.astype("int32") + high)[..., 0]
    if cells.shape[-1] > 1:
        widest = (high - low).argmax(axis=-1)[..., None]
        key = np.take_along_axis(cells, widest[..., None], axis=-1)[..., 0]
        middle = np.take_along_axis(low.astype("int32") + high, widest, axis=-1)[..., 0]
    bright = key > (middle // 2)[..., None]
    dots = cells.shape[2]
    pattern = bright @ (1 << np.arange(dots))
    count = bright.sum(axis=2)[..., None]
    total = cells.sum(axis=2, dtype="int32")
    above = np.einsum("rcdk,rcd->rck", cells, bright, dtype="int32")
    background = (total - above) // (dots - count)
    foreground = np.where(count > 0, above // np.maximum(count, 1), background)
    return pattern, foreground.astype("uint8"), background.astype("uint8")


def runs(pattern: np.ndarray, foreground: np.ndarray, background: np.ndarray, mode: Mode) -> Lines:
    """Segments, one for every run of cells that one style can draw."""
    plain = foreground == background
    texts = _texts(mode.table[np.where(plain, 0, pattern)])
    changes = (foreground[:, 1:] != foreground[:, :-1]) | (background[:, 1:] != background[:, :-1])
    lines = []
    for text, change, above, below in zip(texts, changes, foreground, background, strict=True):
        starts = [0, *(np.flatnonzero(change) + 1).tolist()]
        ends = [*starts[1:], len(text)]
        lines.append(_merged(text, starts, ends, above[starts].tolist(), below[starts].tolist()))
    return lines


def _merged(
    text: str, starts: list[int], ends: list[int], foreground: list[int], background: list[int]
) -> list[Segment]:
    """A line's segments; a cell of one colour joins a neighbour that has the colour in either part."""
    line: list[Segment] = []
    held, fore, back = "", foreground[0], background[0]
    for start, end, above, below in zip(starts, ends, foreground, background, strict=True):
        piece = text[start:end]
        if above == below and above in (fore, back):
            held += piece if above == back else "█" * len(piece)
        elif (below == back and above == fore) or (fore == back == below):
            held, fore = held + piece, above
        elif fore == back == above:
            held, back = "█" * len(held) + piece, below
        else:
            line.append(Segment(held, style(fore, back)))
            held, fore, back = piece, above, below
    line.append(Segment(held, style(fore, back)))
    return line


def _texts(characters: np.ndarray) -> list[str]:
    """Rows of single characters as strings."""
    return np.ascontiguousarray(characters).view(f"<U{characters.shape[1]}")[:, 0].tolist()
