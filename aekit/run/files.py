"""Small files that are either whole or absent."""

from __future__ import annotations

import json
import math
import os
from pathlib import Path
from typing import Any


def write_whole(path: Path, content: str | bytes | memoryview, durable: bool = True) -> None:
    """Write a file aside and rename it: no reader sees half of it, and a failure leaves nothing behind.

    Args:
        durable: wait until the disk has it, for what must outlive a crash of the machine.
    """
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        with aside.open("wb") as file:
            file.write(content.encode("utf-8") if isinstance(content, str) else content)
            file.flush()
            if durable:
                os.fsync(file.fileno())
        aside.replace(path)
    except BaseException:
        aside.unlink(missing_ok=True)
        raise


def remove_leftovers(folder: Path) -> None:
    """Remove what writers that were killed left half-written; only for the folder's one writer."""
    for file in folder.rglob(".*.part*"):
        file.unlink(missing_ok=True)


def read_object(path: Path, limit: int = 16_000_000) -> dict[str, Any] | None:
    """The JSON object in a file; None when there is no file, no object in it, or more than `limit` bytes."""
    try:
        with path.open("rb") as file:
            return parse_object(file.read(limit))
    except OSError:
        return None


def parse_object(text: bytes) -> dict[str, Any] | None:
    """The strict JSON object that `text` is, or None: NaN and infinity are no JSON."""
    try:
        value = _STRICT.decode(text.decode())
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def plain(value: Any) -> Any:
    """`value` in JSON's own types: NumPy's and Keras' numbers become Python's, NaN and infinity None."""
    if isinstance(value, dict):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple, set)):
        return [plain(item) for item in value]
    if isinstance(value, (str, bool, int)) or value is None:
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if hasattr(value, "tolist"):
        return plain(value.tolist())
    if hasattr(value, "numpy"):
        return plain(value.numpy())
    return str(value)


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


_STRICT = json.JSONDecoder(parse_constant=_refuse)
