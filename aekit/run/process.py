"""Starting and stopping the process of a run."""

from __future__ import annotations

import os
import signal as signals
import subprocess
import sys

from aekit.errors import RunError
from aekit.run.host import hostname
from aekit.run.paths import RunDirectory
from aekit.run.state import status

WORKER = "aekit.training.worker"


def start_worker(run: RunDirectory, resume: bool = False, module: str | None = None) -> subprocess.Popen[bytes]:
    """Start a run's process, `python -m MODULE RUN [--resume]`, in a session that outlives terminals.

    Its output goes to the run's output.txt. The current folder is kept off its import path (-P), so that a
    stray types.py there is not imported in place of Python's.

    Args:
        module: what to run, `WORKER` unless said otherwise.
    """
    command = [sys.executable, "-P", "-m", module or WORKER, str(run.path), *(["--resume"] if resume else [])]
    with run.output.open("ab") as output:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )


def stop(run: RunDirectory, signal: int = signals.SIGTERM) -> None:
    """Ask a run's process to stop: it finishes the step, writes a checkpoint and exits.

    Raises:
        RunError: the run does not run, or runs on another machine, where only a request reaches it.
    """
    now = status(run)
    if now.is_over or now.pid is None:
        raise RunError(f"{run.id} does not run: it is {now.state}")
    if now.host != hostname():
        raise RunError(f"{run.id} runs on {now.host}, this is {hostname()}: leave a stop request instead")
    try:
        os.kill(now.pid, signal)
    except (ProcessLookupError, PermissionError) as error:
        raise RunError(f"{run.id}: process {now.pid} cannot be signalled ({error.strerror})") from None


def output_tail(run: RunDirectory, lines: int = 20) -> str:
    """The last lines of what the run's process printed; empty when there is nothing."""
    try:
        with run.output.open("rb") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 400 * lines))
            text = file.read().decode("utf-8", "replace")
    except OSError:
        return ""
    return "\n".join(text.splitlines()[-lines:])
