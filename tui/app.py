"""The application: five screens over one store of runs."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from textual.app import App
from textual.message import Message

from aekit.errors import AekitError, InputError
from aekit.folders import cache_folder, config_folder, state_folder
from aekit.run import RunDirectory, runs_root

from . import first_paint
from .asking import Asking, Then
from .errors import Guarded, log_error
from .keys import bindings, read_keymap
from .launching import Launcher
from .palette import Commands
from .screens import MODES
from .settings import Settings
from .store.listing import Row
from .store.looker import Looker
from .store.store import Store
from .store.tail import Batch
from .themes import ANSI, NAMES, THEMES, next_theme


class AekitApp(Guarded, App[int]):
    """aekit's terminal application.

    Args:
        runs: the folder of runs.
        standby: keep a worker ready to launch.
        theme: by name, with or without its "aekit-"; the remembered one by default.
        run: show this one first; the list of runs by default.
    """

    TITLE = "aekit"
    CSS_PATH = "app.tcss"
    BINDINGS = bindings("everywhere")
    COMMANDS = {Commands}
    MODES = MODES
    DEFAULT_MODE = "runs"

    class Grew(Message):
        """Events came from logs."""

        def __init__(self, batches: list[Batch]) -> None:
            super().__init__()
            self.batches = batches

    class Listed(Message):
        """The list of runs was looked at and is not as it was."""

        def __init__(self, rows: list[Row]) -> None:
            super().__init__()
            self.rows = rows

        def can_replace(self, message: Message) -> bool:
            return isinstance(message, AekitApp.Listed)

    def __init__(
        self,
        runs: Path | None = None,
        standby: bool = True,
        theme: str | None = None,
        run: RunDirectory | None = None,
    ) -> None:
        if run:
            # On the instance, before Textual looks: the list of runs is made when somebody goes there.
            self.DEFAULT_MODE = "run"  # type: ignore[misc]
        super().__init__(ansi_color=True if os.environ.get("NO_COLOR") else None)
        self.root = runs_root(runs)
        self.settings = Settings.load(state_folder() / "ui.json")
        self._kept = asdict(self.settings)
        self.rows: list[Row] = []
        self.listed = False
        self.store = Store(lambda batches: self.post_message(self.Grew(batches)), cache_folder() / "logs")
        self.looker = Looker(self.root, lambda rows: self.post_message(self.Listed(rows)))
        self.asking = Asking(self.store)
        self.launcher = Launcher(
            self.root, wanted=standby and self.settings.standby and os.environ.get("AEKIT_STANDBY") != "0"
        )
        self._choose_theme(theme)
        if run:
            self.settings.last_run = run.id
        self._broken = 0
        self._seen: tuple[object, ...] = ("", [])

    def _choose_theme(self, given: str | None) -> None:
        """Before the first style is made: a change of theme makes them all anew."""
        for theme in THEMES:
            self.register_theme(theme)
        wanted = ANSI if self.no_color else given or self.settings.theme
        self.theme = next((name for name in (wanted, f"aekit-{wanted}") if name in NAMES), NAMES[0])

    # ------------------------------------------------------------------ start and end

    def on_mount(self) -> None:
        self._read_keys()
        self.store.start()
        self.looker.start()
        self.set_interval(1.0, self._every_second)
        self.call_after_refresh(self.launcher.stand_by, self.rows)

    def _read_keys(self) -> None:
        try:
            self.set_keymap(read_keymap(config_folder() / "keys.yaml"))
        except InputError as error:
            self.call_later(self.tell, error)

    def _every_second(self) -> None:
        seen = (self.launcher.note, self.launcher.starting)
        if seen != self._seen:
            self._seen = seen
            self.page_call("rows_changed")
        self.asking.collect()
        self.launcher.look_after(self.rows)
        self._keep_settings()

    def _keep_settings(self) -> None:
        """At once when they change: the connection may be lost, and the application with it."""
        if self._kept != (now := asdict(self.settings)):
            self._kept = now
            self.settings.save(state_folder() / "ui.json")

    async def action_quit(self) -> None:
        first_paint.keep(self)
        self._keep_settings()
        self.exit(0)

    def _handle_exception(self, error: Exception) -> None:
        """An error outside a guarded handler, in a timer or a callback: a card too; a flood of them ends the app."""
        self._broken += 1
        if self.is_headless or self._broken > 20 or not self.screen_stack:
            super()._handle_exception(error)
        else:
            self.tell(error)

    def on_unmount(self) -> None:
        self.store.shut()
        self.looker.close()
        self.launcher.close()

    # ------------------------------------------------------------------ what comes from the threads

    def on_aekit_app_grew(self, message: Grew) -> None:
        changed = self.store.take(message.batches)
        self.asking.collect()
        self.page_call("records_changed", changed)

    def on_aekit_app_listed(self, message: Listed) -> None:
        self.rows, self.listed = message.rows, True
        self.page_call("rows_changed")

    def page_call(self, method: str, *arguments: object) -> None:
        """Tell the screen in front, and what lies over it, if it wants to know."""
        for screen in self.screen_stack:
            function = getattr(screen, method, None)
            if function:
                function(*arguments)

    def row(self, name: str | None) -> Row | None:
        """The row of a run's id, if it is in the list."""
        return next((row for row in self.rows if row.run.id == name), None)

    # ------------------------------------------------------------------ actions that work everywhere

    def action_screen(self, name: str) -> None:
        if self.screen.is_modal:
            return
        self.switch_mode(name)

    def action_theme(self) -> None:
        self.theme = self.settings.theme = next_theme(self.theme)
        self.notify(self.theme, timeout=2)

    def action_help(self) -> None:
        from .modals.help import Help

        if not isinstance(self.screen, Help):
            self.push_screen(Help(getattr(self.screen, "page", "runs")))

    async def action_back(self) -> None:
        """Close what lies on top; from another screen to the list of runs; from there leave."""
        if self.screen.is_modal:
            self.pop_screen()
        elif getattr(self.screen, "step_back", bool)():
            return
        elif self.current_mode != "runs":
            self.switch_mode("runs")
        else:
            await self.action_quit()

    def show_run(self, run: RunDirectory) -> None:
        """Screen 2 with this run."""
        self.settings.last_run = run.id
        self.store.open(run)
        self.switch_mode("run")
        self.page_call("run_chosen")

    def tell(self, error: Exception | str) -> None:
        """What went wrong as a card; the application goes on."""
        from .modals.card import Card

        if isinstance(error, Exception) and not isinstance(error, AekitError):
            log_error(error)
        card = Card.of(error)
        if not any(isinstance(screen, Card) and screen.text == card.text for screen in self.screen_stack):
            self.push_screen(card)  # what goes wrong every second is one card, not a pile of them

    def ask(self, run: RunDirectory, verb: str, then: Then, **arguments: object) -> None:
        """Leave a request with a live run; `then` is called with its answer."""
        late = lambda text: self.notify(text, severity="warning")  # noqa: E731
        self.asking.ask(run, verb, then, late, **arguments)

    def copy(self, text: str) -> None:
        """To the clipboard, through the terminal (OSC 52): it works over SSH."""
        self.copy_to_clipboard(text)
        self.notify(f"copied {text if len(text) < 60 else f'{len(text)} characters'}", timeout=2)

    def marked(self) -> Sequence[RunDirectory]:
        """The marked runs that exist, in the order of the marks."""
        known = {row.run.id: row.run for row in self.rows}
        return [known[name] for name in self.settings.marks if name in known]
