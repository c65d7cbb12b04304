"""The run directory: written by one process; others read it, leaves requests, or starts that process.

Standard library only: no Keras, no NumPy, no terminal.
"""

from __future__ import annotations

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
from aekit.run.status import Status, status
from aekit.run.watch import follow

__all__ = [
    "ENDINGS", "Event", "EventLog", "EventReader", "Request", "RunDirectory", "Status", "await_answer",
    "create_run", "done", "exit_codes", "find_run", "follow", "history", "hostname", "is_alive", "last",
    "latest_events", "list_runs", "output_tail", "pending", "process_start", "read_events", "read_info",
    "request", "runs_root", "start_worker", "status", "stop", "write_info",
]  # fmt: skip
