"""The run directory: written by one process; others read it, leave requests, or start that process.

Standard library only: no Keras, no NumPy, no terminal. Each name is imported when it is first asked for.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aekit.run import exit_codes
    from aekit.run.control import Request, await_answer, done, pending, request
    from aekit.run.create import create_run
    from aekit.run.events import ENDINGS, EventLog
    from aekit.run.find import find_run, list_runs
    from aekit.run.host import hostname, is_alive, process_start
    from aekit.run.info import read_info, write_info
    from aekit.run.paths import RunDirectory, runs_root
    from aekit.run.process import output_tail, start_worker, stop
    from aekit.run.reading import Event, EventReader, history, last, latest_events, read_events
    from aekit.run.state import State, Status, status
    from aekit.run.watch import follow

__all__ = [
    "ENDINGS", "Event", "EventLog", "EventReader", "Request", "RunDirectory", "State", "Status", "await_answer",
    "create_run", "done", "exit_codes", "find_run", "follow", "history", "hostname", "is_alive", "last",
    "latest_events", "list_runs", "output_tail", "pending", "process_start", "read_events", "read_info", "request",
    "runs_root", "start_worker", "status", "stop", "write_info",
]  # fmt: skip

_MODULES = {
    "control": ("Request", "await_answer", "done", "pending", "request"),
    "create": ("create_run",),
    "events": ("ENDINGS", "EventLog"),
    "find": ("find_run", "list_runs"),
    "host": ("hostname", "is_alive", "process_start"),
    "info": ("read_info", "write_info"),
    "paths": ("RunDirectory", "runs_root"),
    "process": ("output_tail", "start_worker", "stop"),
    "reading": ("Event", "EventReader", "history", "last", "latest_events", "read_events"),
    "state": ("State", "Status", "status"),
    "watch": ("follow",),
}
_HOME = {name: f"aekit.run.{module}" for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a name's module: `aekit --help` needs none of them, and must start in a tenth of a second."""
    if name not in _HOME:
        raise AttributeError(f"module 'aekit.run' has no attribute '{name}'")
    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
