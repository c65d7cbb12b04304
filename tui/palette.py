"""The command palette: every action of the screen in front by name, and every run and recipe."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any

from textual.command import DiscoveryHit, Hit, Hits, Provider

from .keys import keys_of, shown

if TYPE_CHECKING:
    from .app import AekitApp

#: Actions that only move a cursor: nobody looks for them by name.
_SILENT = (
    "cursor_",
    "page_",
    "enter",
    "left",
    "right",
    "up",
    "down",
    "command_palette",
    "back",
    "next_tab",
    "previous_tab",
)


class Commands(Provider):
    """What can be done on this screen, and where one can go."""

    def _entries(self) -> Iterator[tuple[str, str, Any]]:
        """(name, help, what to do)."""
        app: AekitApp = self.app  # type: ignore[assignment]
        page = getattr(self.screen, "page", "runs")
        for key in keys_of(page, "everywhere"):
            if not key.id.startswith(_SILENT):
                yield f"{key.label}  ({shown(key.keys)})", key.help, partial(self.screen.run_action, key.id)
        for row in app.rows[:200]:
            yield f"run {row.run.id}", f"{row.status.state}; show it", partial(app.show_run, row.run)
        yield "quit", "leave; runs go on", app.action_quit

    async def discover(self) -> Hits:
        for name, text, action in self._entries():
            yield DiscoveryHit(name, action, help=text)

    async def search(self, query: str) -> Hits:
        matcher = self.matcher(query)
        for name, text, action in self._entries():
            score = max(matcher.match(name), matcher.match(text) * 0.6)
            if score > 0:
                yield Hit(score, matcher.highlight(name), action, help=text)
