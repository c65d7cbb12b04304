"""Rate and distortion: what images cost in bytes, and what is lost, for one codec after another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np

from aekit import measure

#: An image as bytes (height, width, channels) -> (bytes of its file, the recovered image).
Coder = Callable[[np.ndarray], tuple[int, np.ndarray]]


@dataclass(frozen=True)
class Coded:
    """One image at one setting.

    Args:
        bpp: bits of the whole file by pixel, whatever the channels.
        psnr: dB, over all channels' bytes.
        ssim: structural similarity of the luma.
    """

    image: str
    bytes: int
    bpp: float
    psnr: float
    ssim: float


@dataclass(frozen=True)
class Point:
    """One setting: means over the images of bits per pixel, PSNR and SSIM."""

    setting: str
    bpp: float
    psnr: float
    ssim: float
    images: tuple[Coded, ...]


@dataclass(frozen=True)
class Curve:
    """A codec's points, by rising rate."""

    name: str
    about: str
    points: tuple[Point, ...]

    def as_dict(self) -> dict[str, Any]:
        return asdict(self)


def measure_curve(
    name: str,
    coders: Mapping[str, Coder],
    images: Mapping[str, np.ndarray],
    about: str = "",
) -> Curve:
    """Code all images at every setting.

    Args:
        coders: by setting.
        images: by name, bytes (height, width, 1 or 3).
    """
    points = [measure_point(setting, coder, images) for setting, coder in coders.items()]
    return Curve(name, about, tuple(sorted(points, key=lambda point: point.bpp)))


def measure_point(setting: str, coder: Coder, images: Mapping[str, np.ndarray]) -> Point:
    """Code all images at one setting."""
    coded = tuple(_measure(name, image, coder) for name, image in images.items())
    return Point(
        setting, _mean(c.bpp for c in coded), _mean(c.psnr for c in coded), _mean(c.ssim for c in coded), coded
    )


def at_rate(curve: Curve, bpp: float) -> float | None:
    """PSNR in dB at a rate, linear between two points in the logarithm of the rate; None outside of them."""
    rates = np.log([point.bpp for point in curve.points])
    if not len(rates) or not rates[0] <= np.log(bpp) <= rates[-1]:
        return None
    return float(np.interp(np.log(bpp), rates, [point.psnr for point in curve.points]))


def psnr(image: np.ndarray, recovered: np.ndarray) -> float:
    """The peak signal-to-noise ratio in dB, of bytes of one shape."""
    return float(measure.psnr(np.square(image.astype("float64") - recovered).mean(), 255))


def ssim(image: np.ndarray, recovered: np.ndarray) -> float:
    """Structural similarity of the luma under a Gaussian window of 1.5 pixels.

    Source: Wang, Bovik, Sheikh and Simoncelli, Image quality assessment, 2004.
    """
    from skimage.metrics import structural_similarity

    window = {"gaussian_weights": True, "sigma": 1.5, "use_sample_covariance": False, "data_range": 255.0}
    return float(structural_similarity(_luma(image), _luma(recovered), **window))


def _luma(image: np.ndarray) -> np.ndarray:
    """(height, width), with the edges repeated where an image is smaller than the window of 11 pixels."""
    x = image.astype("float64")
    x = x[..., 0] if image.shape[2] == 1 else x @ np.array([0.299, 0.587, 0.114])
    return np.pad(x, [(0, max(0, 11 - side)) for side in x.shape], "edge")


def _measure(name: str, image: np.ndarray, coder: Coder) -> Coded:
    size, recovered = coder(image)
    if recovered.shape != image.shape:
        raise AssertionError(f"a coder gave {recovered.shape} for an image of {image.shape}")
    bpp = 8 * size / (image.shape[0] * image.shape[1])
    return Coded(name, size, bpp, psnr(image, recovered), ssim(image, recovered))


def _mean(values: Iterable[float]) -> float:
    return float(np.mean(list(values)))
