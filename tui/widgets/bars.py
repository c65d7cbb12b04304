"""The top line with the screens' names, and the bottom line with the keys: one cheap widget each."""

from __future__ import annotations

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.reactive import reactive
from textual.strip import Strip
from textual.widget import Widget

from ..keys import shown

PAGES = ("runs", "run", "launch", "compare", "plugins")


class TopLine(Widget):
    """`aekit  1 Runs  2 Run ...` and, to the right, what the app has to say.

    Args:
        page: the screen that it stands on.
    """

    DEFAULT_CSS = """
    TopLine { height: 1; background: $panel; color: $foreground; }
    TopLine > .bar--here { background: $primary; color: $background; text-style: bold; }
    TopLine > .bar--name { color: $primary; text-style: bold; }
    TopLine > .bar--note { color: $secondary; }
    """
    COMPONENT_CLASSES = {"bar--here", "bar--name", "bar--note"}
    note: reactive[str] = reactive("")

    def __init__(self, page: str) -> None:
        super().__init__()
        self.page = page

    def _pieces(self) -> list[tuple[str, str, str]]:
        """(text, component class, page) from left to right; narrow screens get the numbers alone."""
        wide = self.size.width >= 58
        pieces = [(" aekit " if wide else " ", "bar--name", "")]
        for place, page in enumerate(PAGES, 1):
            title = f" {place} {page.capitalize()} " if wide else f" {place} "
            pieces.append((title, "bar--here" if page == self.page else "", page))
        return pieces

    def render_line(self, y: int) -> Strip:
        base, width = self.rich_style, self.size.width
        pieces = self._pieces()
        segments = [Segment(text, base + self._part(part)) for text, part, _ in pieces]
        room = width - sum(len(text) for text, _, _ in pieces)
        note = f"{self.note} " if len(self.note) + 2 <= room else ""
        segments.append(Segment(" " * max(0, room - len(note)), base))
        segments.append(Segment(note, base + self._part("bar--note")))
        return Strip(segments).adjust_cell_length(width, base)

    def _part(self, name: str) -> Style:
        return self.get_component_rich_style(name, partial=True) if name else Style.null()

    def on_click(self, event: events.Click) -> None:
        left = 0
        for text, _, page in self._pieces():
            if left <= event.x < left + len(text) and page:
                self.app.switch_mode(page)
            left += len(text)


class KeyLine(Widget):
    """The keys that work here, as many as there is room for."""

    DEFAULT_CSS = """
    KeyLine { height: 1; background: $panel; color: $secondary; }
    KeyLine > .keyline--key { color: $accent; text-style: bold; }
    """
    COMPONENT_CLASSES = {"keyline--key"}

    def on_mount(self) -> None:
        self.screen.bindings_updated_signal.subscribe(self, lambda _: self.refresh())

    def _pieces(self) -> list[tuple[str, str, str]]:
        """(key, label, action); ? and : come first, so that no screen is too narrow for them."""
        found: dict[str, tuple[str, str, str]] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if binding.show and active.enabled and binding.action not in found:
                found[binding.action] = (shown(binding.key), binding.description, binding.action)
        first = [found.pop(action) for action in ("help",) if action in found]
        return [*first, *found.values()]

    def render_line(self, y: int) -> Strip:
        base, width = self.rich_style, self.size.width
        key_style = base + self.get_component_rich_style("keyline--key", partial=True)
        segments, used = [], 0
        for key, label, _ in self._pieces():
            if used + len(key) + len(label) + 3 > width:
                break
            segments += [Segment(f" {key}", key_style), Segment(f" {label} ", base)]
            used += len(key) + len(label) + 3
        return Strip([*segments, Segment(" " * (width - used), base)]).adjust_cell_length(width, base)

    async def on_click(self, event: events.Click) -> None:
        left = 0
        for key, label, action in self._pieces():
            width = len(key) + len(label) + 3
            if left <= event.x < left + width:
                await self.screen.run_action(action)
                return
            left += width
