"""The peak signal-to-noise ratio of arrays."""

import numpy as np

import aekit
from aekit.errors import DataError


def psnr_values(x: np.ndarray, x_hat: np.ndarray, width: float) -> np.ndarray:
    """dB of each example: (batch, *example_shape) twice -> (batch,)."""
    return aekit.psnr(np.square(x.astype("float64") - x_hat).reshape(len(x), -1).mean(axis=1), width)


def value_width(data: aekit.Data, metric: str) -> float:
    """Width of the data's value range, in data units."""
    if data.value_range is None:
        raise DataError(f"{metric} needs data with a value range; {data.title} has values without limits")
    low, high = data.value_range
    return high - low
