"""All examples of a picture, and beside them the chosen one enlarged."""

from __future__ import annotations

import numpy as np
from textual.app import ComposeResult
from textual.containers import Horizontal

from ..store.pictures import Picture
from ..widgets.filmstrip import Film, Filmstrip
from ..widgets.pixels import Pixels
from .views import enlarged, labels_of, rows_of


class Gallery(Horizontal):
    """A picture by its examples; `show` replaces it."""

    DEFAULT_CSS = """
    Gallery { height: 1fr; }
    Gallery Filmstrip { width: 1fr; }
    Gallery #enlarged { width: 2fr; display: none; margin-left: 1; }
    Gallery.-enlarged Filmstrip { width: 3fr; }
    Gallery.-enlarged #enlarged { display: block; }
    Gallery.-enlarged.-narrow Filmstrip { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.picture: Picture | None = None
        self.part = ""
        self.chosen: int | None = None

    def compose(self) -> ComposeResult:
        yield Filmstrip(id="film")
        yield Pixels(id="enlarged")

    def on_resize(self) -> None:
        self.set_class(self.size.width < 50, "-narrow")
        self.call_after_refresh(self._enlarge)

    @property
    def columns(self) -> int:
        """Examples in a line, as they are shown."""
        layout = self.query_one(Filmstrip).layout_shown
        return layout.columns if layout else 1

    def show(self, picture: Picture, part: str, worst: bool, chosen: int | None) -> None:
        """Show a part of a picture.

        Args:
            worst: the examples by their error.
            chosen: the one that is enlarged, by its place in the file.
        """
        self.picture, self.part = picture, part
        self.chosen = chosen if chosen is not None and chosen < picture.count else None
        order = picture.order(worst)
        place = None if self.chosen is None else order.tolist().index(self.chosen)
        film = Film(rows_of(picture, part, order), labels_of(picture, order), place, picture.columns)
        self.query_one(Filmstrip).show_film(film)
        self._enlarge()

    def say(self, text: str) -> None:
        """A sentence where there is no picture."""
        self.picture = self.chosen = None
        self.query_one(Filmstrip).show_film(None, text)
        self._enlarge()

    def _enlarge(self) -> None:
        is_one = self.chosen is not None
        if is_one != self.has_class("-enlarged"):
            self.set_class(is_one, "-enlarged")
            self.call_after_refresh(self._enlarge)  # only then it has its size
        if self.picture is None or self.chosen is None:
            return
        large = self.query_one("#enlarged", Pixels)
        rows = rows_of(self.picture, self.part, np.array([self.chosen]))
        image, tiles = enlarged(rows, (max(1, large.size.width), max(1, large.size.height)))
        large.show(image, tiles=tiles)
