"""Squared error, summed over an example."""

import aekit
from keras import ops

from .._likelihoods import per_example, target


@aekit.loss("squared_error")
def squared_error(out):
    """Sum over an example's values of (x - x_hat)^2.

    Unit: squared data units per example. Shapes: x, x_hat (batch, ...) -> (batch,).
    """
    return per_example(ops.square(target(out["x"], out["x_hat"]) - out["x_hat"]), out)
