"""Structural similarity of reconstructions."""

from typing import Annotated

import numpy as np
from pydantic import Field

import aekit
from aekit.errors import DataError

from ._examples import per_example
from ._psnr import value_width


@aekit.metric("ssim")
def ssim(model, split, *, window: Annotated[int, Field(ge=3)] = 11) -> aekit.Measure:
    """Structural similarity of x and x_hat, 1 for equal images, mean over images.

    Means, variances and covariance are taken under a Gaussian window of standard deviation 1.5 * window / 11
    pixels; their similarity is averaged over the places where the window lies inside the image, and over
    channels.

    Args:
        window: side of the window in pixels, odd; on smaller images the largest odd side that fits.

    Source: Wang, Bovik, Sheikh and Simoncelli, Image quality assessment, 2004, equation 13.

    Raises:
        DataError: plain vectors, data without a value range, an even window, or images smaller than 3 x 3.
    """
    if not model.data.is_image:
        raise DataError(f"ssim needs images; {model.data.title} has plain vectors")
    if window % 2 == 0:
        raise DataError(f"ssim: expected an odd window, received {window}")
    width = value_width(model.data, "ssim")
    side = min(model.data.example_shape[:2])
    if side < 3:
        raise DataError(
            f"ssim needs images of at least 3 x 3 pixels; {model.data.title} has {model.data.example_shape}"
        )
    window = min(window, side - 1 + side % 2)
    values = per_example(model.data, split, model.reconstruct, lambda x, x_hat: similarity(x, x_hat, width, window))
    return aekit.Measure.mean(values, "structural similarity", "higher")


def similarity(x: np.ndarray, x_hat: np.ndarray, width: float, window: int) -> np.ndarray:
    """Structural similarity of each pair of images: (batch, height, width, channels) twice -> (batch,).

    Args:
        width: of the value range.
        window: side of the Gaussian window in pixels, odd, at most the images' smaller side.
    """
    x, x_hat = x.astype("float64"), x_hat.astype("float64")
    c1, c2 = (0.01 * width) ** 2, (0.03 * width) ** 2
    mean, mean_hat = _smooth(x, window), _smooth(x_hat, window)
    variance = _smooth(x * x, window) - mean**2
    variance_hat = _smooth(x_hat * x_hat, window) - mean_hat**2
    covariance = _smooth(x * x_hat, window) - mean * mean_hat
    luminance = (2 * mean * mean_hat + c1) / (mean**2 + mean_hat**2 + c1)
    structure = (2 * covariance + c2) / (variance + variance_hat + c2)
    return (luminance * structure).mean(axis=(1, 2, 3))


def _smooth(x: np.ndarray, window: int) -> np.ndarray:
    """Gaussian means at the places where the window lies inside the image."""
    from scipy.ndimage import correlate1d

    radius = window // 2
    weights = np.exp(-0.5 * (np.arange(-radius, radius + 1) / (1.5 * window / 11)) ** 2)
    weights /= weights.sum()
    smooth = correlate1d(correlate1d(x, weights, axis=1), weights, axis=2)
    return smooth[:, radius : x.shape[1] - radius, radius : x.shape[2] - radius]
