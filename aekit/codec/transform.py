"""What a codec needs of a model, and how images become the planes and frames that a model takes."""

from __future__ import annotations

from typing import Protocol

import numpy as np

from aekit.codec.quantisers import Quantiser
from aekit.errors import CodecError

#: Luminance and two colour differences from RGB (ITU-R BT.601, as JPEG has it), each in 0 to 255.
_TO_YCBCR = np.array(
    [[0.299, 0.587, 0.114], [-0.168735892, -0.331264108, 0.5], [0.5, -0.418687589, -0.081312411]], "float32"
)
_FROM_YCBCR = np.linalg.inv(_TO_YCBCR.astype("float64")).astype("float32")
_MIDDLE = np.array([[0], [128], [128]], "float32")


class Transform(Protocol):
    """Images to codes and back."""

    @property
    def identity(self) -> str:
        """SHA-256 of the weights and of what else the codes depend on, 64 hexadecimal digits."""
        ...

    @property
    def kind(self) -> str:
        """ "frames", "convolutional", "pca", or anything else for "other"; for people only."""
        ...

    def analyse(self, image: np.ndarray) -> np.ndarray:
        """A uint8 image (height, width, channels) -> float32 codes (rows, columns, depth); pads by itself."""
        ...

    def synthesise(self, codes: np.ndarray, shape: tuple[int, int, int]) -> np.ndarray:
        """Codes -> the uint8 image of this (height, width, channels)."""
        ...

    def code_shape(self, shape: tuple[int, int, int]) -> tuple[int, int, int]:
        """(rows, columns, depth) of the codes of an image of this shape, without computing them."""
        ...

    def quantiser(self) -> Quantiser:
        """What the codes are rounded by unless something else is asked for."""
        ...


def check_image(image: np.ndarray) -> tuple[int, int, int]:
    """The image's shape.

    Raises:
        CodecError: no uint8 array (height, width, 1 or 3), or one without pixels.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] not in (1, 3) or not image.size:
        raise CodecError(
            "an image to code is a uint8 array (height, width, 1 or 3 channels) with at least one pixel; "
            f"received {image.dtype} of shape {image.shape}"
        )
    return image.shape


def to_planes(image: np.ndarray, channels: int) -> np.ndarray:
    """A uint8 image as the planes that a model of so many channels codes one by one, values 0 to 255.

    Shapes: (height, width, c) -> float32 (planes, height, width, channels). Colour through a grey model becomes
    luminance and two colour differences, grey through a colour model three equal channels.
    """
    if channels == 1 < image.shape[2]:
        colours = np.moveaxis(image, -1, 0).reshape(3, -1).astype("float32")
        return (_TO_YCBCR @ colours + _MIDDLE).reshape(3, *image.shape[:2], 1)
    return np.repeat(image.astype("float32"), channels // image.shape[2], -1)[None]


def from_planes(planes: np.ndarray, channels: int) -> np.ndarray:
    """What `to_planes` made, back to an image of so many channels, rounded and clipped to uint8."""
    if planes.shape[-1] == channels:
        pixels = planes[0]
    elif planes.shape[-1] == 1:
        pixels = _FROM_YCBCR @ (planes.reshape(3, -1) - _MIDDLE)
    else:
        pixels = planes[0].mean(-1, keepdims=True)
    rounded = np.rint(pixels)
    np.fmin(rounded, 255, out=rounded)  # what is not a number becomes white
    found = np.fmax(rounded, 0, out=rounded).astype("uint8")
    return _interleaved(found.reshape(planes.shape[:3])) if found.ndim == 2 else found


def _interleaved(planes: np.ndarray) -> np.ndarray:
    """(channels, height, width) -> (height, width, channels)."""
    image = np.empty((*planes.shape[1:], len(planes)), planes.dtype)
    for channel, plane in enumerate(planes):  # NumPy's own transposition takes four times as long
        image[..., channel] = plane
    return image


def plane_count(image_channels: int, model_channels: int) -> int:
    """How many planes `to_planes` gives."""
    return image_channels if model_channels == 1 else 1


def pad(image: np.ndarray, height: int, width: int) -> np.ndarray:
    """Repeat the last row and column of (h, w, channels) until h and w are multiples of these."""
    more = (-image.shape[0] % height, -image.shape[1] % width)
    return np.pad(image, [(0, more[0]), (0, more[1]), (0, 0)], mode="edge") if any(more) else image


def to_units(planes: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
    """Values 0 to 255 in a model's data units."""
    low, high = value_range
    return planes * np.float32((high - low) / 255) + np.float32(low)


def from_units(x: np.ndarray, value_range: tuple[float, float]) -> np.ndarray:
    """A model's data units as values 0 to 255, not rounded."""
    low, high = value_range
    return (x - np.float32(low)) * np.float32(255 / (high - low))


def cut(planes: np.ndarray, height: int, width: int) -> np.ndarray:
    """Frames without overlap: (planes, h, w, c) -> (planes * rows * columns, height, width, c)."""
    count, h, w, channels = planes.shape
    parts = planes.reshape(count, h // height, height, w // width, width, channels)
    return parts.swapaxes(2, 3).reshape(-1, height, width, channels)


def paste(frames: np.ndarray, count: int, rows: int, columns: int) -> np.ndarray:
    """What `cut` made, back to (planes, rows * height, columns * width, c)."""
    _, height, width, channels = frames.shape
    parts = frames.reshape(count, rows, columns, height, width, channels).swapaxes(2, 3)
    return parts.reshape(count, rows * height, columns * width, channels)
