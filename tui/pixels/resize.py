"""Fit a picture into cells: whole-number enlargement where it fits, area averages where it must shrink."""

from __future__ import annotations

import math

import numpy as np

from .modes import Mode

#: How far a whole-number enlargement may stretch a picture when dots are not square.
STRETCH = 1.15


def fit(shape: tuple[int, int], size: tuple[int, int], mode: Mode) -> tuple[int, int]:
    """How many dots (down, across) a picture gets.

    Args:
        shape: the picture's height and width.
        size: cells, columns and rows.
    """
    height, width = shape
    columns, rows = size
    scale = min(columns / width, rows * 2 / height)  # cell widths per pixel
    down, across = scale / mode.dot_height, scale / mode.dot_width
    whole = _whole_factors(down, across, mode)
    if whole:
        return height * whole[0], width * whole[1]
    limit_down, limit_across = rows * mode.down, columns * mode.across
    return min(max(1, round(height * down)), limit_down), min(max(1, round(width * across)), limit_across)


def _whole_factors(down: float, across: float, mode: Mode) -> tuple[int, int] | None:
    """The largest whole-number enlargement within (down, across) that keeps the aspect."""
    for y in range(math.floor(down + 1e-9), 0, -1):
        x = min(math.floor(across + 1e-9), round(y * mode.dot_height / mode.dot_width))
        if x >= 1 and 1 / STRETCH <= x * mode.dot_width / (y * mode.dot_height) <= STRETCH:
            return y, x
    return None


def resize(image: np.ndarray, dots: tuple[int, int], tiles: tuple[int, int] = (1, 1)) -> np.ndarray:
    """The picture at a number of dots; nearest neighbours along a side that grows, averages along one that shrinks.

    Args:
        tiles: rows and columns of a sheet of images: where the scale is no whole number every image gets the same
            number of dots and every gap one dot, so that the result may be a little smaller.

    Shapes: (height, width, channels) uint8 -> (*dots, channels) uint8.
    """
    content = _resized(image, dots[0], tiles[0])
    return _resized(content.swapaxes(0, 1), dots[1], tiles[1]).swapaxes(0, 1)


def _resized(image: np.ndarray, dots: int, tiles: int) -> np.ndarray:
    """The same along the first axis."""
    size = image.shape[0]
    if dots % size == 0:
        return image.repeat(dots // size, axis=0)
    edges = _edges(size, dots, tiles if dots + 1 >= 2 * tiles else 1)
    if dots > size:
        return image[((edges[1:] + edges[:-1]) / 2).astype("int64")]
    return _averages(image, edges)


def _edges(size: int, dots: int, tiles: int) -> np.ndarray:
    """Where the dots begin, in pixels, and where the last one ends."""
    pixels, share = (size + 1) // tiles, (dots + 1) // tiles  # both with the gap after the tile
    within = np.linspace(0, pixels - 1, share)
    return (np.arange(tiles)[:, None] * pixels + within).ravel()


def _averages(image: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """The mean over what each dot covers along the first axis.

    Differences of running sums: products with weights would wake BLAS's threads, which costs more than the sums.
    """
    whole = np.minimum(edges.astype("int64"), image.shape[0] - 1)
    sums = np.cumsum(image, axis=0, dtype="float64") - image  # before each pixel
    at_edges = sums[whole] + (edges - whole)[:, None, None] * image[whole]
    return (np.diff(at_edges, axis=0) / np.diff(edges)[:, None, None] + 0.5).astype("uint8")


def pad(image: np.ndarray, mode: Mode) -> np.ndarray:
    """Whole cells: the last row and column of dots are repeated where a cell is not full."""
    down, across = -image.shape[0] % mode.down, -image.shape[1] % mode.across
    return np.pad(image, ((0, down), (0, across), (0, 0)), mode="edge") if down or across else image
