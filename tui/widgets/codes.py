"""A code as little bars, and codes as points on a map."""

from __future__ import annotations

import numpy as np
from rich.text import Text
from textual.widget import Widget

from ..plot.braille import DOTS_ACROSS, DOTS_DOWN, Canvas, pack
from ..store.walk import Place
from ..themes import curve_color

_EIGHTHS = " ▁▂▃▄▅▆▇█"
#: Standard deviations from the middle of a bar to its end.
REACH = 3.0


class CodeBars(Widget):
    """A bar for each dimension, in standard deviations about the mean; x and y mark those that the keys move."""

    DEFAULT_CSS = "CodeBars { height: 1fr; }"

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.scores: np.ndarray = np.zeros(0)
        self.pair: tuple[int, int] | None = None

    def show(self, scores: np.ndarray, pair: tuple[int, int] | None) -> None:
        """Show a code.

        Args:
            scores: (size,), in standard deviations from the mean.
            pair: the dimensions to mark.
        """
        self.scores, self.pair = scores, pair
        self.refresh()

    def render(self) -> Text:
        width, height = self.size
        if not len(self.scores) or height < 3:
            return Text("")
        shown = _shown(len(self.scores), self.pair, width)
        cell = max(1, min(4, width // len(shown)))
        bar = max(1, cell - 1)
        accent, plain = (curve_color(self.app.theme, index) for index in (1, 0))
        lines = bar_lines(self.scores[shown], (height - 1) // 2)
        text = Text(no_wrap=True)
        for line in lines:
            for dimension, (sign, is_hanging) in zip(shown, line, strict=True):
                color = accent if dimension in (self.pair or ()) else plain
                style = color + (" reverse" if is_hanging else "")
                text.append(sign * bar, style)
                text.append(" " * (cell - bar))
            text.append("\n")
        return text.append(self._marks(shown, cell))

    def _marks(self, shown: list[int], cell: int) -> Text:
        """Under the bars: x and y, or their number where there is room."""
        signs = dict(zip(reversed(self.pair), "yx", strict=True)) if self.pair else {}
        return Text("".join(signs.get(dimension, "·")[:cell].ljust(cell) for dimension in shown))


def bar_lines(scores: np.ndarray, half: int) -> list[list[tuple[str, bool]]]:
    """The cells of bars, `half` lines above the middle and as many below, each (character, whether it is reversed).

    A reversed character draws what hangs from above: its own part is the ground then.
    """
    half = max(1, half)
    eighths = np.round(np.clip(np.nan_to_num(scores) / REACH, -1, 1) * half * 8).astype(int)
    lines = []
    for row in range(half):
        filled = np.clip(eighths - (half - 1 - row) * 8, 0, 8)
        lines.append([(_EIGHTHS[count], False) for count in filled])
    for row in range(half):
        filled = np.clip(-eighths - row * 8, 0, 8)
        lines.append([(_EIGHTHS[8 - count], True) if 0 < count < 8 else (_EIGHTHS[count], False) for count in filled])
    return lines


def _shown(size: int, pair: tuple[int, int] | None, width: int) -> list[int]:
    """The dimensions that fit: the first ones, and the two that are moved."""
    if size <= width:
        return list(range(size))
    kept = set(pair or ())
    return sorted(kept | set([d for d in range(size) if d not in kept][: max(0, width - len(kept))]))


class CodeMap(Widget):
    """Codes in two of their dimensions, digits where they have labels, and signs where one is."""

    DEFAULT_CSS = "CodeMap { height: 1fr; }"

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.points: np.ndarray = np.zeros((0, 2))
        self.labels: np.ndarray | None = None
        self.places: list[Place] = []

    def show(self, points: np.ndarray, labels: np.ndarray | None, places: list[Place]) -> None:
        """Show points, (n, 2), their labels, and places as (x, y, sign), the last one on top."""
        self.points, self.labels, self.places = points, labels, places
        self.refresh()

    def render(self) -> Text:
        width, height = self.size
        if not len(self.points) or width < 2 or height < 2:
            return Text("")
        characters, owners = scatter(self.points, self.labels, (width, height))
        for x, y, sign in self.places:
            column, row = cells_of(np.array([[x, y]]), self.points, (width, height))[0]
            characters[row, column], owners[row, column] = sign, -2
        styles = {-1: "", -2: f"bold reverse {curve_color(self.app.theme, 1)}"}
        text = Text(no_wrap=True, end="")
        for characters_of_line, owners_of_line in zip(characters.tolist(), owners.tolist(), strict=True):
            for character, owner in zip(characters_of_line, owners_of_line, strict=True):
                text.append(character, styles.get(owner) if owner < 0 else curve_color(self.app.theme, owner))
            text.append("\n")
        return text


def cells_of(points: np.ndarray, within: np.ndarray, size: tuple[int, int]) -> np.ndarray:
    """Columns and rows of points in a field of `size` that just holds those `within`; others stand at its edge."""
    low, high = within.min(axis=0), within.max(axis=0)
    share = np.clip((points - low) / np.where(high > low, high - low, 1), 0, 1)
    share[:, 1] = 1 - share[:, 1]
    return np.round(share * (np.array(size) - 1)).astype(int)


def scatter(points: np.ndarray, labels: np.ndarray | None, size: tuple[int, int]) -> tuple[np.ndarray, np.ndarray]:
    """Characters and owners (the label, or -1), both (rows, columns): labels of one digit, else braille dots."""
    width, height = size
    owners = np.full((height, width), -1)
    if (
        labels is not None
        and labels.dtype.kind in "iuf"
        and labels.ndim == 1
        and labels.min() >= 0
        and labels.max() <= 9
    ):
        characters = np.full((height, width), " ", object)
        columns, rows = cells_of(points, points, size).T
        characters[rows, columns] = [str(int(label)) for label in labels]
        owners[rows, columns] = labels
        return characters, owners
    dots = np.zeros((height * DOTS_DOWN, width * DOTS_ACROSS), bool)
    columns, rows = cells_of(points, points, (width * DOTS_ACROSS, height * DOTS_DOWN)).T
    dots[rows, columns] = True
    canvas = Canvas(height, width)
    canvas.masks |= pack(dots)
    characters = np.array([[chr(code) for code in line] for line in canvas.codepoints()], object)
    return characters, owners
