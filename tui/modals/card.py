"""The error card: what went wrong, and what to do."""

from __future__ import annotations

import traceback

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from aekit.errors import AekitError
from aekit.folders import state_folder

from .box import Box


class Card(Box[None]):
    """Something went wrong; everything else goes on.

    Args:
        title: what.
        text: the message, whole.
        hint: what to do.
    """

    DEFAULT_CSS = """
    Card > VerticalScroll { border: round $error; }
    Card #title { color: $error; text-style: bold; margin-bottom: 1; }
    """
    BINDINGS = [Binding("enter,q", "dismiss_box", "close"), Binding("c", "copy", "copy")]

    def __init__(self, title: str, text: str, hint: str = "") -> None:
        super().__init__()
        self.heading, self.text, self.advice = title, text, hint

    @classmethod
    def of(cls, error: Exception | str) -> Card:
        """The card of an error: aekit's own say what to do themselves, others are defects."""
        if isinstance(error, str):
            return cls("That did not work", error)
        if isinstance(error, AekitError):
            return cls("That did not work", str(error))
        if isinstance(error, OSError):
            return cls("A file could not be used", f"{error.filename or ''}: {error.strerror or error}".lstrip(": "))
        last = traceback.extract_tb(error.__traceback__)[-1:]
        where = f"\n{last[0].filename}:{last[0].lineno} in {last[0].name}" if last else ""
        hint = (
            f"This is a defect of aekit. Runs are not touched by it. The whole story is in {state_folder() / 'ui.log'}"
        )
        return cls("Something broke in the user interface", f"{type(error).__name__}: {error}{where}", hint)

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(self.heading, id="title", markup=False)
            yield Static(self.text, markup=False)
            if self.advice:
                yield Static(self.advice, classes="hint", markup=False)
            yield Static("enter closes    c copies", classes="hint", markup=False)

    def action_copy(self) -> None:
        self.app.copy_to_clipboard(self.text)
        self.notify("copied", timeout=2)
