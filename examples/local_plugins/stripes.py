"""A generated data set: stripes of any direction and width."""

from typing import Annotated

import aekit
import numpy as np
from pydantic import Field


@aekit.data("stripes")
def stripes(*, count: Annotated[int, Field(ge=10)] = 2048, size: int = 12, seed: int = 0) -> aekit.Data:
    """`count` grey images of `size` x `size` pixels with stripes at random; pixels in [0, 1].

    Args:
        count: how many images; a tenth each goes to validation and test.
        size: side of an image, in pixels.
        seed: of the directions, widths and phases.
    """
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[:size, :size].astype("float32") / size
    angle, frequency, phase = (rng.uniform(0, top, (count, 1, 1)) for top in (np.pi, 3, 2 * np.pi))
    wave = np.sin(2 * np.pi * (1 + frequency) * (x * np.cos(angle) + y * np.sin(angle)) + phase)
    images = (0.5 + 0.5 * wave).astype("float32")[..., None]
    return aekit.Data.from_arrays(images, value_range=(0, 1), name="stripes", licence="generated")
