"""What a run's screen says where something is wrong or missing, and which key helps."""

from __future__ import annotations

import time

from aekit.run import Status
from aekit.run.reading import number

from ..store.health import sound_checkpoint, trouble
from ..store.record import Record
from ..words import HEALTH, activity, duration


def notice(record: Record, now: Status) -> tuple[str, bool]:
    """The banner's text, empty for none, and whether it is a mild one."""
    kept = now.checkpoint or record.latest.get("failed", {}).get("checkpoint") or _began_from(record)
    if now.state == "failed":
        return f"✗ {now.detail or 'the run failed'}\n{_way_out(kept)} · u its output", False
    if now.state == "lost" and "directory" in now.detail:
        return f"? {now.detail}: what is shown here was read before\n1 the list of runs · n a new run", False
    if now.state == "lost":
        return f"? {now.detail or 'the run is lost'}\n{_way_out(kept)} · u its output", False
    alert = trouble(record)
    if alert:
        mark = HEALTH[str(record.health)][0]
        return f"{mark} {alert.get('message') or record.health}\n{ways_back(record, now)}", record.health != "collapsed"
    return "", False


def ways_back(record: Record, now: Status) -> str:
    """The keys that help where training goes badly."""
    found = sound_checkpoint(record)
    name = str(found.get("file")).rpartition("/")[2] if found else ""
    fork = f"f forks it from {name}, from before that" if name else "no checkpoint is left from before that"
    return " · ".join(filter(None, ("" if now.is_over else "s stops it", fork)))


def why_empty(record: Record, now: Status) -> str:
    """Why there are no curves to draw."""
    word = activity(now)
    if word == "tracing":
        since = time.time() - record.latest.get("stage", {}).get("time", time.time())
        return f"tracing the first step, for {duration(max(0.0, since))}: the first loss comes after it"
    if word == "starting":
        return "the process starts: TensorFlow is loaded, then the data"
    return f"no values: the run was {now.state} before its first step" if now.is_over else "no values yet"


def unreadable(lines: int) -> str:
    """That so many lines of a log are no events."""
    return f"{lines:,} unreadable {'line' if lines == 1 else 'lines'} in its log" if lines else ""


def _began_from(record: Record) -> str | None:
    """The checkpoint that the last process began from, while there is no later one; of a fork, its parent's copy."""
    step = number(record.latest.get("started", {}).get("resumed_from"))
    return f"step-{int(step):06d}.h5" if step else None


def _way_out(checkpoint: str | None) -> str:
    if not checkpoint:
        return "r begins it again, there is no checkpoint yet"
    name = str(checkpoint).rpartition("/")[2]
    return f"r goes on from {name} · f forks it with other values"
