"""YAML text to nodes with line and column: PyYAML's safe events, YAML 1.2 scalars, and bounds on everything."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from aekit.plugins import short_path
from aekit.recipe.nodes import Mapping, Node, Scalar, Sequence
from aekit.recipe.places import Place, Text
from aekit.recipe.problems import Problem, RecipeError
from aekit.recipe.scalars import read_scalar
from aekit.recipe.syntax import in_our_words

LARGEST_FILE = 256 * 1024
DEEPEST = 30
MOST_NODES = 20_000


class BadText(Exception):
    """A problem that ends the reading."""

    def __init__(self, place: Place, message: str, *notes: str) -> None:
        super().__init__(message)
        self.problem = Problem.at(place, message, notes)


def read_file(path: Path) -> Text:
    """The text of a recipe's file.

    Raises:
        RecipeError: it cannot be read, is too large, or is not UTF-8.
    """
    name = short_path(path)
    try:
        with path.open("rb") as file:
            content = file.read(LARGEST_FILE + 1)
    except OSError as error:
        raise RecipeError([Problem(name, 0, 0, 0, f"cannot be read: {error.strerror or error}")]) from error
    _check_size(name, len(content))
    try:
        return Text(name, content.decode("utf-8-sig"), path)
    except UnicodeDecodeError as error:
        before = Text(name, content[: error.start].decode("utf-8-sig", "replace") + "\N{REPLACEMENT CHARACTER}", path)
        place = before.place(len(before.content) - 1)
        message = f"byte 0x{content[error.start]:02x} is not UTF-8; save the file in UTF-8"
        raise RecipeError([Problem.at(place, message)]) from error


def text_at(content: str, path: Path) -> Text:
    """The text of a recipe that is no file yet, as if it stood at `path`.

    Raises:
        RecipeError: it is too large.
    """
    name = short_path(path)
    _check_size(name, len(content.encode("utf-8", "replace")))
    return Text(name, content.removeprefix("\N{ZERO WIDTH NO-BREAK SPACE}"), path)


def _check_size(name: str, size: int) -> None:
    if size > LARGEST_FILE:
        message = f"is larger than {LARGEST_FILE // 1024} KiB, which no recipe is"
        raise RecipeError([Problem(name, 0, 0, 0, message)])


def read_mapping(text: Text) -> Mapping:
    """A recipe's text as a mapping.

    Raises:
        RecipeError: it is not YAML, or not a mapping.
    """
    node = read_node(text)
    if isinstance(node, Mapping):
        return node
    message = "the recipe is empty" if node is None else "a recipe is a mapping, one `key: value` a line"
    raise RecipeError([Problem.at(node.place if node else text.place(0), message)])


def read_node(text: Text, start: int = 0, end: int | None = None) -> Node | None:
    """The YAML between two positions of a text; None where there is none.

    Raises:
        RecipeError: what is not YAML, or not YAML that recipes may hold.
    """
    try:
        return _Composer(text, start, len(text.content) if end is None else end).document()
    except BadText as error:
        raise RecipeError([error.problem]) from error.__cause__


class _Composer:
    """Composes nodes from PyYAML's events, which come one by one: depth and number are bounded while reading."""

    def __init__(self, text: Text, start: int, end: int) -> None:
        self.text = text
        self.start = start
        self.events = self._events(text.content[start:end])
        self.anchors: dict[str, Node | None] = {}
        self.sizes: dict[int, int] = {}
        self.count = 0
        self.duplicates: list[Problem] = []

    def _events(self, content: str) -> Iterator[Any]:
        import yaml

        loader = None
        try:
            loader = yaml.SafeLoader(content)
            while loader.check_event():
                yield loader.get_event()
        except yaml.reader.ReaderError as error:
            place = self.text.place(self.start + error.position)
            raise BadText(place, f"the character U+{error.character:04X} has no place in YAML") from error
        except yaml.MarkedYAMLError as error:
            mark = error.problem_mark or error.context_mark
            message, *notes = in_our_words(error, content)
            raise BadText(self.text.place(self.start + (mark.index if mark else 0)), message, *notes) from error
        except (ValueError, OverflowError) as error:
            place = self.text.place(self.start + (loader.index if loader else 0))
            raise BadText(place, f"this is not YAML: {error}") from error

    def place(self, event: Any) -> Place:
        return self.text.place(self.start + event.start_mark.index, self.start + event.end_mark.index)

    def document(self) -> Node | None:
        import yaml

        node = None
        documents = 0
        for event in self.events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise BadText(self.place(event), "a recipe file holds one recipe; this line begins another")
            elif isinstance(event, yaml.NodeEvent):
                node = self.node(event, 0)
        if self.duplicates:
            raise RecipeError(self.duplicates)
        return node

    def node(self, event: Any, depth: int) -> Node:
        import yaml

        if isinstance(event, yaml.AliasEvent):
            return self.alias(event)
        if event.tag not in (None, "!"):
            raise BadText(self.place(event), f"recipes use no tags such as {event.tag}")
        self._count(event, 1)
        if depth > DEEPEST:
            raise BadText(self.place(event), f"nested deeper than {DEEPEST} levels, which no recipe is")
        before = self.count
        if event.anchor:
            self.anchors[event.anchor] = None
        if isinstance(event, yaml.ScalarEvent):
            node: Node = self.scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            node = self.sequence(event, depth)
        else:
            node = self.mapping(event, depth)
        if event.anchor:
            self.anchors[event.anchor] = node
            self.sizes[id(node)] = self.count - before + 1
        return node

    def _count(self, event: Any, more: int) -> None:
        self.count += more
        if self.count > MOST_NODES:
            message = f"more than {MOST_NODES} values, aliases written out, which no recipe has"
            raise BadText(self.place(event), message)

    def alias(self, event: Any) -> Node:
        if event.anchor not in self.anchors:
            raise BadText(self.place(event), f"there is no anchor &{event.anchor} before this alias")
        node = self.anchors[event.anchor]
        if node is None:
            raise BadText(self.place(event), f"the alias *{event.anchor} lies within what it stands for")
        self._count(event, self.sizes[id(node)])
        return node

    def scalar(self, event: Any) -> Scalar:
        place = self.place(event)
        if any("\ud800" <= character <= "\udfff" for character in event.value):
            raise BadText(place, "half a surrogate pair is no character")
        if not event.implicit[0]:
            return Scalar(place, event.value)
        try:
            return Scalar(place, read_scalar(event.value))
        except ValueError as error:
            raise BadText(place, str(error)) from error

    def sequence(self, event: Any, depth: int) -> Sequence:
        import yaml

        items = []
        for inner in self.events:
            if isinstance(inner, yaml.SequenceEndEvent):
                break
            items.append(self.node(inner, depth + 1))
        return Sequence(self.place(event), tuple(items))

    def mapping(self, event: Any, depth: int) -> Mapping:
        import yaml

        values: dict[str, Node] = {}
        keys: dict[str, Place] = {}
        for inner in self.events:
            if isinstance(inner, yaml.MappingEndEvent):
                break
            key = self.key(inner, depth)
            value = self.node(next(self.events), depth + 1)
            if key in keys:
                message = f"the key '{key}' stands here twice, first in line {keys[key].line}"
                self.duplicates.append(Problem.at(self.place(inner), message))
            values[key], keys[key] = value, self.place(inner)
        return Mapping(self.place(event), values, keys)

    def key(self, event: Any, depth: int) -> str:
        import yaml

        if isinstance(event, yaml.AliasEvent) or not isinstance(event, yaml.ScalarEvent):
            raise BadText(self.place(event), "a key is a word, not a list, a mapping or an alias")
        if event.value == "<<" and event.style is None:
            raise BadText(
                self.place(event), "recipes have no merge key '<<'; `extends: other` builds on another recipe"
            )
        if not event.value:
            raise BadText(self.place(event), "a value without its key")
        self.node(event, depth)
        return str(event.value)
