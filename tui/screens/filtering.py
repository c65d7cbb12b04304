"""A line above a list that narrows it: `/` opens it, enter keeps it, escape ends it."""

from __future__ import annotations

from textual.widgets import Input

from ..widgets.table import Table
from .page import Page


class Filtering(Page):
    """For a page with a Table; `narrow` shows what is left of it."""

    def filter_field(self, what: str) -> Input:
        """The line, to be put above the list.

        Args:
            what: the words to type a part of.
        """
        field = Input(placeholder=f"filter: part of {what}; escape ends it", id="filter")
        field.display = False
        return field

    @property
    def words(self) -> list[str]:
        """What must stand in a line of the list, in lower case."""
        return self.query_one("#filter", Input).value.lower().split()

    def narrow(self) -> None:
        """The words are not as they were."""
        raise NotImplementedError

    def action_filter(self) -> None:
        field = self.query_one("#filter", Input)
        field.display = True
        self.set_focus(field)  # at once: what is typed next is meant for it

    def on_input_changed(self, event: Input.Changed) -> None:
        self.narrow()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.query_one(Table).focus()
        event.input.display = bool(event.value)

    def step_back(self) -> bool:
        """Escape and q end the filter first."""
        field = self.query_one("#filter", Input)
        if not field.display:
            return False
        field.value, field.display = "", False
        self.query_one(Table).focus()
        return True
