"""What an option may hold: annotations read from source, described in words, and checked by pydantic."""

from __future__ import annotations

import ast
import json
import typing
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal, Union, get_args, get_origin

from aekit.catalog import UNKNOWN
from aekit.errors import did_you_mean
from aekit.recipe.keras_names import ACTIVATIONS
from aekit.recipe.scalars import show
from aekit.recipe.words import describe, is_union

if TYPE_CHECKING:
    from pydantic import TypeAdapter

    Optimizer = str | dict[str, Any]
    Activation = str
else:
    #: Annotation of a trainer's option that names a Keras optimizer, or gives its options too.
    Optimizer = Annotated[str | dict[str, Any], "a Keras optimizer"]
    #: Annotation of an option that names a Keras activation.
    Activation = Literal[ACTIVATIONS]


@dataclass(frozen=True)
class Mismatch:
    """A value that its annotation does not accept; `path` leads to the item that is at fault."""

    message: str
    path: tuple[str | int, ...] = ()
    notes: tuple[str, ...] = ()

    def __str__(self) -> str:
        return self.message


@lru_cache(maxsize=1)
def _namespace() -> dict[str, Any]:
    """Every name that an annotation may hold, dotted ones too."""
    import pydantic

    builtins: tuple[Any, ...] = (bool, int, float, str, list, tuple, dict, set, frozenset, object, None)
    names: dict[str, Any] = {getattr(kind, "__name__", "None"): kind for kind in builtins}
    for name in ("Annotated", "Any", "Literal", "Optional", "Union"):
        names[name] = names[f"typing.{name}"] = getattr(typing, name)
    for name, kind in {"List": list, "Tuple": tuple, "Dict": dict, "Set": set, "FrozenSet": frozenset}.items():
        names[name] = names[f"typing.{name}"] = kind
    for kind in (Sequence, Mapping, Iterable):
        for prefix in ("", "typing.", "abc.", "collections.abc."):
            names[f"{prefix}{kind.__name__}"] = kind
    names["Path"] = names["pathlib.Path"] = Path
    names["Field"] = names["pydantic.Field"] = pydantic.Field
    for name in ("PositiveInt", "NonNegativeInt", "PositiveFloat", "NonNegativeFloat", "FiniteFloat"):
        names[name] = names[f"pydantic.{name}"] = getattr(pydantic, name)
    names["aekit.Optimizer"], names["aekit.Activation"] = Optimizer, Activation
    return names


def resolve(source: str | None, literals: Mapping[str, Any]) -> Any:
    """The type that an annotation's source means, or UNKNOWN; nothing of the plugin is run.

    Args:
        source: as the plugin's file has it; None accepts anything.
        literals: what the file's module-level names stand for.
    """
    if source is None:
        return Any
    try:
        return _evaluate(ast.parse(source, mode="eval").body, literals, 0)
    except (LookupError, TypeError, ValueError, SyntaxError, RecursionError):
        return UNKNOWN


def _evaluate(node: ast.expr, literals: Mapping[str, Any], depth: int) -> Any:
    """The value of an annotation's expression: names, subscripts, unions, literals and calls of Field.

    Raises:
        LookupError: a name or a form that the fixed namespace does not have.
    """
    if depth > 50:
        raise LookupError("an annotation that refers to itself")

    def inner(part: ast.expr) -> Any:
        return _evaluate(part, literals, depth + 1)

    match node:
        case ast.Constant(value=value):
            return resolve(value, literals) if isinstance(value, str) and depth == 0 else value
        case ast.Name() | ast.Attribute():
            return _named(ast.unparse(node), literals, depth)
        case ast.Subscript(value=value, slice=index):
            return inner(value)[inner(index)]
        case ast.Tuple(elts=items):
            return tuple(inner(item) for item in items)
        case ast.List(elts=items):
            return [inner(item) for item in items]
        case ast.BinOp(left=left, op=ast.BitOr(), right=right):
            return Union[inner(left), inner(right)]  # noqa: UP007 built from values
        case ast.UnaryOp():
            return ast.literal_eval(node)
        case ast.Call(func=function, args=arguments, keywords=keywords):
            if ast.unparse(function) not in ("Field", "pydantic.Field"):
                raise LookupError(ast.unparse(function))
            named = {str(keyword.arg): inner(keyword.value) for keyword in keywords}
            return inner(function)(*map(inner, arguments), **named)
    raise LookupError(ast.unparse(node))


def _named(name: str, literals: Mapping[str, Any], depth: int) -> Any:
    if name not in literals:
        return _namespace()[name]
    value = literals[name]
    return _evaluate(value, literals, depth + 1) if isinstance(value, ast.expr) else value


def accepts_optimizer(annotation: Any) -> bool:
    """Whether this is `aekit.Optimizer`, or a union with it."""
    if annotation is UNKNOWN:
        return False
    return annotation == Optimizer or (is_union(annotation) and Optimizer in get_args(annotation))


def accepts_null(annotation: Any) -> bool:
    """Whether null is a value of this annotation."""
    return annotation is Any or annotation is None or (is_union(annotation) and type(None) in get_args(annotation))


def adapter(annotation: Any) -> TypeAdapter[Any] | None:
    """Pydantic's checker of an annotation; None where pydantic has none for this type."""
    from pydantic import TypeAdapter
    from pydantic.errors import PydanticUserError

    try:
        return TypeAdapter(annotation)
    except (PydanticUserError, TypeError):
        return None


def accept(annotation: Any, value: Any) -> Any:
    """The value as plain data of the annotated type (1 becomes 1.0 where a float is wanted), or a `Mismatch`.

    Numbers, text, true and false are not converted into each other; a whole number does for any number, and a list for
    a tuple. An UNKNOWN annotation accepts everything: the run's start checks it.
    """
    from pydantic import ValidationError

    checker = None if annotation is UNKNOWN else adapter(annotation)
    if checker is None:
        return as_plain(value)
    try:
        return as_plain(checker.dump_python(checker.validate_json(json.dumps(value), strict=True)))
    except ValidationError as error:
        return _mismatch(annotation, value, error)


def check_value(annotation: Any, value: Any) -> Mismatch | None:
    """What is wrong with a recipe's value, or None; see `accept`."""
    accepted = accept(annotation, value)
    return accepted if isinstance(accepted, Mismatch) else None


def _mismatch(annotation: Any, value: Any, error: Any) -> Mismatch:
    """The first error in our words, at the deepest item that both the annotation and the value have."""
    path: tuple[str | int, ...] = ()
    for step in error.errors(include_url=False)[0]["loc"]:
        inner = _item(annotation, step)
        known = range(len(value)) if isinstance(value, list) else value if isinstance(value, dict) else ()
        if inner is None or step not in known:
            break
        annotation, value, path = inner, value[step], (*path, step)
    choices = [choice for choice in _choices(annotation) if isinstance(choice, str)]
    hint = f".{did_you_mean(value, choices)}".removesuffix(".") if isinstance(value, str) else ""
    notes: tuple[str, ...] = ()
    message = f"expected {describe(annotation)}, received {show(value)}{hint}"
    if set(ACTIVATIONS) <= set(choices):
        notes = (f"activations: {', '.join(ACTIVATIONS)}",)
        message = f"there is no activation {show(value)}{hint}"
    return Mismatch(message, path, notes)


def _choices(annotation: Any) -> list[Any]:
    """The values that a Literal, or a union with one, names."""
    if get_origin(annotation) is Literal:
        return list(get_args(annotation))
    parts = get_args(annotation) if is_union(annotation) else get_args(annotation)[:1]
    return [choice for part in parts if get_origin(part) in (Literal, Annotated) for choice in _choices(part)]


def _item(annotation: Any, step: str | int) -> Any:
    """The annotation of one item of a list, tuple or dict; None where it has none of its own."""
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if origin is Annotated:
        return _item(arguments[0], step)
    if is_union(annotation):
        containers = [part for part in arguments if get_origin(part) in (list, tuple, dict)]
        return _item(containers[0], step) if len(containers) == 1 else None
    if origin is tuple and isinstance(step, int) and Ellipsis not in arguments:
        return arguments[step] if step < len(arguments) else None
    if origin in (list, tuple, set, frozenset, Sequence, Iterable):
        return arguments[0] if isinstance(step, int) else None
    return arguments[1] if origin in (dict, Mapping) and len(arguments) == 2 else None


def as_plain(value: Any) -> Any:
    """Tuples and sets as lists, paths as text: what YAML can hold."""
    if isinstance(value, Mapping):
        return {str(key): as_plain(item) for key, item in value.items()}
    if isinstance(value, set | frozenset):
        return sorted((as_plain(item) for item in value), key=repr)
    if isinstance(value, list | tuple):
        return [as_plain(item) for item in value]
    return str(value) if isinstance(value, Path) else value
