"""Examples as one picture, by the data's fixed range and never per image; NaN is magenta."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

MAGENTA = (255, 0, 255)
#: How high a plain vector's line of pixels is; the same in the engine's picture strips.
LINE = 8
GAP = 1
PAPER = 64

#: The signed difference: blue below zero, white at it, orange above; told apart by the colour-blind too.
BLUE, WHITE, ORANGE = (33, 102, 172), (255, 255, 255), (230, 97, 1)


def to_bytes(examples: np.ndarray, shown_range: tuple[float, float]) -> np.ndarray:
    """Examples as images of bytes.

    Shapes: (n, height, width, channels) or, plain vectors, (n, size) -> (n, height, width, 1 or 3).
    """
    low, high = shown_range
    x = images(examples)
    return _with_nan(np.clip((x - low) / (high - low), 0, 1), np.isnan(x).any(axis=-1))


def images(examples: np.ndarray) -> np.ndarray:
    """Examples as float images of one or three channels: vectors become lines, other channels their mean."""
    x = np.asarray(examples, "float32")
    if x.ndim == 2:
        x = np.repeat(x[:, None, :], LINE, axis=1)
    if x.ndim == 3:
        x = x[..., None]
    return x if x.shape[-1] in (1, 3) else x.mean(axis=-1, keepdims=True)


def error_map(x: np.ndarray, x_hat: np.ndarray, shown_range: tuple[float, float], signed: bool = False) -> np.ndarray:
    """How far x_hat is from x, the mean over channels, in parts of the data's range.

    Args:
        signed: x_hat - x from blue (-1) over white (0) to orange (+1), in place of |x - x_hat| from black to white.

    Shapes: two of (n, height, width, channels) or (n, size) -> (n, height, width, 1 or 3) uint8.
    """
    low, high = shown_range
    difference = (images(x_hat) - images(x)) / (high - low)
    is_nan = np.isnan(difference).any(axis=-1)
    if not signed:
        return _with_nan(np.clip(np.abs(difference).mean(axis=-1, keepdims=True), 0, 1), is_nan)
    return _with_nan(_diverging(np.clip(difference.mean(axis=-1), -1, 1)), is_nan)


def _diverging(values: np.ndarray) -> np.ndarray:
    """Colours in [0, 1] for values in [-1, 1]."""
    stops = np.array([BLUE, WHITE, ORANGE]) / 255
    return np.stack([np.interp(values, [-1, 0, 1], stops[:, channel]) for channel in range(3)], axis=-1)


def _with_nan(x: np.ndarray, is_nan: np.ndarray) -> np.ndarray:
    """Values in [0, 1] as bytes, magenta where there is no number."""
    content = (np.nan_to_num(x) * 255 + 0.5).astype("uint8")
    if is_nan.any():
        content = _colored(content)
        content[is_nan] = MAGENTA
    return content


def _colored(content: np.ndarray) -> np.ndarray:
    return content if content.shape[-1] == 3 else np.repeat(content, 3, axis=-1)


def sheet(content: np.ndarray, columns: int | None = None, paper: int = PAPER) -> np.ndarray:
    """Images row by row on one sheet, a dot of paper between them.

    Args:
        columns: images in a row; as many as rows, if not given.
        paper: the grey between images and where the last row is not full.

    Shapes: (n, height, width, channels) uint8 -> (height of all, width of all, channels) uint8.
    """
    n, height, width, channels = content.shape
    columns = min(columns or math.ceil(math.sqrt(n)), n)
    rows = math.ceil(n / columns)
    tiles = np.full((rows * columns, height + GAP, width + GAP, channels), paper, "uint8")
    tiles[:n, :height, :width] = content
    whole = tiles.reshape(rows, columns, height + GAP, width + GAP, channels).swapaxes(1, 2)
    return whole.reshape(rows * (height + GAP), columns * (width + GAP), channels)[:-GAP, :-GAP]


def compose(examples: np.ndarray, shown_range: tuple[float, float], columns: int | None = None) -> np.ndarray:
    """Examples in data units as one picture, (height of all, width of all, 1 or 3) uint8."""
    return sheet(to_bytes(examples, shown_range), columns)


def compose_rows(rows: Sequence[np.ndarray]) -> np.ndarray:
    """One row for every array of image bytes: inputs, outputs, error maps; shorter rows leave paper.

    Shapes: (n, height, width, 1 or 3) uint8, n and channels may differ -> one picture, uint8.
    """
    if len({content.shape[-1] for content in rows}) > 1:
        rows = [_colored(content) for content in rows]
    columns = max(len(content) for content in rows)
    padded = [np.concatenate([content, _blank(content, columns - len(content))]) for content in rows]
    return sheet(np.concatenate(padded), columns)


def _blank(content: np.ndarray, count: int) -> np.ndarray:
    return np.full((count, *content.shape[1:]), PAPER, "uint8")
