"""What is wrong with a recipe: every problem at once, each with its place, the near miss and what exists."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from textwrap import wrap
from typing import Any

from aekit.errors import InputError
from aekit.recipe.places import Place

#: Longer source lines are cut around the caret.
SHOWN_WIDTH = 120


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong in a recipe.

    Args:
        file: as messages show it; "command line" for overrides.
        line, column: from 1; the file as a whole is 0, 0.
        length: how many characters the caret underlines.
        message: what is wrong, with the near miss.
        notes: what exists, what to do.
        source_line: the line that it stands in.
        place: where what the recipe names is defined, "plugins/encoders/mlp.py:12".
    """

    file: str
    line: int
    column: int
    length: int
    message: str
    notes: tuple[str, ...] = ()
    source_line: str = ""
    place: str | None = None

    @classmethod
    def at(cls, where: Place, message: str, notes: Sequence[str] = (), place: str | None = None) -> Problem:
        """A problem at a place of a text."""
        return cls(
            where.text.name, where.line, where.column, where.length, message, tuple(notes), where.source_line, place
        )

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"notes": list(self.notes)}

    def __str__(self) -> str:
        head = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        return "\n".join([f"{head}: {self.message}", *self._excerpt(), *self._footer()])

    def _excerpt(self) -> list[str]:
        if not self.line:
            return []
        before, marked, after = _window(self.source_line, self.column - 1, self.length)
        number = str(self.line)
        carets = " " * _width(before) + "^" * max(_width(marked), 1)
        return [
            f"    {number} | {before}{marked}{after}".rstrip(),
            f"    {' ' * len(number)} | {carets}",
        ]

    def _footer(self) -> list[str]:
        """The notes, the first with the place of the definition beside it, or below where both are long."""
        notes = [wrap(note, SHOWN_WIDTH, subsequent_indent="  ") for note in self.notes]
        if self.place and not notes:
            notes = [[f"defined at {self.place}"]]
        elif self.place and len(notes[0]) == 1 and len(notes[0][0]) + len(self.place) < SHOWN_WIDTH:
            notes[0] = [f"{notes[0][0]}        {self.place}"]
        elif self.place:
            notes.append([f"defined at {self.place}"])
        return [f"    {line}" for note in notes for line in note]


class RecipeError(InputError):
    """A recipe that cannot be run, with every problem found in it."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = sorted(problems, key=lambda problem: (problem.file, problem.line, problem.column))
        super().__init__("\n".join(map(str, self.problems)))


class Problems:
    """Collects problems, so that all of them are told at once."""

    def __init__(self) -> None:
        self.found: list[Problem] = []

    def add(self, where: Place, message: str, notes: Sequence[str] = (), place: str | None = None) -> None:
        problem = Problem.at(where, message, notes, place)
        if problem not in self.found:
            self.found.append(problem)

    def raise_any(self) -> None:
        """Raise RecipeError if there is any problem."""
        if self.found:
            raise RecipeError(self.found)


def _window(line: str, start: int, length: int) -> tuple[str, str, str]:
    """The line before, at and after the caret, printable, cut to what fits."""
    line = "".join(character if character.isprintable() else " " for character in line)
    length = min(length, SHOWN_WIDTH)
    first = max(0, min(start - SHOWN_WIDTH // 3, len(line) - SHOWN_WIDTH))
    last = first + SHOWN_WIDTH
    before, after = line[first:start], line[start + length : last]
    if first:
        before = f"…{before[1:]}"
    if len(line) > last:
        after = f"{after[:-1]}…"
    return before, line[start : start + length], after


def _width(text: str) -> int:
    """How many columns a terminal gives the text."""
    wide = sum(unicodedata.east_asian_width(character) in "WF" for character in text)
    return len(text) + wide - sum(unicodedata.combining(character) != 0 for character in text)
