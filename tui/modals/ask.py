"""A question with a line of text for an answer."""

from __future__ import annotations

from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Input, Static

from .box import Box


class Ask(Box[str]):
    """Ask for a line; escape gives None.

    Args:
        text: the question.
        value: what stands there at first.
        placeholder: what is meant, while nothing stands there.
    """

    DEFAULT_CSS = "Ask Input { width: 60; max-width: 100%; margin-top: 1; }"

    def __init__(self, text: str, value: str = "", placeholder: str = "") -> None:
        super().__init__()
        self.text, self.value, self.placeholder = text, value, placeholder

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(self.text, markup=False)
            yield Input(self.value, placeholder=self.placeholder)
            yield Static("enter takes it    esc leaves it", classes="hint", markup=False)

    def on_mount(self) -> None:
        self.query_one(Input).focus()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        self.dismiss(event.value)
