"""Where one is among the pictures of a run: which view, and which step; no terminal in here."""

from __future__ import annotations

from aekit.run import Event

from ..store.pictures import Pictures, step_of
from ..store.record import Record
from .views import View, views


class Browsing:
    """The place in a run's pictures; it follows the newest step until one goes back.

    Args:
        record: of the run; None for no run.
        wanted: the view to begin with, by its name, if there is one like it.

    Attributes:
        view: None while there are no pictures.
        at: the step that is looked at; None follows the newest.
        worst: whether the examples are shown by error.
        chosen: the example that is enlarged, by its place in the file.
    """

    def __init__(self, record: Record | None = None, wanted: str = "") -> None:
        self.pictures = Pictures(record) if record is not None else None
        self.wanted = wanted
        self.view: View | None = None
        self.at: int | None = None
        self.worst = False
        self.chosen: int | None = None

    @property
    def views(self) -> list[View]:
        return views(self.pictures) if self.pictures else []

    @property
    def events(self) -> list[Event]:
        """The preview events of the kind that is shown, by step."""
        return self.pictures.events(self.view.kind) if self.pictures and self.view else []

    @property
    def position(self) -> int:
        """Which of these events is shown: the one of step `at`, or the last before it; -1 where there is none."""
        events = self.events
        if self.at is None or not events:
            return len(events) - 1
        return max(0, sum(step_of(event) <= self.at for event in events) - 1)

    @property
    def event(self) -> Event | None:
        """The event that is shown."""
        events = self.events
        return events[self.position] if events else None

    def look_again(self) -> None:
        """Pictures have come: choose a view if there was none, the remembered one before the first."""
        known = self.views
        if self.view not in known:
            remembered = [view for view in known if str(view) == self.wanted]
            self.view = next(iter(remembered or known), None)

    def go_to(self, position: int) -> None:
        """Another step, by its number among the events; the last one follows the newest."""
        events = self.events
        position = max(0, min(position, len(events) - 1))
        self.at = step_of(events[position]) if position < len(events) - 1 else None

    def choose(self, delta: int, order: list[int]) -> None:
        """The next example in `order`, as they are shown; past either end none."""
        if self.chosen in order:
            place = order.index(self.chosen) + delta
        else:
            place = delta - 1 if delta > 0 else len(order) + delta
        self.chosen = order[place] if 0 <= place < len(order) else None
