"""The codecs that everybody has, by Pillow: JPEG, JPEG2000 and WebP."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from aekit.errors import InputError

Settings = Sequence[float]


@dataclass(frozen=True)
class Classical:
    """A codec of Pillow's over a range of settings.

    Args:
        name: as people write it.
        about: the options in words, for the report.
        settings: from the lowest rate to the highest.
        save: what Pillow's `save` is given for a setting and so many channels.
        word: what a setting is called.
    """

    name: str
    about: str
    settings: Settings
    save: Callable[[float, int], dict[str, Any]]
    word: str = "quality"

    def coders(self) -> dict[str, Callable[[np.ndarray], tuple[int, np.ndarray]]]:
        """A coder for each setting: an image as bytes -> (how many bytes its file has, the recovered image)."""
        return {f"{self.word} {setting:g}": partial(self.code, setting=setting) for setting in self.settings}

    def code(self, image: np.ndarray, setting: float) -> tuple[int, np.ndarray]:
        """Write an image (height, width, 1 or 3) and read it again.

        Raises:
            InputError: Pillow was built without this codec.
        """
        from PIL import Image

        content = io.BytesIO()
        picture = Image.fromarray(image[..., 0] if image.shape[2] == 1 else image)
        try:
            picture.save(content, **self.save(setting, image.shape[2]))
        except (KeyError, OSError) as error:
            raise InputError(f"{self.name}: this machine's Pillow cannot write it ({error})") from error
        with Image.open(content) as opened:
            recovered = np.asarray(opened.convert(picture.mode), "uint8")
        return len(content.getvalue()), recovered.reshape(image.shape)


def _jpeg(quality: float, channels: int) -> dict[str, Any]:
    return {"format": "JPEG", "quality": int(quality), "optimize": True, "progressive": True}


def _jpeg2000(bpp: float, channels: int) -> dict[str, Any]:
    size = {"quality_mode": "rates", "quality_layers": [8 * channels / bpp]}
    colours = int(channels == 3)  # Pillow leaves the colour transform out unless it is asked for: 3 dB
    return {"format": "JPEG2000", "irreversible": True, "no_jp2": True, "mct": colours, **size}


def _webp(quality: float, channels: int) -> dict[str, Any]:
    return {"format": "WEBP", "quality": int(quality), "method": 6}


CLASSICAL = {
    "jpeg": Classical(
        "JPEG", "4:2:0, optimised Huffman tables, progressive", (5, 10, 20, 35, 50, 65, 80, 90, 95), _jpeg
    ),
    "jpeg2000": Classical(
        "JPEG2000",
        "colour transform, 9/7 wavelet, codestream alone",
        (0.12, 0.2, 0.35, 0.5, 0.75, 1.0, 1.5, 2.0),
        _jpeg2000,
        "bpp",
    ),
    "webp": Classical("WebP", "lossy, method 6", (2, 10, 25, 45, 65, 80, 90, 96), _webp),
}
