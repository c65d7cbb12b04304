"""A run's process: `python -m aekit.training.worker RUN [--resume]`.

It puts itself on record before the slow import of TensorFlow, trains, and turns every ending into an event and an exit
code: 0 finished, 1 failed, 2 bad input, 75 stopped with a checkpoint, 130 interrupted before one.
"""

from __future__ import annotations

import argparse
import errno
import os
import signal
import sys
import traceback
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from aekit.errors import AekitError, RunError
from aekit.recipe import load_recipe
from aekit.run import EventLog, RunDirectory, exit_codes, hostname, last, process_start, read_events, write_info
from aekit.run.files import remove_leftovers

if TYPE_CHECKING:
    from aekit.training.session import Session


class Interrupted(BaseException):
    """A signal came before there was a session to stop."""


class Worker:
    """One process of a run.

    Args:
        run: the directory, with its recipe.yaml.
        resume: go on from the newest checkpoint.
        command: what this process was told to do; its command line where None.
    """

    def __init__(self, run: RunDirectory, resume: bool, command: list[str] | None = None) -> None:
        self.run, self.resume, self.command = run, resume, command
        self.session: Session | None = None

    def main(self) -> int:
        """Run to an ending and return its exit code."""
        if not self.run.exists:
            raise RunError(f"{self.run.path} is no run directory: it has no recipe.yaml")
        for number in (signal.SIGINT, signal.SIGTERM):
            signal.signal(number, self._on_signal)
        # A run outlives the terminal that it was started from.
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        with EventLog(self.run.events) as self.log:
            try:
                return self._train()
            except BaseException as error:
                return self._ending(error)

    def _train(self) -> int:
        threads = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
        remove_leftovers(self.run.path)
        write_info(self.run, threads=threads)
        record_start(self.log, self._resumed_from(), self.command)
        recipe = load_recipe(self.run.recipe)
        from aekit.training.session import Session

        self.session = Session(recipe, self.run, self.log)
        if self.resume:
            for difference in differences(self.run, threads):
                self.log.write("warning", message=f"not bit-exact: {difference}")
        self.session.execute(self.resume)
        return exit_codes.DONE

    def _resumed_from(self) -> int | None:
        """The step of the newest checkpoint, by its name: what comes after it in the log is void."""
        if not self.resume:
            return None
        files = sorted(self.run.checkpoints.glob("step-*.h5"), key=lambda path: int(path.stem.split("-")[1]))
        return int(files[-1].stem.split("-")[1]) if files else 0

    def _on_signal(self, number: int, frame: FrameType | None) -> None:
        if self.session is None:
            raise Interrupted(signal.Signals(number).name)
        self.session.stop_reason = signal.Signals(number).name

    def _ending(self, error: BaseException) -> int:
        kind = type(error).__name__
        step = self.session.progress.total if self.session else 0
        checkpoint = self._last_checkpoint()
        if kind == "Stopped":
            self.log.write("stopped", step=step, checkpoint=checkpoint, reason=str(error))
            return exit_codes.STOPPED
        if isinstance(error, Interrupted):
            self.log.write("stopped", step=step, checkpoint=checkpoint, reason=f"{error}, before training")
            return exit_codes.STOPPED if checkpoint else exit_codes.INTERRUPTED
        message = explain(error)
        if message is None:
            message = f"{kind}: {error}"
            traceback.print_exception(error)
        print(message, file=sys.stderr)
        self.log.write("failed", step=step, error=kind, message=message, checkpoint=checkpoint)
        return getattr(error, "exit_code", exit_codes.FAILED)

    def _last_checkpoint(self) -> str | None:
        event = last(read_events(self.run.events), "checkpoint")
        return event["file"] if event else None


def record_start(log: EventLog, resumed_from: int | None, command: list[str] | None = None) -> None:
    """The event by which others know this process and from which step it goes on."""
    log.write(
        "started",
        pid=os.getpid(),
        host=hostname(),
        process_start=process_start(os.getpid()),
        resumed_from=resumed_from,
        command=sys.argv if command is None else command,
    )


def explain(error: BaseException) -> str | None:
    """What a failure means to a person, or None where only the traceback tells."""
    if isinstance(error, AekitError):
        return str(error)
    if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
        return f"the disk is full ({error.filename or 'writing the run'}): free some space, then `aekit resume`"
    if isinstance(error, MemoryError) or type(error).__name__ == "ResourceExhaustedError":
        return "out of memory: a smaller batch_size, or a lower `memory` cap so that the data streams, takes less"
    return None


def differences(run: RunDirectory, threads: int | None) -> list[str]:
    """What differs between the machine that began a run and this one, of what changes bits."""
    from aekit.run import read_info
    from aekit.run.info import versions

    info, found = read_info(run), []
    if info.get("threads") != threads:
        found.append(f"the run began on {info.get('threads')} threads, this is on {threads}")
    for name, version in versions().items():
        if name != "aekit" and info.get("versions", {}).get(name, version) != version:
            found.append(f"the run began with {name} {info['versions'][name]}, this is {version}")
    if info.get("host") != hostname():
        found.append(f"the run began on {info.get('host')}, this is {hostname()}")
    return found


def work(run: RunDirectory, resume: bool, command: list[str] | None = None) -> int:
    """Be the process of a run to its end; returns the exit code."""
    try:
        return Worker(run, resume, command).main()
    except AekitError as error:
        print(error, file=sys.stderr)
        return error.exit_code


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m aekit.training.worker", description="The process of one run.")
    parser.add_argument("run", type=Path)
    parser.add_argument("--resume", action="store_true")
    given = parser.parse_args(arguments)
    # TensorFlow's start-up notices are nobody's news; its errors are.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    return work(RunDirectory(given.run), given.resume)


if __name__ == "__main__":
    sys.exit(main())
