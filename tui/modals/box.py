"""What the modals share: a box in the middle, as wide as its text needs, over a dimmed screen."""

from __future__ import annotations

from typing import TypeVar

from textual.binding import Binding
from textual.screen import ModalScreen

from ..errors import Guarded

Result = TypeVar("Result")


class Box(Guarded, ModalScreen[Result]):
    """A modal in a box; escape closes it with nothing."""

    DEFAULT_CSS = """
    Box { align: center middle; }
    Box > VerticalScroll {
        width: auto; max-width: 90%; min-width: 40; height: auto; max-height: 90%;
        border: round $primary; background: $surface; padding: 1 2;
    }
    Box.-narrow > VerticalScroll { max-width: 100%; min-width: 0; padding: 0 1; }
    Box Static { width: auto; max-width: 100%; }
    Box .hint { color: $secondary; margin-top: 1; }
    """
    BINDINGS = [Binding("escape", "dismiss_box", "close", show=False)]

    def on_resize(self) -> None:
        self.set_class(self.app.size.width < 60, "-narrow")

    def action_dismiss_box(self) -> None:
        self.dismiss(None)

    def action_back(self) -> None:
        self.dismiss(None)
