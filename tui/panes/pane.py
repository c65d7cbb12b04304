"""What the panes of the Run screen share."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from textual.widget import Widget

from aekit.run import Status

from ..errors import Guarded
from ..store.record import Record

if TYPE_CHECKING:
    from ..app import AekitApp


class Pane(Guarded, Widget):
    """One way to look at a run.

    Attributes:
        every: seconds between two drawings of a run that goes on.
    """

    every = 0.25

    DEFAULT_CSS = "Pane { height: 1fr; }"

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self.record: Record | None = None

    @property
    def aekit(self) -> AekitApp:
        """The app, as what it is."""
        return cast("AekitApp", self.app)

    def show_run(self, record: Record | None) -> None:
        """Another run from now on; `grew` follows."""
        self.record = record

    def grew(self, now: Status) -> None:
        """The run's record or state is not as it was, and the pane is seen."""

    @property
    def inner(self) -> Widget | None:
        """What has the focus while the pane is seen."""
        return None

    def move(self, right: int, down: int) -> None:
        """An arrow key."""

    def copied(self) -> str:
        """What c copies."""
        return str(self.record.run.path) if self.record else ""
