"""Sampled sine waves: plain vectors in place of images."""

import aekit
import numpy as np


@aekit.data("waves")
def waves(*, count: int = 4096, length: int = 32, seed: int = 0) -> aekit.Data:
    """Sine waves of random frequency, phase and height.

    Args:
        count: how many waves.
        length: samples in each, the size of the vector.
        seed: of what is random.

    Values: [-1, 1].
    """
    rng = np.random.default_rng(seed)
    frequency, phase, height = (rng.uniform(low, high, (count, 1)) for low, high in ((0.5, 4), (0, 6.283), (0.2, 1)))
    x = height * np.sin(frequency * np.linspace(0, 6.283, length) + phase)
    return aekit.Data.from_arrays(x.astype("float32"), value_range=(-1, 1), name="waves", licence="generated")
