"""A recipe's options as a form: toggles, choices and lines, from the components' signatures."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text
from textual.app import ComposeResult
from textual.binding import Binding
from textual.containers import Vertical
from textual.widgets import Input, Static

from aekit.errors import InputError

from ..launch.fields import Field
from ..widgets.table import Cell, Column, Line, Table
from .box import Box

COLUMNS = (
    Column("", 1), Column("part", 20), Column("option", 18), Column("value", 0), Column("default", 15, drop=1),
)  # fmt: skip
#: With more choices than this, enter opens a line in place of going through them.
MOST_TURNS = 6

#: What was changed: the path, and what is to stand there; None takes the option out, so that its default holds.
Changes = list[tuple[tuple[str, ...], str | None]]


class Form(Box[Changes]):
    """Change options; `y` gives the changes, escape nothing.

    Args:
        title: over it.
        fields: in order, those of a group together.
    """

    DEFAULT_CSS = """
    Form > Vertical {
        width: 96; max-width: 96%; height: 90%; border: round $primary; background: $surface; padding: 0 1;
    }
    Form.-narrow > Vertical { max-width: 100%; height: 100%; padding: 0; }
    Form Table { background: $surface; }
    Form Static { width: 1fr; height: auto; max-height: 4; }
    Form #head { text-style: bold; }
    Form #about { color: $foreground; margin-top: 1; }
    Form .hint { margin-top: 0; }
    """
    BINDINGS = [
        Binding("y,f2", "take", "take"),
        Binding("q", "dismiss_box", "leave"),
        Binding("left,h", "turn(-1)", "choice before"),
        Binding("right,l,space", "turn(1)", "next choice"),
        Binding("backspace,delete", "reset", "default"),
    ]

    def __init__(self, title: str, fields: Sequence[Field]) -> None:
        super().__init__()
        self.heading = title
        self.fields = {".".join(field.path): field for field in fields}
        self.changed: dict[str, str | None] = {}

    def compose(self) -> ComposeResult:
        line = Input(id="value")
        line.display = False
        with Vertical():
            yield Static(self.heading, id="head", markup=False)
            yield Table(COLUMNS, "no options: the components' types are not known")
            yield Static(id="about", markup=False)
            yield line
            hint = "enter changes  space next choice  del default  y takes all  esc leaves it"
            yield Static(hint, classes="hint", markup=False)

    def on_mount(self) -> None:
        self._draw()
        self.table.focus()
        self._tell("")

    @property
    def table(self) -> Table:
        return self.query_one(Table)

    @property
    def line(self) -> Input:
        return self.query_one("#value", Input)

    @property
    def field(self) -> Field | None:
        """The field that the cursor is on."""
        return self.fields.get(self.table.key or "")

    # ------------------------------------------------------------------ drawing

    def _draw(self) -> None:
        lines, group = [], ""
        for key, field in self.fields.items():
            lines.append(self._line(key, field, field.group if field.group != group else ""))
            group = field.group
        self.table.show(lines)

    def _line(self, key: str, field: Field, group: str) -> Line:
        value = self._value(key, field)
        mark: Cell = ("●", "accent") if key in self.changed else ("", "")
        told = "" if field.given or key in self.changed else "secondary"
        cells: tuple[Cell, ...] = (
            mark, (group, "primary"), (field.name, ""), (value or "-", told), (field.default, "secondary"),
        )  # fmt: skip
        return Line(key, cells)

    def _value(self, key: str, field: Field) -> str:
        changed = self.changed.get(key, field.value)
        return field.default if changed is None else changed

    def on_table_moved(self, message: Table.Moved) -> None:
        self._tell("")

    def _tell(self, wrong: str) -> None:
        """The field's words, and what is wrong with what was written."""
        field, about = self.field, self.query_one("#about", Static)
        if field is None:
            about.update("")
        elif wrong:
            about.update(Text(f"✗ {wrong}", "bold"))
        else:
            about.update(f"{field.words}{f' · {field.doc}' if field.doc else ''}")

    # ------------------------------------------------------------------ changing

    def on_table_opened(self, message: Table.Opened) -> None:
        field = self.field
        if field is None:
            return
        if 0 < len(field.choices) <= MOST_TURNS:
            self.action_turn(1)
            return
        self.line.display = True
        self.line.value = self._value(".".join(field.path), field)
        self.line.focus()

    def action_turn(self, by: int) -> None:
        """The next of the values that there are."""
        field = self.field
        if field is None or not field.choices:
            return
        value = self._value(".".join(field.path), field)
        place = field.choices.index(value) + by if value in field.choices else 0
        self._set(field, field.choices[place % len(field.choices)])

    def action_reset(self) -> None:
        """The default again, by taking the option out of the recipe."""
        field = self.field
        if field is not None and field.default:
            self._set(field, None)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        field = self.field
        if field is None:
            return
        written = event.value.strip()
        try:
            wrong = field.why_wrong(written) if written else ""
        except InputError as error:
            wrong = str(error)
        if wrong or (not written and not field.default):
            self._tell(wrong or "a value is needed here")
            return
        self._set(field, written or None)
        self._close_line()

    def _set(self, field: Field, value: str | None) -> None:
        key = ".".join(field.path)
        if value == (field.value if field.given else None) or (value == field.default and not field.given):
            self.changed.pop(key, None)
        else:
            self.changed[key] = value
        self._draw()
        self._tell("")

    def _close_line(self) -> None:
        self.line.display = False
        self.table.focus()

    # ------------------------------------------------------------------ leaving

    def action_take(self) -> None:
        self.dismiss([(self.fields[key].path, value) for key, value in self.changed.items()])

    def action_back(self) -> None:
        self.action_dismiss_box()

    def action_dismiss_box(self) -> None:
        """Escape ends the line first, then the form."""
        if self.line.display:
            self._close_line()
        else:
            self.dismiss(None)
