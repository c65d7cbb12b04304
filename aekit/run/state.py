"""What state a run is in: derived from its last events and whether its process lives, never stored."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Literal

from aekit.run.events import ENDINGS
from aekit.run.host import hostname, is_alive
from aekit.run.info import read_info
from aekit.run.paths import RunDirectory
from aekit.run.reading import Event, latest_events, mapping, number

State = Literal["running", "finished", "stopped", "failed", "lost"]

#: What trainers that judge how training goes say of it.
HEALTHS = ("ok", "warning", "collapsed")

#: Seconds of silence after which a run on another machine, whose process cannot be looked at, counts as lost.
SILENCE = 120.0
#: Seconds that a new run may take until its process says who it is.
BIRTH = 60.0

_PROGRESS = ("stage", "step", "epoch")


@dataclass(frozen=True)
class Status:
    """A run at one moment.

    Args:
        state: running, finished, stopped, failed or lost (its process is gone without a word).
        detail: running: starting, tracing, training, measuring or paused; failed, stopped, lost: why.
        stage: name of the stage that it is in, or was.
        step: the last step, None before the first.
        steps: of that stage's phase in all, None where unknown.
        first_step: the step before that phase.
        epoch: the last epoch's number.
        losses: the last step's, by name.
        health: how training goes, as its trainer judges it: ok, warning or collapsed; None where none has judged.
        age: seconds since the last sign of life.
        pid, host: of its last process.
        checkpoint: file of the last checkpoint, relative to the run.
    """

    state: State
    detail: str = ""
    stage: str | None = None
    step: int | None = None
    steps: int | None = None
    first_step: int = 0
    epoch: float | None = None
    losses: dict[str, Any] = field(default_factory=dict)
    health: str | None = None
    age: float = 0.0
    pid: int | None = None
    host: str | None = None
    checkpoint: str | None = None

    @property
    def is_over(self) -> bool:
        return self.state != "running"

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def status(run: RunDirectory, now: float | None = None) -> Status:
    """The state of a run now. Takes whatever is in its files; never raises for it."""
    now = time.time() if now is None else now
    latest = latest_events(run.events)
    who = _process(run, latest)
    age = max(0.0, now - _last_sign(run, latest))
    state, detail = _state(latest, who, age)
    stage, step = latest.get("stage", {}), latest.get("step", {})
    # A process that failed before its first checkpoint has those of the processes before it.
    checkpoint = latest.get("checkpoint", {}).get("file") or newest_checkpoint(run)
    return Status(
        state,
        detail,
        stage=_text(stage.get("name")),
        step=_furthest(latest),
        steps=number(stage.get("steps")),
        first_step=number(stage.get("first_step"), 0),
        epoch=number(latest.get("epoch", {}).get("epoch"), number(step.get("epoch"))),
        losses=mapping(step.get("losses")),
        health=health_of(latest),
        age=age,
        pid=number(who.get("pid")),
        host=_text(who.get("host")),
        checkpoint=_text(checkpoint),
    )


def health_of(latest: Mapping[str, Event]) -> str | None:
    """How training goes by the last word on it: ok, warning or collapsed; None where there is none.

    Each phase and process is judged anew, and a run that was rolled back is well again.

    Args:
        latest: the last event of each type.
    """
    told = [latest[kind] for kind in ("epoch", "alert", "rollback", "stage", "started") if kind in latest]
    event = max(told, key=lambda event: event["n"], default={})
    found = "ok" if event.get("type") == "rollback" else event.get("state", event.get("health"))
    return found if found in HEALTHS else None


def _process(run: RunDirectory, latest: dict[str, Event]) -> dict[str, Any]:
    """Who writes the run: its last `started` event, or run.json before there is one."""
    return latest.get("started") or read_info(run)


def _last_sign(run: RunDirectory, latest: dict[str, Event]) -> float:
    signs = [event["time"] for event in latest.values()]
    for path in (run.events, run.info, run.recipe):
        try:
            signs.append(path.stat().st_mtime)
        except OSError:
            continue
        break
    return max(signs, default=0.0)


def _state(latest: dict[str, Event], who: dict[str, Any], age: float) -> tuple[State, str]:
    ended = max((latest[name] for name in ENDINGS if name in latest), key=lambda e: e["n"], default=None)
    progress = max((latest[name]["n"] for name in _PROGRESS if name in latest), default=-1)
    if ended and ended["n"] > progress:
        reason = ended.get("message") or ended.get("error") or ended.get("reason")
        return ended["type"], _text(reason) or ""
    if "pid" not in who:
        return ("running", "starting") if age < BIRTH else ("lost", "its process never started")
    if who.get("host") != hostname():
        if age > SILENCE:
            return "lost", f"nothing heard from {who.get('host')} for {age:.0f} s"
    elif not is_alive(who["pid"], who.get("process_start")):
        return "lost", f"process {who['pid']} is gone without a word"
    return "running", _activity(latest)


def _activity(latest: dict[str, Event]) -> str:
    pause, go_on = (_answered(latest, verb) for verb in ("pause", "continue"))
    if pause > go_on:
        return "paused"
    stage, step, measuring = (latest.get(name, {}).get("n", -1) for name in ("stage", "step", "measuring"))
    if measuring > max(stage, step):
        return "measuring"
    if step > stage:
        return "training"
    return "tracing" if stage >= 0 else "starting"


def _answered(latest: dict[str, Event], verb: str) -> int:
    answer = latest.get(f"answer {verb}", {})
    return answer["n"] if answer.get("ok") is True else -1


def _furthest(latest: dict[str, Event]) -> int | None:
    """The last step that any event tells of: a resumed run has its step before it has made another."""
    told = [latest.get("started", {}).get("resumed_from")]
    told += [latest.get(name, {}).get("step") for name in ("step", "epoch", "checkpoint", *ENDINGS)]
    return max((step for step in told if type(step) is int), default=None)


def newest_checkpoint(run: RunDirectory) -> str | None:
    """The file of the last checkpoint on the disk, relative to the run; the best ones do not count."""
    try:
        numbered = {int(file.stem.split("-")[1]): file for file in run.checkpoints.glob("step-*.h5")}
    except (OSError, ValueError):
        return None
    return f"{run.checkpoints.name}/{numbered[max(numbered)].name}" if numbered else None


def _text(value: Any) -> str | None:
    return None if value is None else str(value)
