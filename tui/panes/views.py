"""What of a run's pictures is looked at: whole, one part of them, or errors; as rows of image bytes and in words."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from ..pixels.grid import error_map, sheet, to_bytes
from ..store.pictures import Picture, Pictures, has_inputs
from ..words import number

#: Parts of a reconstruction besides the whole: inputs over outputs over error maps.
PARTS = ("output", "error", "signed error")
#: What one picture of a kind is called where it is no example of the data.
NOUNS = {"filters": "filter", "samples": "sample"}
#: Error maps are as bright as can be where an output is off by this part of the data's range: the whole of it is rare.
OFF = 0.25


class View(NamedTuple):
    """A kind of pictures, and the part of them that is shown; "" is the whole."""

    kind: str
    part: str = ""

    def __str__(self) -> str:
        return f"{self.kind} {self.part}".strip()


def views(pictures: Pictures) -> list[View]:
    """All that can be looked at, kind by kind."""
    found = []
    for kind in pictures.kinds:
        parts = PARTS if has_inputs(pictures.events(kind)[-1]) else ()
        found += [View(kind), *(View(kind, part) for part in parts)]
    return found


def rows_of(picture: Picture, part: str, order: np.ndarray) -> tuple[np.ndarray, ...]:
    """The rows to show of the examples in `order`, each (n, height, width, 1 or 3) uint8."""
    rows = [row[order] for row in picture.rows]
    shown = [to_bytes(row, picture.range) for row in rows]
    if not picture.is_pair:
        return tuple(shown)
    if part == "output":
        return (shown[1],)
    errors = error_map(rows[0], rows[1], (0.0, _brightest(picture)), signed=part == "signed error")
    return (errors,) if part else (*shown, errors)


def enlarged(rows: Sequence[np.ndarray], room: tuple[int, int]) -> tuple[np.ndarray, tuple[int, int]]:
    """The rows of one example as one picture, below or beside each other, as fits columns x lines better.

    Shapes: each (1, height, width, 1 or 3) uint8 -> one picture, uint8, and its images as (down, across).
    """
    channels = max(row.shape[-1] for row in rows)
    content = np.concatenate([np.broadcast_to(row, (*row.shape[:-1], channels)) for row in rows])
    height, width = content.shape[1:3]
    below = min(room[0] / width, 2 * room[1] / (height * len(rows)))
    beside = min(room[0] / (width * len(rows)), 2 * room[1] / height)
    columns = 1 if below >= beside else len(rows)
    return sheet(content, columns), (len(rows) // columns, columns)


def labels_of(picture: Picture, order: np.ndarray) -> tuple[str, ...]:
    """The squared error of each example; nothing where there is no input."""
    return tuple(number(float(error), 3) for error in picture.errors[order]) if picture.is_pair else ()


def caption(picture: Picture, part: str, chosen: int | None, worst: bool) -> str:
    """The line under the pictures: how many, how far off, and what the colours mean."""
    noun = NOUNS.get(picture.kind, "example")
    if chosen is not None and chosen < picture.count:
        parts, mean = [f"{noun} {chosen}{_figures(picture, chosen)}"], "mean"
    else:
        parts, mean = [f"{picture.count} {noun}{'s' if picture.count > 1 else ''}"], "mean squared error"
    if picture.is_pair:
        parts.append(f"{mean} {_quality(picture, slice(None))}")
        parts.append("worst first" if worst else "")
    if part == "error":
        parts.append(f"white: off by {number(_brightest(picture), 3)} or more")
    elif part == "signed error":
        parts.append(f"blue: {number(_brightest(picture), 3)} too low, orange: too high")
    return " · ".join(filter(None, parts))


def _figures(picture: Picture, chosen: int) -> str:
    if not picture.is_pair:
        return ""
    return f": squared error {_quality(picture, chosen)}"


def _quality(picture: Picture, which: int | slice) -> str:
    """The squared error, PSNR and, where they are known, bits per pixel of an example, or their means."""
    error, ratio = (float(values[which].mean()) for values in (picture.errors, picture.psnr))
    bits = picture.bits_per_pixel
    rate = "" if bits is None else f", {bits[which].mean():.3f} bpp"
    return f"{number(error)}, PSNR {_decibel(ratio)}{rate}"


def _brightest(picture: Picture) -> float:
    """The difference from which on an error map is as bright as can be, in data units."""
    return OFF * (picture.range[1] - picture.range[0])


def _decibel(ratio: float) -> str:
    return f"{ratio:.1f} dB" if math.isfinite(ratio) else "-"
