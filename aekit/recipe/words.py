"""Annotations in words: "a whole number > 0", "a list of numbers", "'batch' or 'layer'"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from types import NoneType, UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from aekit.recipe.scalars import show

#: One of it, several of it.
WORDS: dict[Any, tuple[str, str]] = {
    bool: ("true or false", "true or false"),
    int: ("a whole number", "whole numbers"),
    float: ("a number", "numbers"),
    str: ("text", "texts"),
    Path: ("a path", "paths"),
    NoneType: ("null", "null"),
    list: ("a list", "lists"),
    tuple: ("a list", "lists"),
    set: ("a list", "lists"),
    frozenset: ("a list", "lists"),
    Sequence: ("a list", "lists"),
    Iterable: ("a list", "lists"),
    dict: ("a mapping", "mappings"),
    Mapping: ("a mapping", "mappings"),
    object: ("any value", "any values"),
    Any: ("any value", "any values"),
}
LISTS = (list, tuple, set, frozenset, Sequence, Iterable)
SIGNS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "multiple_of": "divisible by"}
MOST_CHOICES = 12


def is_union(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, UnionType)


def describe(annotation: Any, several: bool = False) -> str:
    """What a value of this annotation is.

    Args:
        annotation: a type, or what typing makes of types.
        several: in the plural.
    """
    arguments = get_args(annotation)
    origin = get_origin(annotation)
    if origin is Annotated:
        return " ".join([describe(arguments[0], several), *_limits(annotation)])
    if origin is Literal:
        return either(_choices(arguments))
    if is_union(annotation):
        return either(list(_alternatives(arguments, several)))
    if origin in LISTS:
        return _list(origin, arguments, several)
    single, plural = WORDS.get(origin or annotation, (str(annotation), str(annotation)))
    return plural if several else single


def _list(origin: Any, arguments: tuple[Any, ...], several: bool) -> str:
    word = "lists" if several else "a list"
    if origin is tuple and Ellipsis not in arguments:
        if len(set(map(str, arguments))) == 1:
            return f"{word} of {len(arguments)} {describe(arguments[0], several=len(arguments) > 1)}"
        return f"{word} of {len(arguments)}: {', '.join(map(describe, arguments))}"
    return f"{word} of {describe(arguments[0], several=True)}"


def either(words: list[str]) -> str:
    """'a', 'a or b', 'a, b or c'."""
    return " or ".join(filter(None, [", ".join(words[:-1]), words[-1]]))


def _choices(values: tuple[Any, ...]) -> list[str]:
    return [f"one of {len(values)} names"] if len(values) > MOST_CHOICES else [show(value) for value in values]


def _alternatives(parts: tuple[Any, ...], several: bool) -> Iterator[str]:
    """The words for the parts of a union, null last."""
    for part in sorted(parts, key=lambda each: each is NoneType):
        if get_origin(part) is Literal:
            yield from _choices(get_args(part))
        else:
            yield describe(part, several)


def _limits(annotation: Any) -> Iterator[str]:
    """'> 0', 'and < 1', 'with at least 2 items': the constraints of an Annotated."""
    found = list(_constraints(annotation))
    for position, (name, value) in enumerate((n, v) for n, v in found if n in SIGNS):
        yield f"{'and ' if position else ''}{SIGNS[name]} {value}"
    for name, value in found:
        if name in ("min_length", "max_length"):
            yield f"of length {'>=' if name == 'min_length' else '<='} {value}"
        elif name == "pattern":
            yield f"that matches {value}"


def _constraints(annotation: Any) -> Iterator[tuple[str, Any]]:
    for item in annotation.__metadata__:
        for constraint in (item, *getattr(item, "metadata", ())):
            for name in (*SIGNS, "min_length", "max_length", "pattern"):
                value = getattr(constraint, name, None)
                if value is not None:
                    yield name, value
