"""What a screen too small for anything else shows: the latest runs, a line each."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from rich.cells import set_cell_size
from rich.segment import Segment
from textual.strip import Strip
from textual.widget import Widget

from aekit.run.reading import number as finite

from ..words import ago, listed, number, spark

if TYPE_CHECKING:
    from ..app import AekitApp


class Mini(Widget):
    """State, loss and sparkline of the latest runs, as many as there are lines."""

    DEFAULT_CSS = """
    Mini { display: none; height: 1fr; }
    """

    def render_line(self, y: int) -> Strip:
        rows = cast("AekitApp", self.app).rows
        text = self._text(y) if y < len(rows) else ("no runs yet: n begins one" if y == 0 and not rows else "")
        return Strip([Segment(set_cell_size(text, self.size.width), self.rich_style)])

    def _text(self, place: int) -> str:
        row = cast("AekitApp", self.app).rows[place]
        losses = row.status.losses
        loss = finite(losses.get("loss", next(iter(losses.values()), None)))
        room = max(0, min(16, self.size.width - 42))
        words = [listed(row.status)[0], row.run.title[:16], number(loss), ago(row.age), spark(row.spark, room)]
        return f" {'  '.join(filter(None, words))}"
