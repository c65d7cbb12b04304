"""The recipe grammar as JSON Schema, for editors: made from the catalog, so that installed plugins are in it."""

from __future__ import annotations

from typing import Any

from aekit.catalog import MISSING, UNKNOWN, Absent, Catalog, Component, Parameter
from aekit.recipe import settings
from aekit.recipe.annotations import accepts_null, accepts_optimizer, adapter, as_plain, resolve
from aekit.recipe.components import takes_rate
from aekit.recipe.keras_names import OPTIMIZERS, SCHEDULES
from aekit.recipe.optimizers import MAY_RAMP, RATE
from aekit.recipe.ramps import RAMP
from aekit.recipe.recipe import ROLES

Schema = dict[str, Any]
DRAFT = "https://json-schema.org/draft/2020-12/schema"
TEXT: Schema = {"type": "string"}
NUMBER: Schema = {"type": "number"}


def json_schema(catalog: Catalog) -> Schema:
    """JSON Schema of a recipe's file: every key, component and option, with its documentation."""
    stage = {
        "trainer": _ref("trainer"),
        "losses": _ref("losses"),
        "metrics": _ref("metrics"),
        "epochs": _of_source(settings.POSITIVE),
        "steps": _of_source(settings.POSITIVE),
        "batch_size": _of_source(settings.POSITIVE),
        "freeze": {"type": "array", "items": TEXT},
        "compile": _of_source(*settings.VALUES["compile"]),
    }
    properties = {
        "extends": TEXT,
        "plugins": {"type": "array", "items": {"anyOf": [TEXT, _object({"path": TEXT, "sha256": TEXT, "copy": TEXT})]}},
        "data": _ref("data"),
        **{role: _ref(kind) for role, kind in ROLES.items()},
        **stage,
        "stages": {"type": "array", "minItems": 1, "items": _object({"name": TEXT, **stage})},
        **{key: _of_source(source, default) for key, (source, default) in settings.VALUES.items()},
        "memory": {"anyOf": [{"type": "integer", "exclusiveMinimum": 0}, TEXT], "default": settings.DEFAULT_MEMORY},
        "validate": {"anyOf": [{"const": "auto"}, _table(settings.INTERVAL)]},
        "early_stopping": _or_null(_table(settings.EARLY_STOPPING)),
        "on_collapse": {"anyOf": [_of_source(settings.ON_COLLAPSE["action"][0]), _table(settings.ON_COLLAPSE)]},
        "checkpoints": _or_null(_table(settings.CHECKPOINTS)),
        "previews": _or_null(_table(settings.PREVIEWS)),
    }
    return {"$schema": DRAFT, "title": "aekit recipe", **_object(properties), "$defs": _definitions(catalog)}


def _definitions(catalog: Catalog) -> Schema:
    kinds = ("data", *dict.fromkeys(ROLES.values()), "trainer")
    return {
        **{kind: {"anyOf": [_component(each) for each in catalog.of_kind(kind)] or [False]} for kind in kinds},
        "losses": _keyed(catalog.of_kind("loss")),
        "metrics": _keyed(catalog.of_kind("metric")),
        "optimizer": {"anyOf": [{"enum": list(OPTIMIZERS)}, *_typed(OPTIMIZERS)]},
        "rate": {"anyOf": [NUMBER, *_typed(SCHEDULES)]},
        "ramp": {**_table(RAMP), "oneOf": [{"required": ["steps"]}, {"required": ["epochs"]}]},
    }


def _component(component: Component, key: str | None = None) -> Schema:
    """A component's entry; under its own type's `key` it may leave out `type`."""
    properties: Schema = {"type": {"const": component.name}}
    if component.kind == "loss":
        properties["weight"] = {"anyOf": [NUMBER, _ref("ramp")], "default": 1.0}
    properties |= {parameter.name: option_schema(component, parameter) for parameter in component.parameters.values()}
    if takes_rate(component):
        properties[RATE] = _ref("rate")
    needed = [parameter.name for parameter in component.parameters.values() if parameter.required]
    return _object(properties, needed if key else ["type", *needed]) | {"description": component.summary}


def _keyed(components: list[Component]) -> Schema:
    """A mapping of losses or metrics by key."""
    return {
        "type": "object",
        "properties": {
            each.name: {"anyOf": [_component(each, each.name), *map(_component, _others(components, each))]}
            for each in components
        },
        "additionalProperties": {"anyOf": [_component(each) for each in components] or [False]},
    }


def _others(components: list[Component], one: Component) -> list[Component]:
    return [component for component in components if component is not one]


def option_schema(component: Component, parameter: Parameter) -> Schema:
    """One option of a component, with its default and documentation."""
    annotation = resolve(parameter.annotation, component.literals)
    if accepts_optimizer(annotation):
        schema = _or_null(_ref("optimizer")) if accepts_null(annotation) else _ref("optimizer")
    else:
        schema = _of_type(annotation)
    if not isinstance(parameter.default, Absent):
        schema = schema | {"default": as_plain(parameter.default)}
    return schema | {"description": parameter.doc} if parameter.doc else schema


def _typed(table: dict[str, dict[str, tuple[str, Any]]]) -> list[Schema]:
    """Optimizers or schedules with their options."""
    return [
        _object(
            {"type": {"const": name}, **{key: _keras_option(key, *option) for key, option in options.items()}}, ["type"]
        )
        for name, options in table.items()
    ]


def _keras_option(name: str, source: str, default: Any) -> Schema:
    if name == RATE:
        return _ref("rate")
    schema = _of_source(source)
    if name in MAY_RAMP:
        schema = {"anyOf": [schema, _ref("ramp")]}
    return schema if default is ... else schema | {"default": default}


def _table(table: dict[str, tuple[str, Any]]) -> Schema:
    needed = [name for name, (_, default) in table.items() if default is MISSING]
    return _object({name: _of_source(source, default) for name, (source, default) in table.items()}, needed)


def _of_source(source: str, default: Any = MISSING) -> Schema:
    schema = _of_type(resolve(source, {}))
    return schema if default is MISSING else schema | {"default": default}


def _of_type(annotation: Any) -> Schema:
    """Pydantic's schema of a type; anything goes where the type is not known before the run."""
    checker = None if annotation is UNKNOWN else adapter(annotation)
    return checker.json_schema() if checker else {}


def _ref(name: str) -> Schema:
    return {"$ref": f"#/$defs/{name}"}


def _or_null(schema: Schema) -> Schema:
    return {"anyOf": [schema, {"type": "null"}]}


def _object(properties: Schema, needed: list[str] | None = None) -> Schema:
    required = {"required": needed} if needed else {}
    return {"type": "object", "properties": properties, **required, "additionalProperties": False}
