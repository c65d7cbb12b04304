"""Following a run from the terminal, and what it left when it ended."""

from __future__ import annotations

import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from aekit.cli.display import Display, make_display
from aekit.cli.measures import print_measures, read_measures
from aekit.cli.output import figure, say
from aekit.run import ENDINGS, RunDirectory, follow, latest_events, output_tail, status
from aekit.run.exit_codes import DONE, FAILED, INTERRUPTED, STOPPED
from aekit.run.paths import shown
from aekit.run.reading import Event

EXIT_CODES = {"finished": DONE, "stopped": STOPPED, "failed": FAILED, "lost": FAILED}
HANGUP = 129


class LeftAlone(BaseException):
    """The watcher goes; the run stays."""

    def __init__(self, code: int) -> None:
        self.code = code


def attend(
    run: RunDirectory,
    start: Callable[[], subprocess.Popen[bytes]] | None = None,
    after: int = -1,
    as_json: bool = False,
) -> int:
    """Show a run until it ends, then what it left; returns the exit code.

    Args:
        start: starts the run's process. Ctrl-C and SIGTERM then stop it after a checkpoint, a second Ctrl-C leaves it,
            a hangup leaves it running. Without it Ctrl-C only ends the watching.
        after: number of the event after which to begin.
        as_json: events as lines on stdout, and nothing else there.
    """
    try:
        ending, code = see_out(run, start, make_display(as_json), after)
    except LeftAlone as left:
        say(f"{run.id} goes on by itself; `aekit watch {run.id}` shows it")
        return left.code
    return conclude(run, ending, code, as_json)


def last_number(run: RunDirectory) -> int:
    """The number of a run's last event; -1 before there is one."""
    return max((event["n"] for event in latest_events(run.events).values()), default=-1)


def see_out(
    run: RunDirectory, start: Callable[[], subprocess.Popen[bytes]] | None, display: Display, after: int = -1
) -> tuple[Event | None, int | None]:
    """Show a run until it ends: its last event, and its process' exit code where `start` has started it.

    Raises:
        LeftAlone: the run goes on by itself.
    """
    ending: Event | None = None
    try:
        with attended(start, display) as process:
            if process:
                display.note(f"run {run}", "dim")
            for event in follow(run, process, after):
                if event:
                    display.show(event)
                    ending = event if event["type"] in (*ENDINGS, "started") else ending
            return ending, process.wait() if process else None
    finally:
        display.close()


@contextmanager
def attended(
    start: Callable[[], subprocess.Popen[bytes]] | None, display: Display
) -> Iterator[subprocess.Popen[bytes] | None]:
    """The started process, stopped by SIGINT or SIGTERM, left alone by a second SIGINT or a hangup."""
    if start is None:
        yield None
        return
    process: subprocess.Popen[bytes] | None = None
    asked = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if process is None:
            raise KeyboardInterrupt
        if asked and number == signal.SIGINT:
            raise LeftAlone(INTERRUPTED)
        asked = True
        display.note("stopping after a checkpoint; Ctrl-C again leaves it to that", "yellow")
        process.send_signal(signal.SIGTERM)

    def hang_up(number: int, frame: FrameType | None) -> None:
        raise LeftAlone(HANGUP)

    with handlers({signal.SIGINT: stop, signal.SIGTERM: stop, signal.SIGHUP: hang_up}):
        process = start()
        yield process


@contextmanager
def handlers(wanted: dict[int, Any]) -> Iterator[None]:
    """Signal handlers while the block runs; none outside the main thread, where Python allows none."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.signal(number, handler) for number, handler in wanted.items()}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def conclude(run: RunDirectory, ending: Event | None, code: int | None, as_json: bool) -> int:
    """Say what a run that is over left, and what comes next; returns the exit code (the process' own, if any)."""
    state = ending["type"] if ending and ending["type"] in ENDINGS else "lost"
    if state == "finished" and not as_json:
        _conclude_finished(run)
    elif state == "stopped":
        kept = bool(ending and ending.get("checkpoint"))
        say(f"`aekit resume {run.id}` {'goes on from there' if kept else 'starts it again'}")
        code = code if kept or code else INTERRUPTED
    elif state == "failed":
        _conclude_failed(run, ending or {})
    elif state == "lost":
        return _conclude_silent(run, code)
    return EXIT_CODES[state] if code is None or code < 0 else code


def _conclude_finished(run: RunDirectory) -> None:
    say("")
    print_measures(read_measures(run))
    say("")
    if any(run.previews.glob("*.png")):
        say(f"previews   {run}/previews/")
    models = {path.name for path in run.models.glob("*.keras")}
    if models:
        say(f"networks   {run}/models/")
    again = f"aekit run {run}/recipe.yaml KEY=VALUE"
    decodes = not models or "decoder.keras" in models
    say(f"next       aekit reconstruct {run.id} IMAGES\n           {again}" if decodes else f"next       {again}")


def _conclude_failed(run: RunDirectory, event: Event) -> None:
    if event.get("checkpoint"):
        say(f"the checkpoint {event['checkpoint']} is intact: `aekit resume {run.id}` goes on from it")
    say(f"what the process printed is in {shown(run.output)}")


def _conclude_silent(run: RunDirectory, code: int | None) -> int:
    """The process ended without a last event: it was killed, or broke before it could write one."""
    checkpoint = status(run).checkpoint
    if code in (-signal.SIGTERM, -signal.SIGINT) and not checkpoint:
        say(f"{run.id} was interrupted before its first checkpoint")
        return INTERRUPTED
    say(f"{run.id} ended without a word{_how(code)}")
    tail = output_tail(run)
    if tail:
        say(f"\nthe end of {shown(run.output)}:\n{tail}\n")
    if checkpoint:
        say(f"`aekit resume {run.id}` goes on from {checkpoint}")
    return code if code is not None and code > 0 else FAILED


def _how(code: int | None) -> str:
    if code == -signal.SIGKILL:
        return ": it was killed (SIGKILL), as a machine does that runs out of memory"
    if code is not None and code < 0:
        return f": signal {signal.Signals(-code).name}"
    return f", exit code {figure(code)}" if code else ""
