"""Changing one value in a recipe's text: everything else, comments and layout too, stays as it was written."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from copy import deepcopy
from pathlib import Path
from typing import Any

from aekit.errors import InputError
from aekit.recipe.nodes import plain
from aekit.recipe.places import Text
from aekit.recipe.problems import RecipeError
from aekit.recipe.reader import read_mapping, read_node
from aekit.recipe.scalars import needs_quotes

from .spans import Span, spans_of

_PLAIN = re.compile(r"[A-Za-z_./~][\w./~-]*(?: [\w./~-]+)*\Z", re.ASCII)
_REMOVED: Any = object()


def edit_text(text: str, path: tuple[str, ...], value: Any) -> str:
    """The text with another value at a path; a value that is not there yet is put where it belongs.

    Args:
        path: keys from the top; items of a list by number or `name`.
        value: plain data.

    Raises:
        InputError: this text cannot be changed so without changing something else, by an alias for example.
    """
    return _changed(text, path, as_yaml(value), value)


def write_text(text: str, path: tuple[str, ...], written: str) -> str:
    """Like `edit_text`, with the value as somebody wrote it in YAML; their spelling stays where it can.

    Raises:
        InputError: it is no YAML value, or cannot be put here.
    """
    value = value_of(written)
    try:
        return _changed(text, path, written.strip() or "null", value)
    except InputError:
        return edit_text(text, path, value)


def remove_text(text: str, path: tuple[str, ...]) -> str:
    """The text without the key at a path; as it is where there is no such key.

    Raises:
        InputError: it cannot be taken out without changing something else.
    """
    root = _root(text)
    holder = _walk(root, path[:-1])
    if holder is None or holder.what != "mapping" or holder.find(path[-1]) is None:
        return text
    number = next(i for i, (key, _) in enumerate(holder.items) if key and key.text == path[-1])
    start, end = _without(text, holder, number)
    return _verified(text, text[:start] + text[end:], path, _REMOVED)


def with_changes(text: str, changes: Iterable[tuple[tuple[str, ...], str | None]]) -> str:
    """The text with several values written, or taken out where there is None.

    Raises:
        InputError: a change that cannot be made without making others.
    """
    for path, written in changes:
        text = remove_text(text, path) if written is None else write_text(text, path, written)
    return text


def value_of(written: str) -> Any:
    """What a line of YAML means.

    Raises:
        InputError: it means nothing.
    """
    try:
        node = read_node(Text("value", written))
    except RecipeError as error:
        raise InputError(error.problems[0].message) from error
    return None if node is None else plain(node)


def as_yaml(value: Any) -> str:
    """A value on one line, as it may stand in braces and outside of them."""
    match value:
        case None | bool():
            return {None: "null", True: "true", False: "false"}[value]
        case float() if value in (float("inf"), float("-inf")):
            return ".inf" if value > 0 else "-.inf"
        case int() | float():
            return repr(value)
        case str():
            return value if _PLAIN.match(value) and not needs_quotes(value) else _quoted(value)
        case dict():
            return f"{{{', '.join(f'{as_yaml(str(key))}: {as_yaml(item)}' for key, item in value.items())}}}"
        case list() | tuple():
            return f"[{', '.join(map(as_yaml, value))}]"
    raise InputError(f"{value!r} cannot be written in a recipe")


def _quoted(text: str) -> str:
    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(c if c.isprintable() else f"\\U{ord(c):08x}" for c in quoted)


# ---------------------------------------------------------------------- where and how


def _changed(text: str, path: tuple[str, ...], written: str, value: Any) -> str:
    """The text with `written` put at the path, which must come out as `value` and nothing else."""
    root = _root(text)
    depth, span = 0, root
    while depth < len(path) and span.what in ("mapping", "sequence") and (inner := span.find(path[depth])):
        depth, span = depth + 1, inner
    missing = path[depth:]
    if not missing:
        new = _replaced(text, span, written)
    elif span.what == "mapping":
        new = _inserted(text, span, missing[0], _wrapped(missing[1:], written))
    elif span.what == "scalar":
        # A bare name stands for a mapping with this type: `optimizer: adam`.
        kept = f"type: {text[span.start : span.end]}, " if _means(span) else ""
        new = _replaced(text, span, f"{{{kept}{_wrapped(missing, written)[1:]}")
    else:
        raise InputError(f"there is no {'.'.join(path)} to change: {missing[0]} names nothing")
    return _verified(text, new, path, value)


def _means(span: Span) -> bool:
    """Whether a scalar is more than an empty place."""
    return span.text not in ("", "~", "null", "Null", "NULL")


def _wrapped(path: tuple[str, ...], written: str) -> str:
    for key in reversed(path):
        written = f"{{{as_yaml(key)}: {written}}}"
    return written


def _replaced(text: str, span: Span, written: str) -> str:
    start, end = span.start, span.end
    if span.what in ("mapping", "sequence") and not span.flow:
        # A block stands in lines of its own: the new value moves up behind its key.
        start = len(text[:start].rstrip())
        if "\n" in text[start : span.start] and text[:start].endswith(":"):
            return f"{text[:start]} {written}{text[end:]}"
        start = span.start
    space = " " if start and text[start - 1] == ":" else ""
    return f"{text[:start]}{space}{written}{text[end:]}"


def _inserted(text: str, span: Span, key: str, written: str) -> str:
    """`key: written` as the last entry of a mapping, in its own style."""
    entry = f"{as_yaml(key)}: {written}"
    if span.flow:
        end = span.items[-1][1].end if span.items else text.index("{", span.start) + 1
        return f"{text[:end]}{', ' if span.items else ''}{entry}{text[end:]}"
    first = span.items[0][0]
    assert first is not None
    indent = " " * _column(text, first.start)
    end = _line_end(text, span.end)
    return f"{text[:end]}\n{indent}{entry}{text[end:]}"


def _without(text: str, holder: Span, number: int) -> tuple[int, int]:
    """The stretch that one entry of a mapping takes, with what parts it from the others."""
    key, value = holder.items[number]
    assert key is not None
    if holder.flow and number:
        return holder.items[number - 1][1].end, value.end
    if holder.flow:
        following = holder.items[1][0] if len(holder.items) > 1 else None
        return key.start, following.start if following else value.end
    start = key.start - _column(text, key.start)
    if text[start : key.start].strip() or len(holder.items) == 1:
        raise InputError("this line holds more than this key; edit the text")
    return start, min(_line_end(text, value.end) + 1, len(text))


def _column(text: str, place: int) -> int:
    return place - (text.rfind("\n", 0, place) + 1)


def _line_end(text: str, place: int) -> int:
    found = text.find("\n", place)
    return len(text) if found < 0 else found


# ---------------------------------------------------------------------- nothing else has changed


def _root(text: str) -> Span:
    read_mapping(_as_text(text))
    root = spans_of(text)
    assert root is not None
    return root


def _walk(span: Span | None, path: tuple[str, ...]) -> Span | None:
    for key in path:
        span = span.find(key) if span and span.what in ("mapping", "sequence") else None
    return span


def _verified(old: str, new: str, path: tuple[str, ...], value: Any) -> str:
    """The new text, once reading it has shown that only what was meant is another."""
    wanted = plain(read_mapping(_as_text(old)))
    wanted = _set(deepcopy(wanted), path, value)
    try:
        found = plain(read_mapping(_as_text(new)))
    except RecipeError:
        found = None
    if found != wanted or json.dumps(found) != json.dumps(wanted):
        raise InputError(f"{'.'.join(path)} cannot be changed here without changing more; edit the text")
    return new


def _set(whole: Any, path: tuple[str, ...], value: Any) -> Any:
    key, rest = path[0], path[1:]
    if isinstance(whole, list):
        names = [item.get("name") if isinstance(item, dict) else None for item in whole]
        number = names.index(key) if key in names else int(key)
        whole[number] = _set(whole[number], rest, value) if rest else value
        return whole
    if not isinstance(whole, dict):
        whole = {} if whole is None else {"type": whole}
    if rest:
        whole[key] = _set(whole.get(key), rest, value)
    elif value is _REMOVED:
        whole.pop(key, None)
    else:
        whole[key] = value
    return whole


def _as_text(text: str) -> Text:
    return Text("recipe", text, Path("recipe.yaml"))
