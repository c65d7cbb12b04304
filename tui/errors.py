"""What goes wrong becomes a card, and the application goes on."""

from __future__ import annotations

import time
import traceback
from typing import TYPE_CHECKING

from textual.events import Event
from textual.message import Message
from textual.message_pump import MessagePump
from textual.worker import Worker, WorkerState

from aekit.folders import state_folder

if TYPE_CHECKING:
    from .app import AekitApp


class Guarded(MessagePump):
    """For the app, its screens and its own widgets: an error in a handler is told, and ends nothing."""

    async def on_event(self, event: Event) -> None:
        try:
            await super().on_event(event)
        except Exception as error:
            _tell(self, error)

    async def _on_message(self, message: Message) -> None:
        try:
            await super()._on_message(message)
        except Exception as error:
            _tell(self, error)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """What fails beside the screen, in a task or a thread, is told like everything else."""
        if event.state is WorkerState.ERROR and isinstance(event.worker.error, Exception):
            _tell(self, event.worker.error)


def _tell(pump: MessagePump, error: Exception) -> None:
    app: AekitApp = pump.app  # type: ignore[assignment]
    if not app.is_running or not app.screen_stack:
        raise error
    app.tell(error)


def log_error(error: Exception) -> None:
    """Keep the traceback of a defect in ui.log, for a report."""
    text = "".join(traceback.format_exception(error))
    try:
        folder = state_folder()
        folder.mkdir(parents=True, exist_ok=True)
        with (folder / "ui.log").open("a", encoding="utf-8") as file:
            file.write(f"{time.strftime('%Y-%m-%dT%H:%M:%S')}\n{text}\n")
    except OSError:
        return
