"""What differs between runs: recipes key by key, measures, and pictures of the same probes."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

from aekit.measure import comparable
from aekit.recipe.nodes import plain
from aekit.recipe.problems import RecipeError
from aekit.recipe.reader import read_file, read_mapping
from aekit.run import Event, RunDirectory
from aekit.run.reading import mapping, number

from .pictures import Picture, Pictures, has_inputs, step_of

#: Row of a comparison: what it is, and its text for each run.
Row = tuple[str, tuple[str, ...]]
ABSENT = "-"


def read_recipe(run: RunDirectory) -> dict[str, Any]:
    """A run's recipe as a mapping; empty where it cannot be read."""
    try:
        return dict(plain(read_mapping(read_file(run.recipe))))
    except RecipeError:
        return {}


def differences(recipes: Sequence[Mapping[str, Any]]) -> list[Row]:
    """The keys, "encoder.units", whose values are not the same in all recipes."""
    flat = [dict(flattened(recipe)) for recipe in recipes]
    keys = dict.fromkeys(key for values in flat for key in values)
    rows = [(key, tuple(_text(values[key]) if key in values else ABSENT for values in flat)) for key in keys]
    return [(key, texts) for key, texts in rows if len(set(texts)) > 1]


def flattened(recipe: Mapping[str, Any], above: str = "") -> Iterator[tuple[str, Any]]:
    """(dotted key, value) of everything that is no mapping; stages by their names."""
    for key, value in recipe.items():
        name = f"{above}{key}"
        if isinstance(value, Mapping) and value:
            yield from flattened(value, f"{name}.")
        elif key == "stages" and isinstance(value, list) and all(isinstance(item, Mapping) for item in value):
            for place, stage in enumerate(value):
                yield from flattened(stage, f"{name}.{stage.get('name', place)}.")
        else:
            yield name, value


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def measures(finals: Sequence[Mapping[str, Any]], split: str = "test") -> list[tuple[str, tuple[dict[str, Any], ...]]]:
    """(metric, its measure for each run) of the split, in order of appearance; an empty measure where there is none."""
    names = dict.fromkeys(name for final in finals for name in final)
    rows = [(name, tuple(mapping(mapping(final.get(name)).get(split)) for final in finals)) for name in names]
    return [(name, found) for name, found in rows if any(found)]


def best_of(found: Sequence[Mapping[str, Any]]) -> int | None:
    """Which measure is the best, by its direction.

    None where that is not known, there is nothing to choose, or they were not computed on the same.
    """
    if not comparable(found):
        return None
    values = [number(measure.get("value")) for measure in found]
    direction = next((measure.get("direction") for measure in found if measure), None)
    known = [value for value in values if value is not None]
    if direction not in ("lower", "higher") or len(known) < 2 or len(set(known)) == 1:
        return None
    return values.index(min(known) if direction == "lower" else max(known))


def picture_at(pictures: Pictures, share: float) -> Picture | str:
    """A run's reconstructions at a share (0 to 1) of its own steps. Reads a file: not for the UI's thread."""
    events: list[Event] = [event for kind in pictures.kinds for event in pictures.events(kind) if has_inputs(event)]
    if not events:
        return "no reconstructions"
    last = max(map(step_of, events))
    return pictures.load(min(events, key=lambda event: abs(step_of(event) - share * last)))


def same_probes(pictures: Sequence[Picture | str]) -> bool:
    """Whether all runs show the same inputs, so that their outputs compare."""
    found = [picture for picture in pictures if isinstance(picture, Picture)]
    return all(
        one.rows[0].shape == found[0].rows[0].shape and np.allclose(one.rows[0], found[0].rows[0], equal_nan=True)
        for one in found[1:]
    )
