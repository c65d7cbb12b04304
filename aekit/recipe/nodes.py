"""The tree that a recipe's text is read into: plain values with their places."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from aekit.recipe.places import Place


@dataclass(frozen=True)
class Scalar:
    """Text, a number, true, false or null. `removes`: a null that took the place of an inherited value."""

    place: Place
    value: Any
    removes: bool = False


@dataclass(frozen=True)
class Sequence:
    place: Place
    items: tuple[Node, ...]


@dataclass(frozen=True)
class Mapping:
    """Values by key; `keys` tells where each key stands."""

    place: Place
    values: dict[str, Node]
    keys: dict[str, Place]

    def get(self, key: str) -> Node | None:
        return self.values.get(key)

    def items(self) -> Iterator[tuple[str, Place, Node]]:
        """(key, its place, value) in order."""
        return ((key, self.keys[key], value) for key, value in self.values.items())

    def but(self, key: str, place: Place, value: Node) -> Mapping:
        """The same with another value for one key."""
        return Mapping(self.place, self.values | {key: value}, self.keys | {key: place})

    def without(self, *keys: str) -> Mapping:
        kept = {key: value for key, value in self.values.items() if key not in keys}
        return Mapping(self.place, kept, self.keys)


Node = Scalar | Sequence | Mapping


def plain(node: Node) -> Any:
    """The value without its places: text, numbers, lists and dicts."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {key: plain(value) for key, value in node.values.items()}


def is_removed(node: Node | None) -> bool:
    """Whether a null took the place of what was inherited, which removes it."""
    return isinstance(node, Scalar) and node.removes


def is_null(node: Node | None) -> bool:
    return isinstance(node, Scalar) and node.value is None


def walk(node: Node, path: tuple[str | int, ...]) -> Node:
    """The node that lies deepest on the path."""
    for step in path:
        if isinstance(node, Mapping) and step in node.values:
            node = node.values[str(step)]
        elif isinstance(node, Sequence) and isinstance(step, int) and step < len(node.items):
            node = node.items[step]
        else:
            break
    return node
