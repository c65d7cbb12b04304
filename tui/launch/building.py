"""Asking the worker that stands by to build a recipe: first `check`, then `estimate`."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import fields
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aekit.errors import InputError
from aekit.recipe import Problem
from aekit.run import RunDirectory, hostname, latest_events

from ..store.listing import Row

if TYPE_CHECKING:
    from aekit.run.standby import Standby

    from ..launching import Launcher

#: Seconds after which a worker that does not answer is given up: the import, a large data set, networks.
PATIENCE = 300.0
NOBODY = (
    "no worker stands by: memory is short, a run is training here, or it is switched off. "
    "`aekit check RECIPE --build` builds the networks too; F5 trains without it."
)


async def build(launcher: Launcher, text: str, path: Path) -> AsyncIterator[tuple[str, dict[str, Any]]]:
    """("check", its answer), then ("estimate", its answer) where the first was good.

    Raises:
        InputError: no worker stands by, or it went away.
    """
    for verb in ("check", "estimate"):
        standby = launcher.standby
        if standby is None or not standby.alive:
            raise InputError(NOBODY)
        answer = await _answer(standby, standby.ask(verb, text=text, path=str(path)))
        yield verb, answer
        if not answer.get("ok"):
            return


async def _answer(standby: Standby, request: int) -> dict[str, Any]:
    end = asyncio.get_running_loop().time() + PATIENCE
    while asyncio.get_running_loop().time() < end:
        answer = standby.wait(request, timeout=0)
        if answer is not None:
            return answer
        if not standby.busy:
            raise InputError("the worker that stood by became a run; press b again when it is back")
        await asyncio.sleep(0.05)
    raise InputError(f"the worker has not answered in {PATIENCE:.0f} s")


def problems_in(answer: dict[str, Any]) -> tuple[Problem, ...]:
    """The problems that a worker's answer holds."""
    known = [field.name for field in fields(Problem)]
    found = [{name: each[name] for name in known if name in each} for each in answer.get("problems", ())]
    return tuple(Problem(**each | {"notes": tuple(each.get("notes", ()))}) for each in found)


def last_time(rows: list[Row], name: str) -> float | None:
    """Seconds that the newest finished run of a recipe took on this machine; None where there is none."""
    here = hostname()
    for row in rows:
        if row.run.title == name and row.status.state == "finished" and row.status.host in (None, here):
            seconds = _seconds(row.run)
            if seconds is not None:
                return seconds
    return None


def _seconds(run: RunDirectory) -> float | None:
    seconds = latest_events(run.events).get("finished", {}).get("seconds")
    return float(seconds) if isinstance(seconds, (int, float)) else None
