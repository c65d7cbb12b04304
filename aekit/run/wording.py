"""A run in words: its events, figures and measures, for people."""

from __future__ import annotations

import math
from typing import Any

from aekit.run.reading import Event, mapping, number

#: (style, text); style is rich's, "" for plain.
Line = tuple[str, str]


def describe(event: Event) -> Line | None:
    """An event as one line, None for those that say nothing to people."""
    word = _WORDS.get(event["type"])
    return word(event) if word else None


def progress(event: Event) -> str:
    """A step event's figures: "epoch 1.2  loss 0.31  kl 0.5  12,000 examples/s"."""
    parts = [values(event.get("losses"))]
    epoch, rate = number(event.get("epoch")), number(event.get("rate"))
    if epoch is not None:
        parts.insert(0, f"epoch {epoch:.4g}")
    if rate is not None:
        parts.append(f"{rate:,.0f} examples/s")
    return "  ".join(filter(None, parts))


def values(losses: Any) -> str:
    """Named numbers, the total first: "loss 0.81  kl 0.5"; a value that is none was not finite.

    A single loss is not said twice.
    """
    parts = dict(mapping(losses))
    if "loss" in parts:
        parts = {"loss": parts.pop("loss"), **parts}
    if len(parts) == 2 and len(set(map(str, parts.values()))) == 1:
        parts.pop("loss", None)
    return "  ".join(f"{name} {figure(value) or 'not finite'}" for name, value in parts.items())


def figure(value: Any) -> str:
    """A number in four digits, as people read it; "" for what is none."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return ""
    return f"{value:,}" if isinstance(value, int) else f"{value:,.4g}" if abs(value) < 10_000 else f"{value:,.0f}"


def duration(seconds: float) -> str:
    """12 s, 3 min, 2.5 h, 4 d."""
    for size, unit in ((86400 * 2, "d"), (3600 * 2, "h"), (60 * 2, "min")):
        if seconds >= size:
            return f"{seconds / (size / 2):.0f} {unit}"
    return f"{seconds:.0f} s"


def size(count: float) -> str:
    """Bytes as people read them."""
    for unit in ("bytes", "kB", "MB", "GB"):
        if abs(count) < 1000:
            return f"{count:.3g} {unit}"
        count /= 1000
    return f"{count:.3g} TB"


def in_order(measures: dict[str, Any]) -> list[str]:
    """Each metric, directly followed by its baselines ("pca_baseline.squared_error" after "squared_error")."""
    plain = [name for name in measures if name.rpartition(".")[2] not in measures or "." not in name]
    baselines = [name for name in measures if name not in plain]
    return [n for name in plain for n in (name, *(b for b in baselines if b.rpartition(".")[2] == name))]


def measured(measure: dict[str, Any]) -> tuple[str, str]:
    """A measure's value, and its standard error or 95 % interval, as people read them."""
    value, interval = number(measure.get("value")), measure.get("interval")
    if value is None:
        return "not finite", ""
    limits = [number(limit) for limit in interval] if isinstance(interval, (list, tuple)) else []
    if len(limits) != 2 or limits[0] is None or limits[1] is None or not limits[0] < limits[1]:
        return with_error(value, number(measure.get("standard_error")))
    digits = _digits((limits[1] - limits[0]) / 4)
    return f"{value:,.{digits}f}", f"{limits[0]:,.{digits}f} to {limits[1]:,.{digits}f} (95 %)"


def with_error(value: float, error: float | None) -> tuple[str, str]:
    """A value and "± error", both to the error's second digit: 0.8252, 0.03306 -> "0.825", "± 0.033"."""
    if not error or error < 0:
        return figure(value), ""
    digits = _digits(error)
    return f"{value:,.{digits}f}", f"± {error:,.{digits}f}"


def computed_on(measure: dict[str, Any]) -> str:
    """What a measure was computed on beside its split: "features digits-features 3fa9c2, seed 0"; "" for the split."""
    seed = measure.get("seed")
    return ", ".join(filter(None, [str(measure.get("on") or ""), "" if seed is None else f"seed {seed}"]))


def _digits(error: float) -> int:
    """Digits after the point down to the error's second."""
    return max(0, 1 - math.floor(math.log10(error)))


def _started(event: Event) -> Line:
    where = f"process {event.get('pid')} on {event.get('host')}"
    step = event.get("resumed_from")
    return "dim", where if step is None else f"{where} goes on from step {figure(step)}"


def _stage(event: Event) -> Line:
    phase = event.get("phase")
    name = f"stage {event.get('name')}" + (f", phase {phase}" if phase and phase != "train" else "")
    parts = [f"{role} {figure(count)}" for role, count in mapping(event.get("parameters")).items()]
    sizes = f"parameters: {', '.join(parts)}" if parts else ""
    steps = f"{figure(event.get('steps'))} steps" if event.get("steps") else ""
    return "bold", "  ".join(filter(None, [name, steps, sizes, f"compile {event.get('compile')}"]))


def _step(event: Event) -> Line:
    return "", f"step {figure(event.get('step'))}  {progress(event)}"


def _epoch(event: Event) -> Line:
    epoch = number(event.get("epoch"))
    where = f"step {figure(event.get('step'))}" if epoch is None else f"epoch {epoch:.4g}"
    losses = [f"train {values(event.get('train'))}", f"validation {values(event.get('validation'))}"]
    parts = [where, _text(event.get("health")), values(event.get("gauges")), *losses]
    return "", "  ".join(filter(None, parts))


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""


def _checkpoint(event: Event) -> Line | None:
    if event.get("best"):
        return "dim", f"best so far kept at step {figure(event.get('step'))}"
    return None


def _measured(event: Event) -> Line:
    found = mapping(event.get("measures"))
    shown = [f"{name} {_split_value(found[name])}" for name in in_order(found)]
    return "bold", f"after stage {event.get('stage')}, validation: {'  '.join(shown)}"


def _split_value(splits: Any) -> str:
    return " ".join(filter(None, measured(mapping(mapping(splits).get("validation")))))


def _measuring(event: Event) -> Line:
    return "dim", f"measuring {measuring(event)}"


def measuring(event: Event) -> str:
    """What is being measured: "fid on test: distances, about 40 s"."""
    seconds = number(event.get("seconds"))
    parts = [event.get("what"), f"about {duration(seconds)}" if seconds is not None else None]
    about = ", ".join(str(part) for part in parts if part)
    return f"{event.get('metric')} on {event.get('split')}" + (f": {about}" if about else "")


def _answer(event: Event) -> Line:
    message = event.get("message") or ("done" if event.get("ok") else "refused")
    return "" if event.get("ok") else "yellow", f"{event.get('verb')}: {message}"


def _finished(event: Event) -> Line:
    seconds = number(event.get("seconds"))
    took = f" in {duration(seconds)}" if seconds is not None else ""
    return "green", f"finished at step {figure(event.get('step'))}{took}"


def _stopped(event: Event) -> Line:
    reason = f" ({event['reason']})" if event.get("reason") else ""
    kept = "with a checkpoint" if event.get("checkpoint") else "before the first checkpoint"
    return "yellow", f"stopped at step {figure(event.get('step'))} {kept}{reason}"


def _failed(event: Event) -> Line:
    step = f" at step {figure(event['step'])}" if event.get("step") is not None else ""
    return "red", f"failed{step}: {event.get('message') or event.get('error')}"


_WORDS = {
    "started": _started,
    "stage": _stage,
    "step": _step,
    "epoch": _epoch,
    "checkpoint": _checkpoint,
    "measuring": _measuring,
    "measured": _measured,
    "answer": _answer,
    "warning": lambda event: ("yellow", f"warning: {event.get('message')}"),
    "alert": lambda event: ("green" if event.get("state") == "ok" else "red", f"alert: {event.get('message')}"),
    "rollback": lambda event: ("yellow", f"rollback: {event.get('message')}"),
    "finished": _finished,
    "stopped": _stopped,
    "failed": _failed,
}
