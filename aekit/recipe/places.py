"""Texts and places in them: every problem of a recipe points at one."""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

#: What ends a line in YAML.
LINE_BREAK = re.compile(r"\r\n|[\r\n\x85\u2028\u2029]")
COMMAND_LINE = "command line"


@dataclass(frozen=True)
class Text:
    """A text that recipes are read from: a file's, or the overrides of a command line, one a line.

    Args:
        name: as messages show it.
        content: the characters.
        path: of the file; None for a command line.
    """

    name: str
    content: str = field(repr=False)
    path: Path | None = None

    @cached_property
    def starts(self) -> list[int]:
        """Where each line begins."""
        return [0, *(match.end() for match in LINE_BREAK.finditer(self.content))]

    @cached_property
    def ends(self) -> list[int]:
        """Where each line ends, before what ends it."""
        return [*(match.start() for match in LINE_BREAK.finditer(self.content)), len(self.content)]

    @property
    def folder(self) -> Path:
        """What relative paths in this text are relative to."""
        return self.path.parent if self.path else Path.cwd()

    def line(self, number: int) -> str:
        """The line of this number, counted from 1, without its end."""
        return self.content[self.starts[number - 1] : self.ends[number - 1]]

    def place(self, start: int, end: int | None = None) -> Place:
        """The characters from start to end, as far as they lie on one line."""
        start = min(max(start, 0), len(self.content))
        number = bisect_right(self.starts, start)
        start = min(start, self.ends[number - 1])
        room = max(self.ends[number - 1] - start, 1)
        return Place(self, number, start - self.starts[number - 1] + 1, min(max((end or start) - start, 1), room))


@dataclass(frozen=True)
class Place:
    """A stretch of one line; line and column count from 1."""

    text: Text = field(repr=False)
    line: int
    column: int
    length: int

    @property
    def source_line(self) -> str:
        return self.text.line(self.line)

    def __str__(self) -> str:
        return f"{self.text.name}:{self.line}:{self.column}"
