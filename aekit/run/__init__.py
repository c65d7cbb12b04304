"""The run directory: written by one process; others read it, leave requests, or start that process.

Standard library only: no Keras, no NumPy, no terminal. Each name is imported when it is first asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from aekit.lazy import lazy_names

if TYPE_CHECKING:
    from aekit.run import exit_codes
    from aekit.run.control import Request, await_answer, done, pending, request
    from aekit.run.create import create_run
    from aekit.run.events import ENDINGS, EventLog
    from aekit.run.find import find_run, list_runs
    from aekit.run.fork import checkpoints_of, fork_run, run_after, stages_of
    from aekit.run.host import hostname, is_alive, process_start
    from aekit.run.info import read_info, write_info
    from aekit.run.paths import RunDirectory, runs_root
    from aekit.run.process import output_tail, start_worker, stop
    from aekit.run.reading import Event, EventReader, history, last, latest_events, read_events
    from aekit.run.standby import Standby, decode_array, enough_memory
    from aekit.run.state import State, Status, status
    from aekit.run.watch import follow

__all__ = [
    "ENDINGS", "Event", "EventLog", "EventReader", "Request", "RunDirectory", "Standby", "State", "Status",
    "await_answer", "checkpoints_of", "create_run", "decode_array", "done", "enough_memory", "exit_codes", "find_run",
    "follow", "fork_run", "history", "hostname", "is_alive", "last", "latest_events", "list_runs", "output_tail",
    "pending", "process_start", "read_events", "read_info", "request", "run_after", "runs_root", "stages_of",
    "start_worker", "status", "stop", "write_info",
]  # fmt: skip

_MODULES = {
    "control": ("Request", "await_answer", "done", "pending", "request"),
    "create": ("create_run",),
    "events": ("ENDINGS", "EventLog"),
    "find": ("find_run", "list_runs"),
    "fork": ("checkpoints_of", "fork_run", "run_after", "stages_of"),
    "host": ("hostname", "is_alive", "process_start"),
    "info": ("read_info", "write_info"),
    "paths": ("RunDirectory", "runs_root"),
    "process": ("output_tail", "start_worker", "stop"),
    "reading": ("Event", "EventReader", "history", "last", "latest_events", "read_events"),
    "standby": ("Standby", "decode_array", "enough_memory"),
    "state": ("State", "Status", "status"),
    "watch": ("follow",),
}

__getattr__, __dir__ = lazy_names(__name__, globals(), _MODULES)
