"""A question with yes and no."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from .box import Box


class Confirm(Box[bool]):
    """Ask before something that cannot be taken back.

    Args:
        text: the question.
        verb: what y does.
    """

    BINDINGS = [Binding("y,enter", "yes", "yes"), Binding("n,q", "dismiss_box", "no")]

    def __init__(self, text: str, verb: str) -> None:
        super().__init__()
        self.text, self.verb = text, verb

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(self.text, markup=False)
            yield Static(f"y {self.verb}    n leave it", classes="hint", markup=False)

    def action_yes(self) -> None:
        self.dismiss(True)
