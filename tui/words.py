"""How the screens say things: states with a sign each, numbers, times. State is never told by colour alone."""

from __future__ import annotations

import math

from aekit.run import Status

#: Sign and colour of a state; a running run is told by what it does.
SIGNS: dict[str, tuple[str, str]] = {
    "training": ("▶", "success"),
    "tracing": ("◌", "accent"),
    "starting": ("○", "accent"),
    "measuring": ("◎", "accent"),
    "paused": ("‖", "warning"),
    "finished": ("✓", "primary"),
    "stopped": ("■", "secondary"),
    "failed": ("✗", "error"),
    "lost": ("?", "error"),
}
#: Sign and colour of how training goes.
HEALTH: dict[str, tuple[str, str]] = {
    "ok": ("✓", "success"),
    "warning": ("!", "warning"),
    "collapsed": ("✗", "error"),
}
#: States of which a list tells first how training goes, where it goes badly.
_JUDGED = ("training", "measuring", "paused", "finished", "stopped")
_SPARKS = "▁▂▃▄▅▆▇█"


def activity(status: Status) -> str:
    """The one word for a run: what it does while it runs, else its state."""
    return (status.detail if status.detail in SIGNS else "training") if status.state == "running" else status.state


def sign(status: Status) -> tuple[str, str]:
    """("▶ training", its colour)."""
    word = activity(status)
    mark, color = SIGNS[word]
    return f"{mark} {word}", color


def listed(status: Status) -> tuple[str, str]:
    """As `sign`; where training goes badly, the sign of what the run does and how it goes: "▶ collapsed"."""
    word, health = activity(status), status.health
    if word not in _JUDGED or health not in HEALTH or health == "ok":
        return sign(status)
    return f"{SIGNS[word][0]} {health}", HEALTH[health][1]


def health_sign(health: str) -> tuple[str, str]:
    """("✗ collapsed", its colour)."""
    mark, color = HEALTH[health]
    return f"{mark} {health}", color


def number(value: float | int | None, digits: int = 4) -> str:
    """A figure with so many significant digits: 0.02371, 12,345, 1.2e-07."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "-"
    if isinstance(value, float) and math.isinf(value):
        return "∞" if value > 0 else "-∞"
    if isinstance(value, int) or (float(value).is_integer() and abs(value) < 1e9):
        return f"{int(value):,}"
    if abs(value) >= 10**digits:
        return f"{value:,.0f}" if abs(value) < 1e9 else f"{value:.{digits - 1}g}"
    return f"{value:.{digits}g}"


def count(value: float | None) -> str:
    """A large count, short: 950, 12.3k, 4.1M."""
    if value is None:
        return "-"
    for limit, unit in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= limit:
            return f"{value / limit:.1f}{unit}"
    return f"{value:.0f}"


def duration(seconds: float | None) -> str:
    """A stretch of time: 0.4 s, 12 s, 3m 20s, 2h 05m, 3 d."""
    if seconds is None:
        return "-"
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < 60:
        return f"{seconds:.0f} s"
    if seconds < 3600:
        return f"{seconds // 60:.0f}m {seconds % 60:02.0f}s"
    if seconds < 172_800:
        return f"{seconds // 3600:.0f}h {seconds % 3600 // 60:02.0f}m"
    return f"{seconds / 86_400:.0f} d"


def ago(seconds: float) -> str:
    """How long ago, coarse enough not to change with every second: now, 20 s, 3 min, 5 h, 2 d."""
    if seconds < 5:
        return "now"
    if seconds < 60:
        return f"{seconds // 10 * 10:.0f} s"
    if seconds < 3600:
        return f"{seconds // 60:.0f} min"
    if seconds < 172_800:
        return f"{seconds // 3600:.0f} h"
    return f"{seconds // 86_400:.0f} d"


def spark(values: tuple[float, ...], width: int) -> str:
    """A line of little bars, the last `width` values, by their own range; gaps stay blank."""
    values = values[-width:]
    finite = [value for value in values if math.isfinite(value)]
    if not finite:
        return ""
    low, high = min(finite), max(finite)
    span = (high - low) or 1.0
    last = len(_SPARKS) - 1
    return "".join(_SPARKS[round((v - low) / span * last)] if math.isfinite(v) else " " for v in values)
