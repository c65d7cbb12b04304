"""Colours as whole numbers, few enough that neighbouring cells share them: 0xRRGGBB, or PALETTE + a palette index."""

from __future__ import annotations

from functools import cache, lru_cache

import numpy as np
from rich.color import Color
from rich.style import Style

from .modes import Depth

PALETTE = 1 << 24
#: The palette's black to white: 232 to 255 go from 8 to 238, and 231 is white. Terminals rarely redefine these.
GREY_LEVELS = np.array([*range(8, 248, 10), 255])
GREY_CODES = PALETTE + np.array([*range(232, 256), 231])
CUBE_LEVELS = np.array([0, 95, 135, 175, 215, 255])
#: The sixteen colours of a terminal, as xterm has them.
SIXTEEN = np.array(
    [
        [0, 0, 0], [205, 0, 0], [0, 205, 0], [205, 205, 0], [0, 0, 238], [205, 0, 205], [0, 205, 205], [229, 229, 229],
        [127, 127, 127], [255, 0, 0], [0, 255, 0], [255, 255, 0], [92, 92, 255], [255, 0, 255], [0, 255, 255],
        [255, 255, 255],
    ]
)  # fmt: skip


def quantise(colors: np.ndarray, depth: Depth) -> np.ndarray:
    """Colour codes. Grey takes the palette's grey ramp, truecolor five bits a channel.

    Shapes: (..., 1 or 3) uint8 -> (...) int64.
    """
    if colors.shape[-1] == 1:
        return grey_codes(depth)[colors[..., 0]]
    fives = _fives()[colors].astype("int64")
    packed = fives[..., 0] << 10 | fives[..., 1] << 5 | fives[..., 2]
    return rgb_codes(depth)[packed]


@cache
def grey_codes(depth: Depth) -> np.ndarray:
    """The code of every grey, (256,)."""
    grey = np.arange(256)
    if depth == "16":
        return _nearest_of_sixteen(np.repeat(grey[:, None], 3, axis=1))
    return GREY_CODES[_closest(grey, GREY_LEVELS)]


@cache
def rgb_codes(depth: Depth) -> np.ndarray:
    """The code of every colour of five bits a channel, (32768,)."""
    index = np.arange(1 << 15)
    rgb = (np.stack([index >> 10, index >> 5 & 31, index & 31], axis=-1) * 255 + 15) // 31
    if depth == "16":
        return _nearest_of_sixteen(rgb)
    if depth == "256":
        return _nearest_of_256(rgb)
    return rgb[:, 0] << 16 | rgb[:, 1] << 8 | rgb[:, 2]


@cache
def _fives() -> np.ndarray:
    return ((np.arange(256) * 31 + 127) // 255).astype("uint8")


def _closest(values: np.ndarray, levels: np.ndarray) -> np.ndarray:
    return np.searchsorted((levels[1:] + levels[:-1]) / 2, values)


def _nearest_of_256(rgb: np.ndarray) -> np.ndarray:
    """The nearer of the colour cube's and the grey ramp's nearest."""
    cube = _closest(rgb, CUBE_LEVELS)
    grey = _closest(rgb.mean(axis=-1), GREY_LEVELS)
    from_cube = ((CUBE_LEVELS[cube] - rgb) ** 2).sum(axis=-1)
    from_grey = ((GREY_LEVELS[grey][:, None] - rgb) ** 2).sum(axis=-1)
    return np.where(from_grey <= from_cube, GREY_CODES[grey], PALETTE + 16 + cube @ np.array([36, 6, 1]))


def _nearest_of_sixteen(rgb: np.ndarray) -> np.ndarray:
    distances = (SIXTEEN**2).sum(axis=1) - 2 * rgb @ SIXTEEN.T  # less the square of rgb, the same for all sixteen
    return PALETTE + distances.argmin(axis=-1)


@lru_cache(maxsize=8192)
def style(foreground: int, background: int) -> Style:
    """The style of two colour codes; one and the same object, so that Textual renders its escape sequence once."""
    return Style.from_color(_color(foreground), _color(background))


@lru_cache(maxsize=4096)
def _color(code: int) -> Color:
    if code >= PALETTE:
        return Color.from_ansi(code - PALETTE)
    return Color.from_rgb(code >> 16, code >> 8 & 255, code & 255)
