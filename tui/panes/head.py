"""The two lines over a run's panes: its state, how far it is, and how long it still takes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len, set_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip
from textual.widget import Widget

from aekit.run import Status

from ..words import count, duration, health_sign, number, sign
from .progress import Progress

BAR = 24


@dataclass(frozen=True)
class Part:
    """A piece of a line.

    Args:
        text: of it.
        color: a theme variable, "bold", or nothing.
        drop: pieces with the highest number go first where there is no room; 0 stays.
        right: it stands at the right end.
    """

    text: str
    color: str = ""
    drop: int = 0
    right: bool = False


Lines = tuple[tuple[Part, ...], ...]


class Head(Widget):
    """Lines of parts, drawn again only when they change."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Head { height: 2; }"

    def __init__(self) -> None:
        super().__init__()
        self.lines: Lines = ()

    def show(self, lines: Lines) -> None:
        if lines != self.lines:
            self.lines = lines
            self.refresh()

    def render_line(self, y: int) -> Strip:
        base, width = self.rich_style, self.size.width
        parts = fitting(self.lines[y] if y < len(self.lines) else (), width)
        left = [Segment(f" {part.text} ", self._style(part)) for part in parts if not part.right]
        right = [Segment(f" {part.text} ", self._style(part)) for part in parts if part.right]
        room = max(0, width - sum(segment.cell_length for segment in (*left, *right)))
        return Strip([*left, Segment(" " * room, base), *right]).adjust_cell_length(width, base)

    def _style(self, part: Part) -> Style:
        base = self.rich_style
        if part.color == "bold":
            return base + Style(bold=True)
        color = self.app.theme_variables.get(part.color)
        return base + Style.parse(color.removeprefix("ansi_")) if color else base


def fitting(parts: Sequence[Part], width: int) -> list[Part]:
    """The parts that there is room for; a last one is cut."""
    kept = list(parts)
    for part in sorted(kept, key=lambda part: -part.drop):
        if sum(cell_len(one.text) + 2 for one in kept) <= width or not part.drop:
            break
        kept.remove(part)
    over = sum(cell_len(one.text) + 2 for one in kept) - width
    if over > 0 and kept:
        last = kept[-1]
        text = set_cell_size(last.text, max(0, cell_len(last.text) - over - 1)) + "…"
        kept[-1] = Part(text, last.color, last.drop, last.right)
    return kept


def head_lines(title: str, now: Status, at: Progress, marked: bool, note: str = "") -> Lines:
    """What the two lines say.

    Args:
        note: something to know about the run's files.
    """
    first = [Part(*sign(now)), *_health(at), Part(title, "bold"), Part(at.stage, "secondary", drop=3)]
    first += [Part("● marked", "accent", drop=1)] if marked else []
    first += [Part(note, "warning", drop=2)] if note else []
    first += [Part(text, "secondary", drop=4, right=True) for text in _times(now, at)]
    second = [Part(bar(at.share, BAR), "primary", drop=4)] if at.share is not None else []
    second += [Part(_steps(now, at), "")]
    if at.rate is not None:
        second.append(Part(f"{count(at.rate)} examples/s", "secondary", drop=3))
    if at.best is not None:
        name, value, step = at.best
        second.append(Part(f"best validation {name} {number(value)}", "", drop=1))
        second.append(Part(f"at step {step:,}", "secondary", drop=2))
    second += _gauges(at)
    return tuple(part for part in first if part.text), tuple(second)


def _health(at: Progress) -> list[Part]:
    """How training goes, where it goes badly."""
    return [Part(*health_sign(at.health))] if at.health not in (None, "ok") else []


def _gauges(at: Progress) -> list[Part]:
    told = at.gauges
    parts = []
    if "real_score" in told and "fake_score" in told:
        parts.append(Part(f"D {told['real_score']:.2f} on real, {told['fake_score']:.2f} on fake", "", drop=1))
    if "diversity" in told:
        parts.append(Part(f"diversity {told['diversity']:.2f}", "secondary", drop=2))
    return parts


def bar(share: float, width: int) -> str:
    """A bar filled to a share."""
    filled = round(share * width)
    return "━" * filled + "─" * (width - filled)


def _steps(now: Status, at: Progress) -> str:
    if at.step is None:
        return "no step yet"
    if at.steps and at.done is not None and at.share is not None and now.state != "finished":
        return f"step {at.done:,} of {at.steps:,} {at.share:4.0%}"
    return f"{at.step:,} steps"


def _times(now: Status, at: Progress) -> list[str]:
    texts = []
    if at.elapsed is not None:
        texts.append(duration(at.elapsed) if not now.is_over else f"took {duration(at.elapsed)}")
    if at.left is not None:
        within = f" in this {at.within}" if at.within else ""
        texts.append(f"about {duration(at.left)} left{within}" if at.left >= 1 else "about to end")
    return texts
