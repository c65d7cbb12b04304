"""What lies between the codes: a picture of the plane of codes, decoded."""

from typing import Annotated

import numpy as np
from pydantic import Field

import aekit
from aekit.errors import DataError

from ._examples import batches


@aekit.metric("manifold")
def manifold(model, split, figures=None, *, side: Annotated[int, Field(ge=2, le=64)] = 20) -> dict[str, aekit.Measure]:
    """A picture of examples decoded from a grid of codes, which gives every part of the prior the same room.

    Rows and columns lie at the quantiles of N(0, 1), evenly from 0.5 / side to 1 - 0.5 / side, the first number of the
    code from left to right, the second from the bottom up. Of a longer code the two numbers that vary most over the
    split do so, and the others are 0. The run's figures get it of the test split ("test"); there is no measure.

    Args:
        side: examples in a row and in a column.

    Raises:
        DataError: examples that are no images, or codes of one number.

    Source: Kingma and Welling, Auto-encoding variational Bayes, 2013, figure 4.
    """
    size = model.code_size
    if not model.data.is_image or size < 2:
        raise DataError(f"manifold: needs images and codes of two numbers or more, these have {size}")
    if figures is not None and split == "test":
        figures.picture(split, tiled(model.decode(grid(model, split, side)), side, model.data.shown_range))
    return {}


def grid(model, split: str, side: int) -> np.ndarray:
    """The codes, row by row from the top, (side * side, *code_shape)."""
    from scipy.stats import norm

    places = norm.ppf((np.arange(side) + 0.5) / side)
    codes = np.zeros((side, side, model.code_size), "float32")
    first, second = _widest(model, split)
    codes[:, :, first], codes[:, :, second] = places[None, :], places[::-1, None]
    return codes.reshape(-1, *model.code_shape)


def _widest(model, split: str) -> tuple[int, int]:
    """The two numbers of the code that vary most, in their order."""
    if model.code_size == 2:
        return 0, 1
    codes = np.concatenate([model.encode(x).reshape(len(x), -1) for x in batches(model.data, split)])
    first, second = np.sort(np.argsort(codes.var(axis=0))[-2:])
    return int(first), int(second)


def tiled(x: np.ndarray, side: int, shown_range: tuple[float, float]) -> np.ndarray:
    """Images (side * side, height, width, channels) side by side as bytes, (.., .., 3) or (.., ..)."""
    low, high = shown_range
    height, width, channels = x.shape[1:]
    shades = np.round(np.clip((x - low) / (high - low), 0, 1) * 255).astype("uint8")
    page = shades.reshape(side, side, height, width, channels).swapaxes(1, 2)
    page = page.reshape(side * height, side * width, channels)
    return page if channels == 3 else page[..., 0]
