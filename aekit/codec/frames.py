"""Coding by a function of small frames, passed over the image without overlap."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np

from aekit.codec.quantisers import Quantiser, UniformQuantiser
from aekit.codec.transform import (
    check_image,
    from_planes,
    from_units,
    pad,
    paste,
    plane_count,
    to_planes,
    to_units,
)

Function = Callable[[np.ndarray], np.ndarray]

#: Pixels of an image that go through the function together, which bounds the memory.
STRIP = 1 << 21
#: Pixels that become frames, or frames pixels, together: their planes stay in the processor's cache, and the products
#: with a colour matrix so small that NumPy's threads, which cost more than these, stay out of them.
PART = 1 << 15


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
        codes = np.empty(self.code_shape(check_image(image)), "float32")
        for rows in self._strips(codes.shape, STRIP):
            found = self.encode(self._frames(image, rows, codes.shape))
            places = found.reshape(-1, *codes[rows].shape[:2], self.size).transpose(1, 2, 0, 3)
            codes[rows].reshape(places.shape)[:] = places
        return codes

    def synthesise(self, codes: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
        image = np.empty(shape, "uint8")
        for rows in self._strips(codes.shape, STRIP):
            part = codes[rows]
            planes = part.reshape(*part.shape[:2], -1, self.size).transpose(2, 0, 1, 3)
            frames = self.decode(planes.reshape(-1, self.size)).reshape(*planes.shape[:3], *self.frame_shape)
            self._paste(frames, image[rows.start * self.frame_shape[0] : rows.stop * self.frame_shape[0]])
        return image

    def _frames(self, image: np.ndarray, rows: slice, code_shape: tuple[int, ...]) -> np.ndarray:
        """Some rows of frames, plane by plane, in data units."""
        height, width, channels = self.frame_shape
        count, columns = code_shape[2] // self.size, code_shape[1]
        frames = np.empty((count, rows.stop - rows.start, columns, *self.frame_shape), "float32")
        for part in self._strips(frames.shape[1:3], PART):
            start = rows.start + part.start
            strip = pad(image[start * height : (rows.start + part.stop) * height], height, width)
            planes = to_units(to_planes(strip, channels), self.value_range)
            frames[:, part] = planes.reshape(count, -1, height, columns, width, channels).swapaxes(2, 3)
        return frames.reshape(-1, *self.frame_shape)

    def _paste(self, frames: np.ndarray, image: np.ndarray) -> None:
        """Frames (planes, rows, columns, *frame_shape) in data units as an image's pixels; the image may end sooner."""
        height = self.frame_shape[0]
        for part in self._strips(frames.shape[1:3], PART):
            there = image[part.start * height : part.stop * height]
            count, rows, columns = (chosen := frames[:, part]).shape[:3]
            planes = paste(chosen.reshape(-1, *self.frame_shape), count, rows, columns)
            pixels = from_units(planes[:, : there.shape[0], : there.shape[1]], self.value_range)
            there[:] = from_planes(pixels, image.shape[2])

    def _strips(self, places: tuple[int, ...], pixels: int) -> Iterator[slice]:
        """Rows of the places of frames that have about so many pixels together."""
        step = max(pixels // (places[1] * self.frame_shape[0] * self.frame_shape[1]), 1)
        for start in range(0, places[0], step):
            yield slice(start, min(start + step, places[0]))

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
