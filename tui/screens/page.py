"""What the five screens share: the top and bottom lines, the mini view, and a guard over their handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual import events
from textual.app import ComposeResult
from textual.screen import Screen
from textual.widget import Widget

from ..errors import Guarded
from ..widgets.bars import KeyLine, TopLine
from ..widgets.mini import Mini

if TYPE_CHECKING:
    from ..app import AekitApp

#: Below this a page shows its mini view.
SMALLEST = (60, 16)


class Page(Guarded, Screen[None]):
    """One of the five screens; `body` gives what stands between its lines.

    Attributes:
        page: its name in the table of keys.
    """

    page = ""

    def compose(self) -> ComposeResult:
        yield TopLine(self.page)
        yield from self.body()
        yield Mini()
        yield KeyLine()

    def body(self) -> list[Widget]:
        raise NotImplementedError

    @property
    def aekit(self) -> AekitApp:
        """The app, as what it is."""
        return cast("AekitApp", self.app)

    def on_resize(self, event: events.Resize) -> None:
        self.set_class(event.size.width < SMALLEST[0] or event.size.height < SMALLEST[1], "-mini")

    def on_screen_resume(self) -> None:
        self.set_class(self.size.width < SMALLEST[0] or self.size.height < SMALLEST[1], "-mini")
        self.rows_changed()

    def step_back(self) -> bool:
        """Undo what q and escape undo before they leave the screen; False where there is nothing."""
        return False

    def rows_changed(self) -> None:
        """The list of runs is not as it was."""
        if not self.query(TopLine):
            return  # pushed, and not composed yet
        note = self.aekit.launcher.note
        running = sum(row.status.state == "running" for row in self.aekit.rows)
        parts = [f"{running} running" if running else "", f"worker {note}" if note else ""]
        self.query_one(TopLine).note = " · ".join(filter(None, parts))
        mini = self.query_one(Mini)
        if mini.display:
            mini.refresh()
