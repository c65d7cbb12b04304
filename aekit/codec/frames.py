"""Coding by a function of small frames, passed over the image without overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from aekit.codec.quantisers import Quantiser, UniformQuantiser
from aekit.codec.transform import (
    check_image,
    cut,
    from_planes,
    from_units,
    pad,
    paste,
    plane_count,
    to_planes,
    to_units,
)

Function = Callable[[np.ndarray], np.ndarray]

#: Pixels of an image that are coded together.
STRIP = 1 << 21


@dataclass(frozen=True)
class FrameTransform:
    """A transform of every frame by itself; one of grey frames codes the planes of a colour image one by one.

    Args:
        identity: of what encodes and decodes.
        frame_shape: (height, width, channels).
        size: numbers in a frame's code.
        encode: frames (n, *frame_shape) in data units -> (n, size).
        decode: the other way.
        value_range: of a pixel in data units.
        default: the quantiser, if no other is asked for.
        kind: as of every transform.
    """

    identity: str
    frame_shape: tuple[int, int, int]
    size: int
    encode: Function
    decode: Function
    value_range: tuple[float, float]
    default: Quantiser = field(default_factory=lambda: UniformQuantiser(bits=6))
    kind: str = "frames"

    def analyse(self, image: np.ndarray) -> np.ndarray:
        height, width, channels = self.frame_shape
        codes = np.empty(self.code_shape(check_image(image)), "float32")
        for rows in self._strips(codes.shape):
            strip = pad(image[rows.start * height : rows.stop * height], height, width)
            frames = cut(to_planes(strip, channels), height, width)
            found = self.encode(to_units(frames, self.value_range)).reshape(-1, *codes[rows].shape[:2], self.size)
            codes[rows] = found.transpose(1, 2, 0, 3).reshape(codes[rows].shape)
        return codes

    def synthesise(self, codes: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
        height = self.frame_shape[0]
        image = np.empty(shape, "uint8")
        for rows in self._strips(codes.shape):
            part = codes[rows]
            planes = part.reshape(*part.shape[:2], -1, self.size).transpose(2, 0, 1, 3)
            frames = self.decode(planes.reshape(-1, self.size)).reshape(-1, *self.frame_shape)
            pixels = from_units(paste(frames, *planes.shape[:3]), self.value_range)
            there = image[rows.start * height : rows.stop * height]
            there[:] = from_planes(pixels[:, : there.shape[0], : there.shape[1]], shape[2])
        return image

    def _strips(self, code_shape: tuple[int, ...]) -> Iterator[slice]:
        """Rows of frames that go through the function together, which bounds the memory."""
        rows, columns, _ = code_shape
        step = max(STRIP // (columns * self.frame_shape[0] * self.frame_shape[1]), 1)
        for start in range(0, rows, step):
            yield slice(start, min(start + step, rows))

    def code_shape(self, shape: tuple[int, int, int]) -> tuple[int, int, int]:
        height, width, channels = shape
        rows, columns = -(-height // self.frame_shape[0]), -(-width // self.frame_shape[1])
        return rows, columns, plane_count(channels, self.frame_shape[2]) * self.size

    @property
    def block(self) -> tuple[tuple[int, int, int], int]:
        """A frame's shape, and how many numbers stand for it."""
        return self.frame_shape, self.size

    def quantiser(self) -> Quantiser:
        return self.default
