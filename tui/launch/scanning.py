"""Where a cursor stands in a recipe that is being written: in which mapping, at a key or a value; broken YAML too.

Lines and their indentation tell the block mappings, a scan by characters the flow ones. Nothing here raises.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from .levels import Level, Spot

KEY = re.compile(r"""([\w./-]+|"[^"]*"|'[^']*')[ \t]*:(?=\s|$)""")
_OPENING = "{["


def spot_at(text: str, line: int, column: int) -> Spot | None:
    """What the cursor is at; None in a comment. Line and column count from 0."""
    scan = _Scan(line, column)
    for number, content in enumerate(text.split("\n")):
        scan.read_line(number, content.rstrip("\r"))
    return scan.spot


@dataclass
class _Flow:
    """A bracket that is open."""

    level: Level
    bracket: str
    key: str | None = None
    token: str = ""
    start: int = 0


class _Scan:
    """Reads line after line; the spot is taken where the cursor comes by, and its levels fill up afterwards."""

    def __init__(self, line: int, column: int) -> None:
        self.line, self.column = line, column
        self.spot: Spot | None = None
        self.root = Level()
        self.blocks: list[tuple[int, Level]] = [(0, self.root)]
        self.pending: tuple[Level, str] | None = None
        self.flows: list[_Flow] = []
        self.below = 0

    def read_line(self, number: int, content: str) -> None:
        cursor = self.column if number == self.line else None
        indent = len(content) - len(content.lstrip(" "))
        rest = content[indent:]
        # A word that stands no deeper than the line with the bracket: the bracket was not closed yet.
        if self.flows and indent <= self.below and rest[:1].isalpha():
            self.flows.clear()
        if self.flows:
            self._read_flow(content, 0, cursor)
        elif not rest or rest.startswith("#"):
            if cursor is not None and not rest.startswith("#"):
                self.spot = Spot(self._block(cursor, stands=False), None, "", cursor)
        else:
            self._read_block(content, indent, cursor)

    # ------------------------------------------------------------------ blocks

    def _block(self, indent: int, stands: bool = True) -> Level:
        """The mapping that a line of this indentation belongs to.

        Args:
            stands: whether the line is there; a blank one only might be.
        """
        blocks = self.blocks if stands else list(self.blocks)
        while len(blocks) > 1 and (blocks[-1][0] > indent or (blocks[-1][1].is_list and blocks[-1][0] >= indent)):
            blocks.pop()
        if self.pending and blocks[-1][0] < indent:
            level, key = self.pending
            if level is blocks[-1][1] and not level.values[key]:
                blocks.append((indent, level.hold(key)))
        return blocks[-1][1]

    def _read_block(self, content: str, indent: int, cursor: int | None) -> None:
        column = indent
        while content[column : column + 2] in ("- ", "-"):
            self._begin_item(column)
            column = _next(content, column + 1)
        if column >= len(content):
            if cursor is not None:
                self.spot = Spot(self.blocks[-1][1], None, "", cursor)
            return
        level = self._block(column)
        self.below = indent
        if content[column] in _OPENING:
            self._open(content[column], level, column)
            self._read_flow(content, column + 1, cursor)
            return
        match = KEY.match(content, column)
        if match is None:
            self._read_word(level, content, column, cursor)
            return
        key = match[1].strip("\"'")
        if cursor is not None and cursor <= match.end(1):
            self.spot = Spot(level, None, content[column:cursor], min(column, cursor))
        self.pending = (level, key)
        level.values[key] = ""
        self._read_value(level, key, content, match.end(), cursor)

    def _begin_item(self, column: int) -> None:
        """A dash: the next item of a list, which stands under the last key."""
        while len(self.blocks) > 1 and self.blocks[-1][0] > column:
            self.blocks.pop()
        indent, level = self.blocks[-1]
        if not (level.is_list and indent == column):
            holder, key = self.pending or (level, "")
            level = holder.hold(key, is_list=True)
            self.blocks.append((column, level))
        item = level.hold(str(len(level.inner)))
        self.blocks.append((column + 1, item))

    def _read_word(self, level: Level, content: str, column: int, cursor: int | None) -> None:
        """A line that is no key yet."""
        if cursor is None or cursor < column:
            return
        if _in_comment(content, cursor):
            return
        self.spot = Spot(level, None, content[column:cursor], column)

    def _read_value(self, level: Level, key: str, content: str, column: int, cursor: int | None) -> None:
        """What stands behind `key:`."""
        start = _next(content, column)
        if content[start : start + 1] and content[start] in _OPENING:
            if cursor is not None and column <= cursor <= start:
                self.spot = Spot(level, key, "", cursor)
            self._open(content[start], level.hold(key, content[start] == "["), start)
            self._read_flow(content, start + 1, cursor)
            return
        level.values[key] = _without_comment(content[start:]).strip().strip("\"'")
        if cursor is not None and cursor > column - 1 and not _in_comment(content, cursor) and self.spot is None:
            begin = min(start, cursor)
            self.spot = Spot(level, key, content[begin:cursor], begin)

    # ------------------------------------------------------------------ brackets

    def _open(self, bracket: str, level: Level, column: int) -> None:
        level.is_list = bracket == "["
        self.flows.append(_Flow(level, bracket, start=column + 1))

    def _read_flow(self, content: str, column: int, cursor: int | None) -> None:
        """Characters within brackets, to the line's end or the last bracket's."""
        for flow in self.flows[-1:]:
            flow.token, flow.start = "", column
        while column < len(content) and self.flows:
            if column == cursor:
                self._take_flow_spot(content, column)
            character = content[column]
            if character == "#" and (column == 0 or content[column - 1] in " \t"):
                return
            if character in "\"'":
                closed = content.find(character, column + 1)
                end = len(content) if closed < 0 else closed + 1
                if cursor is not None and column < cursor < end:
                    self._take_flow_spot(content, cursor)
                self._add(content[column:end], column)
                column = end
                continue
            self._read_flow_character(content, column)
            column += 1
        if cursor is not None and cursor >= len(content) and self.flows and self.spot is None:
            self._take_flow_spot(content, cursor)

    def _read_flow_character(self, content: str, column: int) -> None:
        flow, character = self.flows[-1], content[column]
        after = content[column + 1 : column + 2]
        if character in _OPENING:
            key = flow.key or flow.token.strip()
            if flow.bracket == "[":
                key = str(len(flow.level.inner))
            self._open(character, flow.level.hold(key, character == "["), column)
            flow.token = ""
        elif character in "}]":
            self._finish(flow)
            self.flows.pop()
        elif character == ",":
            self._finish(flow)
            flow.key, flow.token, flow.start = None, "", column + 1
        elif character == ":" and flow.bracket == "{" and flow.key is None and after in ("", " ", ",", "}", "{", "["):
            flow.key = flow.token.strip().strip("\"'")
            flow.level.values.setdefault(flow.key, "")
            flow.token, flow.start = "", column + 1
        else:
            self._add(character, column)

    def _add(self, text: str, column: int) -> None:
        flow = self.flows[-1]
        if not flow.token.strip():
            flow.token, flow.start = "", column
        flow.token += text

    def _finish(self, flow: _Flow) -> None:
        """A comma or a closing bracket ends what was written."""
        if flow.key and flow.token.strip():
            flow.level.values[flow.key] = flow.token.strip().strip("\"'")

    def _take_flow_spot(self, content: str, column: int) -> None:
        flow = self.flows[-1]
        written = flow.token.strip()
        start = min(flow.start, column) if written else column
        word = content[start:column]
        if flow.bracket == "[":
            above = flow.level.above
            self.spot = Spot(flow.level, flow.level.key if above else "", word, start, flow=True)
        else:
            self.spot = Spot(flow.level, flow.key, word, start, flow=True)


def _next(content: str, column: int) -> int:
    """Where the spaces from a column on end."""
    return len(content) - len(content[column:].lstrip(" "))


def _without_comment(text: str) -> str:
    found = re.search(r"(?:^|\s)#", text)
    return text[: found.start()] if found else text


def _in_comment(content: str, cursor: int) -> bool:
    return len(_without_comment(content)) < cursor
