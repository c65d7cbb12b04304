"""The recipe's editor: light colours, faulty places marked, and completion as one types."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.text import Text
from textual import events
from textual.message import Message
from textual.strip import Strip
from textual.widgets import TextArea

from aekit.recipe import Problem

from ..errors import Guarded
from .coloring import colored
from .completion import complete

if TYPE_CHECKING:
    from aekit.catalog import Catalog

    from .popup import Popup

#: The rest of a key behind the cursor, which a completed key takes the place of.
_REST_OF_KEY = re.compile(r"[\w.-]*[ \t]*:")
_SIGN = "✗ "


class RecipeEditor(Guarded, TextArea):
    """A text area for YAML.

    Args:
        popup: where completions are shown.

    Attributes:
        catalog: what recipes can name; no completion while it is None.
    """

    DEFAULT_CSS = """
    RecipeEditor { border: none; padding: 0; background: $background; scrollbar-size: 1 1; }
    RecipeEditor:focus { border: none; }
    RecipeEditor > .editor--comment { color: $secondary; text-style: italic; }
    RecipeEditor > .editor--key { color: $primary; }
    RecipeEditor > .editor--text { color: $success; }
    RecipeEditor > .editor--number { color: $accent; }
    RecipeEditor > .editor--word { color: $accent; }
    RecipeEditor > .editor--problem { color: $error; text-style: bold underline; }
    """
    COMPONENT_CLASSES = {
        "editor--comment", "editor--key", "editor--text", "editor--number", "editor--word", "editor--problem",
    }  # fmt: skip

    class Left(Message):
        """Escape: the editor has no more use for the keys."""

    def __init__(self, popup: Popup, id: str | None = None) -> None:  # noqa: A002
        # The text area's own highlight of the cursor's line would paint over the colours.
        super().__init__(
            id=id, soft_wrap=False, show_line_numbers=True, tab_behavior="focus", highlight_cursor_line=False
        )
        self.popup = popup
        self.catalog: Catalog | None = None
        self._problems: dict[int, list[Problem]] = {}
        self._typed = False

    # ------------------------------------------------------------------ problems and colours

    def mark(self, problems: Sequence[Problem]) -> None:
        """Mark the places of problems in this text."""
        self._problems = {}
        for problem in problems:
            self._problems.setdefault(problem.line - 1, []).append(problem)
        self.notify_style_update()
        self.refresh()

    def go_to(self, problem: Problem) -> None:
        line = min(problem.line - 1, self.document.line_count - 1)
        self.move_cursor((line, min(problem.column - 1, len(self.document.get_line(line)))), center=True)

    def put(self, text: str) -> None:
        """Put another text in the place of this one, so that undo brings it back; the cursor stays where it can."""
        row, column = self.cursor_location
        self.replace(text, (0, 0), self.document.end)
        row = min(row, self.document.line_count - 1)
        self.move_cursor((row, min(column, len(self.document.get_line(row)))))

    def get_line(self, line_index: int) -> Text:
        text = super().get_line(line_index)
        for start, end, what in colored(text.plain):
            text.stylize(self.get_component_rich_style(f"editor--{what}", partial=True), start, end)
        for problem in self._problems.get(line_index, ()):
            style = self.get_component_rich_style("editor--problem", partial=True)
            text.stylize(style, problem.column - 1, problem.column - 1 + problem.length)
        return text

    def render_line(self, y: int) -> Strip:
        strip = super().render_line(y)
        if y + self.scroll_offset.y not in self._problems:
            return strip
        left, gutter = self.gutter.left, self.gutter_width
        style = self.rich_style + self.get_component_rich_style("editor--problem", partial=True)
        sign = Strip([Segment(_SIGN, style + style.from_color(style.color, style.bgcolor))])
        place = left + gutter - len(_SIGN)
        return Strip.join([strip.crop(0, place), sign, strip.crop(place + len(_SIGN))])

    # ------------------------------------------------------------------ keys

    async def on_key(self, event: events.Key) -> None:
        """Completion, indentation and leaving come before the text area's own keys."""
        self._typed = event.is_printable or (event.key == "backspace" and self.popup.is_open)
        if self._act(event.key):
            event.stop()
            event.prevent_default()

    def _act(self, key: str) -> bool:
        """Whether the key was for us."""
        popup = self.popup
        if popup.is_open and key in ("up", "down", "enter", "tab", "escape"):
            if key in ("up", "down"):
                popup.move(1 if key == "down" else -1)
            elif key == "escape":
                popup.hide()
            else:
                self.take()
        elif key in ("tab", "ctrl+@", "ctrl+space"):
            self.suggest()
        elif key == "escape":
            # At once: what is typed next is not meant for the text any more.
            self.screen.set_focus(None)
            self.post_message(self.Left())
        elif key == "enter" and not self.read_only:
            self._break_line()
        else:
            return False
        return True

    def _break_line(self) -> None:
        """A new line begins where this one does, or deeper where this one ends in a colon."""
        row, column = self.cursor_location
        before = self.document.get_line(row)[:column]
        indent = len(before) - len(before.lstrip(" "))
        deeper = 2 if before.rstrip().endswith(":") else 0
        self._replace_via_keyboard("\n" + " " * (indent + deeper), *self.selection)

    # ------------------------------------------------------------------ completion

    def on_text_area_selection_changed(self) -> None:
        if self.popup.is_open or self._typed:
            self.suggest(asked=False)

    def on_blur(self) -> None:
        self.popup.hide()

    def suggest(self, asked: bool = True) -> None:
        """Show what may stand at the cursor.

        Args:
            asked: by a key; not only because something was typed.
        """
        row, column = self.cursor_location
        items = complete(self.text, row, column, self.catalog) if self.catalog and not self.read_only else []
        before = self.document.get_line(row)[:column]
        word = before[items[0].start :] if items else ""
        opened = asked or word.strip() or before.rstrip().endswith("type:")
        if not items or not (self._typed or asked) or not opened or [item.insert for item in items] == [word]:
            self.popup.hide()
            return
        self.popup.show(items, self.cursor_screen_offset, self.screen.size)

    def take(self) -> None:
        """Write the chosen completion in the place of the word before the cursor."""
        chosen = self.popup.chosen
        self.popup.hide()
        if chosen is None:
            return
        row, column = self.cursor_location
        rest = _REST_OF_KEY.match(self.document.get_line(row), column)
        insert, end = chosen.insert, column
        if rest and insert.endswith((": ", ": {}")):
            insert, end = chosen.text + ":", rest.end()
        # What comes next is listed at once: the types.
        self._typed = insert == "type: "
        self.replace(insert, (row, chosen.start), (row, end), maintain_selection_offset=False)
        self.move_cursor((row, chosen.start + _landing(insert)))


def _landing(insert: str) -> int:
    """Where the cursor goes within what was written: before the brace where a value is still wanted."""
    return len(insert) - 1 if insert.endswith(": }") else len(insert)
