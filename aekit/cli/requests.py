"""`stop`, `pause` and `continue`: what a running process is asked to do."""

from __future__ import annotations

import time
from pathlib import Path

import click

from aekit.cli.output import figure, print_json, say
from aekit.cli.params import json_option, run_argument, runs_option, verb
from aekit.errors import RunError, RunFailed
from aekit.run import RunDirectory, Status, await_answer, find_run, request, status
from aekit.run import stop as signal_stop
from aekit.run.host import hostname

timeout_option = click.option(
    "--timeout", default=60.0, show_default=True, type=click.FloatRange(min=0), help="Seconds to wait for it."
)


@verb(
    "stop",
    ("aekit stop last", "end the latest run after a checkpoint"),
    ("aekit stop last --timeout 0", "ask, and do not wait"),
)
@run_argument
@timeout_option
@runs_option
@json_option("the run's state")
def stop(name: str, timeout: float, root: Path | None, as_json: bool) -> None:
    """End a run after a checkpoint.

    It finishes its step, writes a checkpoint and exits with code 75; `aekit resume RUN` goes on from there. A run
    on another machine that shares the folder is asked by a file.
    """
    run = find_run(name, root)
    now = _running(run)
    if now.host == hostname():
        signal_stop(run)
    else:
        request(run, "stop")
    until = time.monotonic() + timeout
    while not (now := status(run)).is_over and time.monotonic() < until:
        time.sleep(0.05)
    if as_json:
        print_json({"id": run.id, **now.as_dict()})
    else:
        _tell_stopped(run, now)


def _tell_stopped(run: RunDirectory, now: Status) -> None:
    if not now.is_over:
        say(f"{run.id} was asked to stop and does so after its step (now {now.detail}); `aekit runs` shows when")
    elif now.state == "lost":
        raise RunFailed(f"{run.id} ended before it could write a checkpoint")
    else:
        step = f" at step {figure(now.step)}" if now.step is not None else ""
        hint = f"; `aekit resume {run.id}` goes on" if now.state == "stopped" else ""
        say(f"{run.id} {now.state}{step}{hint}")


@verb("pause", ("aekit pause last", "free the processor for a while"))
@run_argument
@timeout_option
@runs_option
@json_option("the run's answer")
def pause(name: str, timeout: float, root: Path | None, as_json: bool) -> None:
    """Hold a run between two steps.

    It keeps its memory and waits for `aekit continue`. No number changes by it.
    """
    _ask(name, root, "pause", timeout, as_json)


@verb("continue", ("aekit continue last", "go on with a paused run"))
@run_argument
@timeout_option
@runs_option
@json_option("the run's answer")
def continue_(name: str, timeout: float, root: Path | None, as_json: bool) -> None:
    """Let a paused run go on."""
    _ask(name, root, "continue", timeout, as_json)


def _ask(name: str, root: Path | None, what: str, timeout: float, as_json: bool) -> None:
    run = find_run(name, root)
    now = _running(run)
    answer = await_answer(run, request(run, what), timeout)
    if answer is None:
        raise RunFailed(f"{run.id} has not answered in {timeout:g} s (it is {now.detail}); it will when it can")
    if as_json:
        print_json(answer)
    elif answer.get("ok"):
        hint = f"; `aekit continue {run.id}` goes on" if what == "pause" else ""
        say(f"{run.id} {'is paused' if what == 'pause' else 'goes on'}{hint}")
    if not answer.get("ok"):
        raise RunError(f"{run.id} refused to {what}: {answer.get('message')}")


def _running(run: RunDirectory) -> Status:
    now = status(run)
    if now.is_over:
        detail = f" ({now.detail})" if now.detail else ""
        raise RunError(f"{run.id} does not run: it is {now.state}{detail}")
    return now
