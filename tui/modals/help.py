"""The help: every key, from the table that the screens bind from."""

from __future__ import annotations

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import VerticalScroll
from textual.widgets import Static

from aekit.folders import config_folder

from ..keys import TABLE, Key, identity, shown
from .box import Box

TITLES = {
    "runs": "Runs", "run": "Run", "launch": "Launch", "compare": "Compare", "plugins": "Plugins",
    "joystick": "Latent joystick", "table": "In lists", "everywhere": "Everywhere",
}  # fmt: skip


class Help(Box[None]):
    """The keys of a screen first, then all others.

    Args:
        page: the screen that help was asked on.
    """

    BINDINGS = [
        Binding("q,enter,question_mark,f1", "dismiss_box", "close"),
        Binding("j,down", "scroll(1)", "down", show=False),
        Binding("k,up", "scroll(-1)", "up", show=False),
    ]

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page

    def compose(self) -> ComposeResult:
        with VerticalScroll():
            yield Static(self._text())

    def action_scroll(self, lines: int) -> None:
        self.query_one(VerticalScroll).scroll_relative(y=lines, animate=False)

    def _text(self) -> Text:
        keymap = self.app._keymap
        text = Text()
        for place in dict.fromkeys([self.page, "table", "everywhere", *TITLES]):
            text.append(f"{TITLES[place]}\n", "bold")
            for key in (key for key in TABLE if place in key.where):
                text.append(f"  {_keys(key, keymap):<12}", "bold")
                text.append(f"{key.help}\n")
            text.append("\n")
        text.append(f"Other keys: lines such as `stop: S` in {config_folder() / 'keys.yaml'}; the names:\n", "italic")
        text.append(", ".join(identity(key) for key in TABLE), "dim")
        return text


def _keys(key: Key, keymap: object) -> str:
    changed = keymap.get(identity(key)) if isinstance(keymap, dict) else None
    return shown(changed or key.keys)
