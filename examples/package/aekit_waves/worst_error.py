"""The reconstruction that is furthest off."""

import aekit
import numpy as np


@aekit.metric("worst_error")
def worst_error(model, split, *, quantile: float = 1.0) -> aekit.Measure:
    """The largest absolute error of any value of an example, at a quantile over the examples.

    Args:
        quantile: 1 is the worst example, 0.5 the median one.
    """
    worst = [
        np.abs(batch["x"] - model.reconstruct(batch["x"])).reshape(len(batch["x"]), -1).max(axis=1)
        for batch in model.data.batches(split)
    ]
    values = np.concatenate(worst)
    return aekit.Measure(float(np.quantile(values, quantile)), len(values), None, "data units", "lower")
