"""Screen 5: every component that recipes can name, where it is from, and what is broken, with the reason."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from rich.text import Text
from textual.containers import Horizontal, VerticalScroll
from textual.widget import Widget
from textual.widgets import Static

from ..aside import aside
from ..keys import bindings
from ..widgets.table import Cell, Column, Line, Table
from .filtering import Filtering

if TYPE_CHECKING:
    from aekit.catalog import Broken, Catalog, Component

COLUMNS = (Column("kind", 8), Column("type", 0), Column("from", 10, drop=1))


class PluginsScreen(Filtering):
    """The catalog, read from the plugins' source: nothing is imported, so that nothing can break."""

    page = "plugins"
    BINDINGS = bindings("plugins")
    DEFAULT_CSS = """
    PluginsScreen #catalog { width: 2fr; }
    PluginsScreen #about { width: 3fr; padding: 0 1; border-left: solid $panel; }
    PluginsScreen.-mini Horizontal { display: none; }
    """

    def __init__(self) -> None:
        super().__init__()
        self.catalog: Catalog | None = None
        self._shown: dict[str, Component | Broken] = {}

    def body(self) -> list[Widget]:
        field = self.filter_field("a kind, a type or a file")
        table = Table(COLUMNS, "reading the plugins' source", id="catalog")
        return [field, Horizontal(table, VerticalScroll(Static(id="text"), id="about", can_focus=False))]

    def on_mount(self) -> None:
        self.query_one(Table).focus()

    def on_screen_resume(self) -> None:
        super().on_screen_resume()
        self.run_worker(self._read(), exit_on_error=False)

    async def _read(self) -> None:
        """In a thread: reading some fifty files takes its time on a slow disk."""
        from aekit.catalog import read_catalog

        self.catalog = await aside(read_catalog)
        self.narrow()

    def narrow(self) -> None:
        if self.catalog is None:
            return
        words = self.words
        lines, self._shown = [], {}
        for broken in self.catalog.broken:
            for kind, name in broken.names or (("plugin", Path(broken.file).name),):
                lines.append(self._line(broken, kind, f"✗ {name}", "error"))
        for component in sorted(self.catalog.components.values(), key=lambda c: (c.kind, c.name)):
            lines.append(self._line(component, component.kind, component.name, ""))
        table = self.query_one(Table)
        table.empty = "nothing matches the filter"
        table.show([line for line in lines if all(word in _haystack(line) for word in words)])
        self._describe(table.key)

    def _line(self, item: Component | Broken, kind: str, name: str, color: str) -> Line:
        key = f"{kind} {name} {item.place}"
        self._shown[key] = item
        cells: tuple[Cell, ...] = ((kind, "secondary"), (name, color), (item.origin, "secondary"))
        return Line(key, cells)

    def on_table_moved(self, message: Table.Moved) -> None:
        self._describe(message.key)

    def _describe(self, key: str | None) -> None:
        item = self._shown.get(key or "")
        self.query_one("#text", Static).update(describe(item) if item else "")

    # ------------------------------------------------------------------ keys

    def action_new(self) -> None:
        self.app.switch_mode("launch")

    def action_copy(self) -> None:
        item = self._shown.get(self.query_one(Table).key or "")
        if item:
            self.aekit.copy(str(item.file))


def describe(item: Component | Broken) -> Text:
    """All that is known of a component, or why its plugin is broken."""
    from aekit.catalog import Broken

    return _describe_broken(item) if isinstance(item, Broken) else _describe_component(item)


def _describe_broken(broken: Broken) -> Text:
    text = Text()
    text.append("This plugin is broken\n\n", "bold")
    text.append(f"{broken.reason}\n\n")
    text.append(f"{broken.place}\n", "italic")
    text.append("\nOther plugins are not hurt by it.")
    return text


def _describe_component(component: Component) -> Text:
    text = Text()
    text.append(f"{component.kind} ", "italic")
    text.append(f"{component.name}\n", "bold")
    text.append(f"{component.place}\n\n", "italic")
    text.append(f"{component.doc.strip() or 'It has no docstring.'}\n\n")
    for parameter in component.parameters.values():
        text.append(f"  {parameter.name}", "bold")
        text.append(f": {parameter.annotation or 'anything'}")
        text.append("  (must be given)\n" if parameter.required else f" = {parameter.default!r}\n")
    if component.positional:
        text.append(f"\nfrom the framework: {', '.join(component.positional)}", "italic")
    return text


def _haystack(line: Line) -> str:
    return f"{line.key} {' '.join(cell for cell, _ in line.cells)}".lower()
