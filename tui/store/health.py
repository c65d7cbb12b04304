"""How training stands by its trainer's judgement, and which checkpoint is from before it went wrong."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from aekit.run import Event, EventReader, RunDirectory
from aekit.run.reading import VOIDING, number

from .record import Record

#: A state is told once so many judgements in a row agree: trouble began that many validation passes before its alert.
LASTING = 3


def standing_alerts(record: Record) -> list[Event]:
    """The alerts that no rollback or resume has voided, oldest first."""
    voiding = [event for event in record.log if event["type"] in VOIDING]
    return [alert for alert in record.alerts if number(alert.get("step")) is not None and not _is_void(alert, voiding)]


def trouble(record: Record) -> Event | None:
    """The alert of the present bad state, None where training goes well."""
    if record.health in (None, "ok"):
        return None
    alerts = [alert for alert in standing_alerts(record) if alert.get("state") == record.health]
    return alerts[-1] if alerts else {"state": record.health, "reasons": [], "message": record.health}


def reasons_of(alert: Event) -> list[str]:
    """Why, in words."""
    given = alert.get("reasons")
    return [str(reason) for reason in given] if isinstance(given, list) else []


def since(record: Record) -> int | None:
    """The step of the first alert since training went well."""
    first = None
    for alert in standing_alerts(record):
        first = None if alert.get("state") == "ok" else first or int(alert["step"])
    return first


def sound_checkpoint(record: Record) -> Event | None:
    """The newest checkpoint that is still there; of a run that goes badly, the newest from before that."""
    before = _went_wrong(record)
    for event in sorted(record.checkpoints, key=lambda event: number(event.get("step"), 0), reverse=True):
        if number(event.get("step"), 0) < before and _is_there(record.run, event.get("file")):
            return event
    return None


def told_of(run: RunDirectory) -> Record:
    """What a log tells apart from its steps. Reads the file: a moment for a long one."""
    record = Record(run)
    record.take([event for event in EventReader(run.events).read() if event["type"] != "step"])
    return record


def _went_wrong(record: Record) -> float:
    """The validation pass at which trouble was first seen; infinity where training goes well."""
    first = since(record)
    if first is None or record.health in (None, "ok"):
        return float("inf")
    told = [series.steps for curve, series in record.curves.items() if curve.split == "validation"]
    passes = np.unique(np.concatenate([[], *told]))
    passes = passes[passes <= first]
    return float(passes[-LASTING]) if len(passes) >= LASTING else 0.0


def _is_there(run: RunDirectory, file: object) -> bool:
    try:
        return isinstance(file, str) and (run.path / file).is_file()
    except (OSError, ValueError):
        return False


def _is_void(alert: Event, voiding: Sequence[Event]) -> bool:
    return any(
        event["n"] > alert["n"] and number(event.get("resumed_from"), 0) < number(alert["step"]) for event in voiding
    )
