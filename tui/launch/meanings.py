"""What annotations mean, the values that they list, and what keys mean in words; worked out once for a catalog."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from aekit.catalog import MISSING, Absent, Catalog, Component
from aekit.recipe import settings
from aekit.recipe.annotations import is_union, resolve
from aekit.recipe.components import takes_rate
from aekit.recipe.keras_names import OPTIMIZERS, SCHEDULES
from aekit.recipe.scalars import needs_quotes, show

TABLES: dict[str, dict[str, tuple[str, Any]]] = {
    "early_stopping": settings.EARLY_STOPPING,
    "on_collapse": settings.ON_COLLAPSE,
    "checkpoints": settings.CHECKPOINTS,
    "previews": settings.PREVIEWS,
    "validate": settings.INTERVAL,
}


@dataclass(frozen=True)
class Item:
    """Something that may be written.

    Args:
        name: the key or the value.
        insert: what is written for it.
        doc: one line.
    """

    name: str
    insert: str
    doc: str = ""


_Key = tuple[str, int, str]
_meanings: dict[_Key, Any] = {}
_rates: dict[_Key, bool] = {}


def prepare(catalog: Catalog) -> None:
    """Find out what every annotation means, which `ast.parse` may not do on another thread; see `aside`."""
    for component in catalog.components.values():
        _rates[_key_of(component)] = takes_rate(component)
        for each in component.parameters.values():
            _meanings[_key_of(component, each.name)] = resolve(each.annotation, component.literals)
    tables = [settings.VALUES, *TABLES.values(), *OPTIMIZERS.values(), *SCHEDULES.values()]
    for source in {source for table in tables for source, _ in table.values()}:
        of_source(source)


def meaning(component: Component, option: str) -> Any:
    """The type of an option's values."""
    key = _key_of(component, option)
    if key not in _meanings:
        _meanings[key] = resolve(component.parameters[option].annotation, component.literals)
    return _meanings[key]


def has_rate(component: Component) -> bool:
    """Whether `learning_rate` may stand beside its optimizer."""
    key = _key_of(component)
    if key not in _rates:
        _rates[key] = takes_rate(component)
    return _rates[key]


def _key_of(component: Component, option: str = "") -> _Key:
    return (str(component.file), component.line, option)


@cache
def of_source(source: str) -> Any:
    return resolve(source, {})


def choices(annotation: Any, default: Any = MISSING) -> Iterator[Item]:
    """The values of a Literal, of true or false, of null, and of unions of these."""
    for value in dict.fromkeys(_values(annotation)):
        chosen = not isinstance(default, Absent) and value == default and type(value) is type(default)
        text = _written(value)
        yield Item(text, text, "default" if chosen else "")


def _values(annotation: Any) -> Iterator[Any]:
    if get_origin(annotation) is Literal:
        yield from get_args(annotation)
    elif annotation is bool:
        yield from (True, False)
    elif is_union(annotation):
        for part in get_args(annotation):
            yield from [None] if part is type(None) else _values(part)


def _written(value: Any) -> str:
    return value if isinstance(value, str) and not needs_quotes(value) else show(value)


@cache
def key_words() -> dict[str, dict[str, str]]:
    """What each key of a recipe means, by where it stands; the recipe reference is made from the same words."""
    import yaml

    import aekit.recipe

    path = Path(aekit.recipe.__file__).with_name("keys.yaml")
    content = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {name: dict(words) for name, words in content.items() if isinstance(words, dict)}
