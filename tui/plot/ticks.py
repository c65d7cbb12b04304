"""Where an axis is labelled, and how."""

from __future__ import annotations

import math
from itertools import pairwise

#: Seconds: what people divide time by.
TIME_STEPS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200)
DAY = 86400

UNITS = ((1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"))


def linear_ticks(low: float, high: float, most: int) -> list[float]:
    """At most `most` multiples of 1, 2 or 5 times a power of ten within [low, high]."""
    if not high > low or most < 1:
        return []
    power = 10.0 ** math.floor(math.log10(high - low))
    while power * 10 < high - low:  # the logarithm of a tiny range rounds
        power *= 10
    for factor in (0.1, 0.2, 0.5, 1, 2, 5, 10):
        ticks = _multiples(low, high, power * factor, most)
        if ticks is not None:
            return ticks
    return []


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """At most `most` ticks within [low, high]: powers of ten, with 2 and 5 times them where there is room."""
    if not 0 < low < high or most < 1:
        return []
    first, last = math.floor(math.log10(low)), math.ceil(math.log10(high))
    fine = [factor * 10.0**power for power in range(first, last + 1) for factor in (1, 2, 5)]
    fine = [tick for tick in fine if low <= tick <= high]
    if len(fine) < 2:
        return linear_ticks(low, high, most)
    if len(fine) <= most:
        return fine
    powers = [power for power in range(first, last + 1) if low <= 10.0**power <= high]
    if len(powers) < 2:
        return linear_ticks(low, high, most)
    every = -(-len(powers) // most)
    return [10.0**power for power in powers if power % every == 0][:most]


def time_ticks(low: float, high: float, most: int) -> list[float]:
    """At most `most` round times within [low, high], in seconds."""
    if high - low < most:
        return linear_ticks(low, high, most)
    days = [DAY * factor * 10**power for power in range(8) for factor in (1, 2, 5)]
    for step in (*TIME_STEPS, *days):
        ticks = _multiples(low, high, step, most)
        if ticks is not None:
            return ticks
    return []


def tick_labels(ticks: list[float]) -> list[str]:
    """Short labels in one unit for all ticks: 0.05, 12k, 1.25M, 3e-05."""
    largest = max((abs(tick) for tick in ticks), default=0.0)
    step = min((b - a for a, b in pairwise(ticks)), default=largest)
    if largest == 0:
        return ["0"] * len(ticks)
    if largest >= 1e15 or largest < 1e-3:
        return [scientific(tick, step) for tick in ticks]
    size, unit = _unit(largest)
    decimals = max(0, -math.floor(math.log10(step / size) + 1e-9)) if step > 0 else 3
    while decimals < 9 and abs(round(step / size, decimals) - step / size) > 0.01 * step / size:
        decimals += 1
    return [f"{tick / size:.{decimals}f}{unit if tick else ''}" if tick else "0" for tick in ticks]


def log_labels(ticks: list[float]) -> list[str]:
    """Each power of ten by itself: 0.01, 1, 100, 10k, 1e-05."""
    return [short(tick) for tick in ticks]


def time_labels(ticks: list[float]) -> list[str]:
    if any(tick != int(tick) for tick in ticks):
        return [f"{label}s" for label in tick_labels(ticks)]
    return [duration(tick) for tick in ticks]


def short(value: float, digits: int = 4) -> str:
    """A value in few characters: 0.3125, 12.5k, 1e-05, nan."""
    size = abs(value)
    if not math.isfinite(size) or size == 0:
        return f"{value:g}"
    if size >= 1e15 or size < 1e-3:
        return _tidy(f"{value:.{digits - 2}e}")
    size, unit = _unit(size)
    return f"{value / size:.{digits}g}{unit}"


def duration(seconds: float) -> str:
    """Seconds as 0:07, 12:30 or 1:30:00."""
    sign, whole = "-" if seconds < 0 else "", abs(round(seconds))
    hours, rest = divmod(whole, 3600)
    minutes = f"{rest // 60:02d}:{rest % 60:02d}" if hours else f"{rest // 60}:{rest % 60:02d}"
    return f"{sign}{hours}:{minutes}" if hours else sign + minutes


def scientific(value: float, step: float) -> str:
    """A power of ten with as many digits as tell it from its neighbour: 3e-05."""
    if value == 0:
        return "0"
    digits = max(0, math.ceil(math.log10(abs(value) / step) - 1e-9)) if 0 < step < abs(value) else 0
    return _tidy(f"{value:.{min(digits, 6)}e}")


def _unit(largest: float) -> tuple[float, str]:
    return next(((size, unit) for size, unit in UNITS if largest >= max(size, 1e4)), (1.0, ""))


def _multiples(low: float, high: float, step: float, most: int) -> list[float] | None:
    """The multiples of step within [low, high]; None when there are too many."""
    if step <= 0 or not math.isfinite(step) or not math.isfinite(low / step) or not math.isfinite(high / step):
        return []
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [index * step for index in range(first, last + 1)] if last - first < most else None


def _tidy(text: str) -> str:
    mantissa, _, power = text.partition("e")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}e{power}"
