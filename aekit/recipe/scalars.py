"""YAML 1.2 scalars, both ways: what plain text means, and which texts need quotes.

`1e-3` is a number, `no` is text, `010` is ten: PyYAML alone follows YAML 1.1, where they are text, False and eight.
"""

from __future__ import annotations

import re
from typing import Any

NULL = re.compile(r"(?:~|null|Null|NULL|)\Z")
TRUE = re.compile(r"(?:true|True|TRUE)\Z")
FALSE = re.compile(r"(?:false|False|FALSE)\Z")
INTEGER = re.compile(r"(?:[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+)\Z")
FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?\Z")
INFINITY = re.compile(r"[-+]?\.(?:inf|Inf|INF)\Z")
NOT_A_NUMBER = re.compile(r"\.(?:nan|NaN|NAN)\Z")
#: More digits than any number of a recipe has.
LONGEST_NUMBER = 400


def read_scalar(text: str) -> Any:
    """What a plain scalar means in the core schema of YAML 1.2.

    Raises:
        ValueError: a number that is too long, too large, or none (`.nan`).
    """
    if NULL.match(text):
        return None
    if TRUE.match(text) or FALSE.match(text):
        return text.lower() == "true"
    if NOT_A_NUMBER.match(text):
        raise ValueError(f"{text} is no number that a recipe can hold")
    if INFINITY.match(text):
        return float(text.replace(".", ""))
    return _read_number(text)


def _read_number(text: str) -> Any:
    if not FLOAT.match(text) and not INTEGER.match(text):
        return text
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"a number of {len(text)} digits is too long")
    if INTEGER.match(text):
        base = {"0o": 8, "0x": 16}.get(text[:2], 10)
        return int(text[2:] if base != 10 else text, base)
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(f"{text} is too large for a number; write .inf where infinity is meant")
    return number


def needs_quotes(text: str) -> bool:
    """Whether this text, written plain, would be read as something else than text."""
    try:
        return not isinstance(read_scalar(text), str)
    except ValueError:
        return True


def show(value: Any, longest: int = 60) -> str:
    """A value as messages show it: as a recipe would write it."""
    match value:
        case None:
            text = "null"
        case bool():
            text = str(value).lower()
        case str():
            text = f"'{value}'"
        case list() | tuple():
            text = f"[{', '.join(show(item) for item in value[:8])}{', ...' if len(value) > 8 else ''}]"
        case dict():
            text = f"{{{', '.join(f'{key}: {show(item)}' for key, item in list(value.items())[:8])}}}"
        case _:
            text = repr(value)
    return text if len(text) <= longest else text[: longest - 1] + "…"
