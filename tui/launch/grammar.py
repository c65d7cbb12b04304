"""What may stand where in a recipe: keys, types, options and values, from the tables and catalog that checks use."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from aekit.catalog import MISSING, UNKNOWN, Catalog, Component, Parameter
from aekit.recipe import ShippedRecipe, settings, shipped_recipes
from aekit.recipe.annotations import accepts_optimizer
from aekit.recipe.keras_names import OPTIMIZERS, SCHEDULES
from aekit.recipe.load import KEYS
from aekit.recipe.optimizers import MAY_RAMP, RATE
from aekit.recipe.ramps import RAMP
from aekit.recipe.recipe import ROLES
from aekit.recipe.scalars import show
from aekit.recipe.stages import STAGE_KEYS

from .levels import Level
from .meanings import TABLES, Item, choices, has_rate, key_words, meaning, of_source

#: The kind of the components under a key.
KINDS = {"data": "data", **ROLES, "trainer": "trainer"}
NAMED_BY_KEY = {"losses": "loss", "metrics": "metric"}


@dataclass(frozen=True)
class Place:
    """A mapping of a recipe, by what it is.

    Args:
        what: "recipe", "stage", "component", "entries" (losses, metrics), "optimizer", "schedule", "ramp", "table", or
            "" where nothing is known.
        kind: of the component, or of the entries.
        component: which, where its type is known.
        name: of the table.
    """

    what: str = ""
    kind: str = ""
    component: Component | None = None
    name: str = ""


def place_of(level: Level, catalog: Catalog) -> Place:
    """What a mapping is, by the keys that lead to it."""
    if level.above is None:
        return Place("recipe")
    above, key = place_of(level.above, catalog), level.key
    if above.what in ("recipe", "stage"):
        return _below_recipe(level, key, catalog)
    if above.what == "stages":
        return Place("stage")
    if above.what == "entries":
        return Place("component", above.kind, catalog.find(above.kind, level.type or key))
    if above.what == "component":
        return _below_component(above, key)
    if above.what == "optimizer":
        return Place("schedule" if key == RATE else "ramp" if key in MAY_RAMP else "")
    return Place()


def _below_recipe(level: Level, key: str, catalog: Catalog) -> Place:
    if key in KINDS:
        return Place("component", KINDS[key], catalog.find(KINDS[key], level.type))
    if key in NAMED_BY_KEY:
        return Place("entries", NAMED_BY_KEY[key])
    if key == "stages":
        return Place("stages")
    return Place("table", name=key) if key in TABLES else Place()


def _below_component(above: Place, key: str) -> Place:
    if above.kind == "loss" and key == "weight":
        return Place("ramp")
    if above.component is None:
        # What is only inherited, or not written yet: these two are what they are called in every trainer.
        return Place({"optimizer": "optimizer", RATE: "schedule"}.get(key, "") if above.kind == "trainer" else "")
    if key == RATE and has_rate(above.component):
        return Place("schedule")
    known = key in above.component.parameters
    return Place("optimizer" if known and accepts_optimizer(meaning(above.component, key)) else "")


# ---------------------------------------------------------------------- keys


def keys_in(level: Level, catalog: Catalog) -> list[Item]:
    """The keys that a mapping may have."""
    place = place_of(level, catalog)
    words = key_words()
    if place.what == "recipe":
        return [_key(key, words.get("recipe", {}).get(key, "")) for key in KEYS]
    if place.what == "stage":
        return [_key(key, words.get("recipe", {}).get(key, "")) for key in STAGE_KEYS]
    if place.what == "entries":
        return [Item(each.name, f"{each.name}: {{}}", each.summary) for each in catalog.of_kind(place.kind)]
    if place.what == "component":
        return _options(place, catalog)
    if place.what in ("optimizer", "schedule"):
        return [_key("type", f"the {place.what}"), *_table(_keras(place.what, level.type), {})]
    if place.what in ("ramp", "table"):
        name = place.name or "ramp"
        return list(_table(TABLES.get(name, RAMP), words.get(name, {})))
    return []


def _options(place: Place, catalog: Catalog) -> list[Item]:
    """The options of a component; of all of its kind while the type is not known."""
    items = [_key("type", f"which {place.kind}")]
    if place.kind == "loss":
        items.append(_key("weight", "default 1 · a number, or a ramp {from, to, steps or epochs}"))
    for component in [place.component] if place.component else catalog.of_kind(place.kind):
        prefix = "" if place.component else f"{component.name}: "
        items += [_key(each.name, prefix + about(each)) for each in component.parameters.values()]
        if has_rate(component):
            items.append(_key(RATE, "of the optimizer that is named; a number or {type: a schedule, ...}"))
    return list({item.name: item for item in reversed(items)}.values())[::-1]


def about(parameter: Parameter) -> str:
    """An option's default and documentation in one line."""
    return " · ".join(filter(None, [default_text(parameter), parameter.doc]))


def default_text(parameter: Parameter) -> str:
    if parameter.required or parameter.default is ...:
        return "required"
    return "default set by the plugin" if parameter.default is UNKNOWN else f"default {show(parameter.default)}"


def _key(name: str, doc: str = "") -> Item:
    return Item(name, f"{name}: ", doc)


def _table(table: Mapping[str, tuple[str, Any]], words: Mapping[str, str]) -> Iterator[Item]:
    for name, (_, default) in table.items():
        yield _key(name, about(Parameter(name, None, MISSING if default is ... else default, doc=words.get(name, ""))))


def _keras(what: str, name: str) -> dict[str, tuple[str, Any]]:
    """The options of an optimizer or schedule; none while it is not named."""
    return (OPTIMIZERS if what == "optimizer" else SCHEDULES).get(name, {})


# ---------------------------------------------------------------------- values


def values_of(level: Level, key: str, catalog: Catalog) -> list[Item]:
    """The values that a key of a mapping may have, as far as they can be listed."""
    place = place_of(level, catalog)
    if key == "type":
        return _types(place, catalog)
    if place.what in ("recipe", "stage"):
        return _settings(level, key, catalog)
    if place.what == "component":
        return _values_of_option(place, key)
    if place.what in ("optimizer", "schedule"):
        if key == RATE:
            return _typed(SCHEDULES)
        annotation, default = _keras(place.what, level.type).get(key, (None, MISSING))
        return list(choices(of_source(annotation), default)) if annotation else []
    if place.what == "table":
        annotation, default = TABLES[place.name].get(key, (None, MISSING))
        return list(choices(of_source(annotation), default)) if annotation else []
    return []


def _types(place: Place, catalog: Catalog) -> list[Item]:
    if place.what == "component":
        return [Item(each.name, each.name, each.summary) for each in catalog.of_kind(place.kind)]
    if place.what in ("optimizer", "schedule"):
        table = OPTIMIZERS if place.what == "optimizer" else SCHEDULES
        return [Item(name, name, ", ".join(table[name])) for name in table]
    return []


def _settings(level: Level, key: str, catalog: Catalog) -> list[Item]:
    if key in KINDS:
        return [_component(each) for each in catalog.of_kind(KINDS[key])]
    if key in NAMED_BY_KEY:
        return [Item(each.name, f"{{{each.name}: {{}}}}", each.summary) for each in catalog.of_kind(NAMED_BY_KEY[key])]
    if key == "extends":
        return [Item(each.name, each.name, each.description) for each in sorted(shipped_recipes(), key=_name)]
    if key == "freeze":
        return [Item(role, role) for role in ROLES if role in _root(level).values]
    if key == "best":
        return [Item(name, name) for name in ("loss", *_root(level).inner.get("losses", Level()).values)]
    if key == "validate":
        return [Item("auto", "auto", "default"), Item("{epochs}", "{epochs: 1}"), Item("{steps}", "{steps: 1000}")]
    if key == "on_collapse":
        actions = choices(of_source(settings.ON_COLLAPSE["action"][0]), settings.OnCollapse().action)
        return [*actions, Item("{action, ...}", "{action: rollback, times: 3, rate: 0.5}")]
    if key in TABLES:
        return [Item("null", "null", "none"), *(Item(f"{{{k}}}", f"{{{k}: }}") for k in list(TABLES[key])[:1])]
    source, default = settings.VALUES.get(key, (None, MISSING))
    return list(choices(of_source(source), default)) if source else []


def _name(recipe: ShippedRecipe) -> str:
    return recipe.name


def _root(level: Level) -> Level:
    return level if level.above is None else _root(level.above)


def _component(component: Component) -> Item:
    """A component as a value: with the options that it must have."""
    needed = [f"{each.name}: " for each in component.parameters.values() if each.required]
    return Item(component.name, f"{{{', '.join([f'type: {component.name}', *needed])}}}", component.summary)


def _values_of_option(place: Place, key: str) -> list[Item]:
    if place.component is None:
        return []
    if key == RATE and has_rate(place.component):
        return _typed(SCHEDULES)
    parameter = place.component.parameters.get(key)
    if parameter is None:
        return []
    annotation = meaning(place.component, key)
    if accepts_optimizer(annotation):
        return [Item(name, name, ", ".join(OPTIMIZERS[name])) for name in OPTIMIZERS]
    return list(choices(annotation, parameter.default))


def _typed(table: Iterable[str]) -> list[Item]:
    return [Item(name, f"{{type: {name}}}") for name in table]
