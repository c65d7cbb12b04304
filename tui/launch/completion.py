"""Completion: what could be meant at the cursor, from the catalog; broken YAML is the usual case."""

from __future__ import annotations

from dataclasses import dataclass

from aekit.catalog import Catalog

from .grammar import keys_in, values_of
from .levels import Spot
from .meanings import Item
from .scanning import spot_at


@dataclass(frozen=True)
class Completion:
    """One way to go on.

    Args:
        text: as the list shows it.
        insert: what takes the place of the word before the cursor.
        doc: one line.
        start: the column where that word begins.
    """

    text: str
    insert: str
    doc: str
    start: int


def complete(text: str, line: int, column: int, catalog: Catalog) -> list[Completion]:
    """What may stand at the cursor, the best first; empty where nothing is known.

    Args:
        line, column: of the cursor, from 0.
    """
    spot = spot_at(text, line, column)
    if spot is None:
        return []
    word = spot.word.strip("\"' ")
    items = ranked(items_at(spot, catalog), word)
    return [Completion(item.name, item.insert, item.doc, spot.start) for item in items]


def items_at(spot: Spot, catalog: Catalog) -> list[Item]:
    """Everything that may stand at a spot."""
    if spot.key is None:
        taken = spot.level.values.keys() - {spot.word}
        return [item for item in keys_in(spot.level, catalog) if item.name not in taken]
    if spot.level.is_list:
        return values_of(spot.level.above, spot.level.key, catalog) if spot.level.above else []
    return values_of(spot.level, spot.key, catalog)


def ranked(items: list[Item], word: str) -> list[Item]:
    """Those that begin with the word, then those that hold it."""
    word = word.lower()
    begin = [item for item in items if item.name.lower().startswith(word)]
    return begin + [item for item in items if word in item.name.lower() and item not in begin]
