"""A canvas of braille cells, two dots wide and four high, on which later curves take a cell's colour."""

from __future__ import annotations

import numpy as np

DOTS_ACROSS = 2
DOTS_DOWN = 4
BLANK = 0x2800
NOBODY = -1

#: On and off lengths, in dots along the curve; the first draws every dot.
PATTERNS: tuple[tuple[int, int], ...] = ((1, 0), (1, 1), (5, 3), (2, 4))
#: The same, as a legend shows them.
SAMPLES: tuple[str, ...] = ("⠤⠤", "⠄⠄", "⠤⠠", "⠤⠀")


class Canvas:
    """Dot masks and owners, both (rows, columns).

    Args:
        rows, columns: size in cells.
    """

    def __init__(self, rows: int, columns: int) -> None:
        self.masks = np.zeros((rows, columns), np.uint8)
        self.owners = np.full((rows, columns), NOBODY, np.int16)

    @property
    def dots(self) -> tuple[int, int]:
        """Height and width in dots."""
        rows, columns = self.masks.shape
        return rows * DOTS_DOWN, columns * DOTS_ACROSS

    def draw(self, below: np.ndarray, above: np.ndarray, owner: int, pattern: int = 0) -> None:
        """Draw a curve from the heights that it passes in each column of dots.

        Args:
            below, above: (dot columns,), in dots above the canvas's lower edge; NaN where the curve is not.
            owner: whose cells these become.
            pattern: index into PATTERNS.
        """
        first, last = covered(below, above)
        masks = pack(_between(first, last, self.dots[0], PATTERNS[pattern % len(PATTERNS)]))
        self.masks |= masks
        self.owners[masks > 0] = owner

    def cover(self, front: Canvas) -> None:
        """Lay another canvas over this one: its cells replace these where it has any dot."""
        dotted = front.masks > 0
        self.masks[dotted] = front.masks[dotted]
        self.owners[dotted] = front.owners[dotted]

    def codepoints(self) -> np.ndarray:
        """The cells as characters, (rows, columns); a space where nothing is."""
        return np.where(self.masks > 0, self.masks.astype(np.uint32) + BLANK, np.uint32(ord(" ")))


def covered(below: np.ndarray, above: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last dot whose middle lies between two heights, at least one; first > last where the curve is not.

    Spans that touch in neighbouring columns so become dots that touch, and a slope stays one dot thick.
    """
    with np.errstate(invalid="ignore"):
        first, last = np.ceil(below - 0.5), np.floor(above - 0.5)
        missed = first > last
        middle = np.floor((below + above) / 2)
    first, last = np.where(missed, middle, first), np.where(missed, middle, last)
    absent = np.isnan(below) | np.isnan(above)
    return np.where(absent, 1, first).astype(int), np.where(absent, 0, last).astype(int)


def pack(dots: np.ndarray) -> np.ndarray:
    """Braille masks of a picture of dots: (4 * rows, 2 * columns) -> (rows, columns)."""
    rows, columns = dots.shape[0] // DOTS_DOWN, dots.shape[1] // DOTS_ACROSS
    cells = dots.reshape(rows, DOTS_DOWN, columns, DOTS_ACROSS).transpose(0, 2, 3, 1)  # rows, columns, across, down
    bits = np.empty((rows, columns, 8), bool)
    # Unicode numbers the upper three dots of each side first and the lowest pair last.
    bits[..., 0:3], bits[..., 3:6], bits[..., 6:8] = cells[:, :, 0, :3], cells[:, :, 1, :3], cells[:, :, :, 3]
    return np.packbits(bits.reshape(rows, -1), axis=1, bitorder="little")


def _between(first: np.ndarray, last: np.ndarray, height: int, pattern: tuple[int, int]) -> np.ndarray:
    """The dots from first to last in each column, the highest row on top: (height, columns)."""
    rows = np.arange(height - 1, -1, -1, dtype=np.int32)[:, None]
    first, last = np.clip(first, 0, height).astype(np.int32), np.clip(last, -1, height - 1).astype(np.int32)
    dots = (rows >= first) & (rows <= last)
    on, off = pattern
    if off:
        # Along the curve, not along x: a steep piece keeps its share of dots.
        way = np.cumsum(np.maximum(last - first + 1, 1), dtype=np.int32) - (last - first)
        dots &= (way + rows - first) % (on + off) < on
    return dots
