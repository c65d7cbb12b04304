"""The stages of a run as one line: what is done, what is going on, what is to come, and whose charts are shown."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from rich.cells import cell_len
from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.message import Message
from textual.strip import Strip

from aekit.run import RunDirectory, Status
from aekit.run.reading import mapping, number

from ..store.comparison import read_recipe
from ..store.phases import Key, Phase
from ..store.record import Record
from ..themes import rich_color
from ..words import SIGNS, activity
from .pane import Pane

WHOLE = "all"
DONE, TO_COME = "✓", "○"
CUT = "…"
#: Stages that a garbled log may tell of.
MOST = 1000


@dataclass(frozen=True)
class Piece:
    """A piece of the line.

    Args:
        text: of it.
        color: a theme variable, or nothing.
        key: of the phase that it stands for; None for none.
        chosen: that phase's charts are shown.
        whole: it stands for the whole run.
    """

    text: str
    color: str = "secondary"
    key: Key | None = None
    chosen: bool = False
    whole: bool = False


@dataclass(frozen=True)
class Course:
    """What the line is made from.

    Args:
        phases: those that have begun.
        stages: the names of all stages, those to come too.
        now: the run's state.
        chosen: the phase whose charts are shown; None for the whole run.
    """

    phases: Sequence[Phase]
    stages: Sequence[str]
    now: Status
    chosen: Key | None = None

    @property
    def is_long(self) -> bool:
        """Whether there is more than one phase, begun or to come."""
        return len(self.stages) > 1 or any(len(phase.names) > 1 for phase in self.phases)

    def state(self, index: int, place: int = 0) -> tuple[str, str]:
        """Sign and colour of a stage's phase, by their places."""
        newest = self.phases[-1] if self.phases else None
        at = (newest.index, newest.names.index(newest.name)) if newest else (-1, -1)
        if (index, place) < at or (self.now.state == "finished" and (index, place) == at):
            return DONE, "secondary"
        return SIGNS[activity(self.now)] if (index, place) == at else (TO_COME, "secondary")


def pieces(course: Course, width: int) -> list[Piece]:
    """The line: phases by their whole names, the first words of them, or their numbers, as fits; then cut."""
    for label in (_whole_name, _first_words, _number):
        line = _line(course, label)
        if sum(cell_len(piece.text) for piece in line) <= width:
            return line
    return _cut(line, width)


def _whole_name(name: str, place: int) -> str:
    return name


def _first_words(name: str, place: int) -> str:
    return name.partition(",")[0]


def _number(name: str, place: int) -> str:
    return str(place + 1)


def _line(course: Course, label: Callable[[str, int], str]) -> list[Piece]:
    line = [Piece(_framed(WHOLE, course.chosen is None), chosen=course.chosen is None, whole=True)]
    for index, stage in enumerate(course.stages):
        begun = {phase.name: phase for phase in course.phases if phase.index == index}
        names = next((phase.names for phase in begun.values()), ())
        line.append(Piece("  "))
        if len(names) < 2:
            key = next((phase.key for phase in begun.values()), None)
            line.append(_piece(course, stage, course.state(index), key))
            continue
        states = [course.state(index, place) for place in range(len(names))]
        done = all(sign == DONE for sign, _ in states)
        line.append(Piece(f"{f'{DONE} ' if done else ''}{stage} "))
        for place, name in enumerate(names):
            key = begun[name].key if name in begun else None
            sign, color = ("", "secondary") if done else states[place]
            line.append(_piece(course, label(name, place), (sign, color), key))
    return line


def _piece(course: Course, label: str, state: tuple[str, str], key: Key | None) -> Piece:
    chosen = key is not None and key == course.chosen
    return Piece(f"{state[0]}{_framed(label, chosen)}", state[1], key, chosen)


def _framed(label: str, chosen: bool) -> str:
    """In brackets where it is chosen, so that it is seen without colours."""
    return f"[{label}]" if chosen else f" {label} "


def _cut(line: list[Piece], width: int) -> list[Piece]:
    """As much of the line as there is room for, about the chosen phase, or else the newest one."""
    begun = [place for place, piece in enumerate(line) if piece.key is not None]
    chosen = [place for place in begun if line[place].chosen]
    first = next(iter(chosen or begun[-1:]), 0)
    last = first + 1
    room = width - 2 * cell_len(CUT) - cell_len(line[first].text)
    while True:
        if last < len(line) and (size := cell_len(line[last].text)) <= room:
            last, room = last + 1, room - size
        elif first > 0 and (size := cell_len(line[first - 1].text)) <= room:
            first, room = first - 1, room - size
        else:
            break
    start, end = [Piece(CUT)] if first > 0 else [], [Piece(CUT)] if last < len(line) else []
    return [*start, *line[first:last], *end]


class Track(Pane):
    """The line of a run with several phases; of another it is not seen. A click chooses whose charts are shown."""

    ALLOW_SELECT = False
    DEFAULT_CSS = "Track { height: 1; display: none; }"

    class Chosen(Message):
        """A phase was clicked, or, with None, the whole run."""

        def __init__(self, key: Key | None) -> None:
            super().__init__()
            self.key = key

    def __init__(self) -> None:
        super().__init__()
        self.course: Course | None = None
        self._named: list[str] | None = None

    def show_run(self, record: Record | None) -> None:
        super().show_run(record)
        self.course, self._named, self.display = None, None, False

    def show(self, now: Status, chosen: Key | None) -> None:
        """How far the run is, and whose charts are shown."""
        if self.record is None:
            return
        course = Course(tuple(self.record.phases), self._stages(self.record), now, chosen)
        if course != self.course:
            self.course, self.display = course, course.is_long
            self.refresh()

    def _stages(self, record: Record) -> tuple[str, ...]:
        """The names of all stages: as the log has them, those to come as the recipe has them, or their numbers."""
        known = {phase.index: phase.stage for phase in record.phases}
        total = number(record.latest.get("stage", {}).get("total_stages"), 0)
        count = int(min(MOST, max(total, 0, *(index + 1 for index in known))))
        if self._named is None and any(index not in known for index in range(count)):
            self._named = []
            self.run_worker(self._read(record.run), exclusive=True, exit_on_error=False)
        names = dict(enumerate(self._named or ())) | known
        return tuple(names.get(index, f"stage {index + 1}") for index in range(count))

    async def _read(self, run: RunDirectory) -> None:
        stages = (await asyncio.to_thread(read_recipe, run)).get("stages")
        if self.record is not None and self.record.run == run and isinstance(stages, list):
            self._named = [str(mapping(stage).get("name") or f"stage {n}") for n, stage in enumerate(stages, 1)]
            if self.course is not None:
                self.show(self.course.now, self.course.chosen)

    # ------------------------------------------------------------------ drawing

    def _pieces(self) -> list[Piece]:
        return pieces(self.course, self.size.width) if self.course else []

    def render_line(self, y: int) -> Strip:
        base, width = self.rich_style, self.size.width
        segments = [Segment(piece.text, base + self._style(piece)) for piece in self._pieces()]
        return Strip(segments).adjust_cell_length(width, base)

    def _style(self, piece: Piece) -> Style:
        name = "primary" if piece.chosen else piece.color
        color = rich_color(self.app.theme_variables.get(name, ""))
        return Style.parse(color) + Style(bold=piece.chosen) if color else Style(bold=piece.chosen)

    def on_click(self, event: events.Click) -> None:
        left = 0
        for piece in self._pieces():
            if left <= event.x < left + cell_len(piece.text) and (piece.whole or piece.key is not None):
                self.post_message(self.Chosen(piece.key))
            left += cell_len(piece.text)
