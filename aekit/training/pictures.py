"""Rows of examples as one picture, by the data's fixed range and never per image."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from aekit.run.files import write_whole

#: Pictures are enlarged by a whole number until a small image's side has about this many pixels.
SIDE = 56
GAP = 1
PAPER = 160


def strip(rows: Sequence[np.ndarray], shown_range: tuple[float, float]) -> Image.Image:
    """One picture with a row of images for every array of examples, shape (n, *example_shape)."""
    drawn = [[to_bytes(example, shown_range) for example in row] for row in rows]
    height, width, channels = drawn[0][0].shape
    scale = max(1, round(SIDE / max(height, width)))
    columns = max(len(row) for row in drawn)
    step_y, step_x = height * scale + GAP, width * scale + GAP
    sheet = np.full((len(drawn) * step_y - GAP, columns * step_x - GAP, channels), PAPER, "uint8")
    for i, row in enumerate(drawn):
        for j, image in enumerate(row):
            large = image.repeat(scale, axis=0).repeat(scale, axis=1)
            sheet[i * step_y : i * step_y + height * scale, j * step_x : j * step_x + width * scale] = large
    return Image.fromarray(sheet[..., 0] if channels == 1 else sheet)


def to_bytes(example: np.ndarray, shown_range: tuple[float, float]) -> np.ndarray:
    """One example as bytes, (height, width, 1 or 3); a plain vector becomes a line of pixels eight high."""
    low, high = shown_range
    x = np.clip((np.asarray(example, "float32") - low) / (high - low), 0, 1)
    x = np.nan_to_num(x)
    if x.ndim == 1:
        x = np.repeat(x[None, :, None], 8, axis=0)
    if x.shape[-1] not in (1, 3):
        x = x.mean(axis=-1, keepdims=True)
    return np.round(x * 255).astype("uint8")


def save(image: Image.Image, path: Path) -> None:
    """Write a PNG that is whole or absent."""
    content = io.BytesIO()
    image.save(content, "PNG")
    path.parent.mkdir(parents=True, exist_ok=True)
    write_whole(path, content.getbuffer(), durable=False)
