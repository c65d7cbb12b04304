"""Squared error, summed over an example."""

import aekit
from keras import ops


@aekit.loss("squared_error")
def squared_error(out):
    """Sum over an example's values of (x - x_hat)^2.

    Unit: squared data units per example. Shapes: x, x_hat (batch, ...) -> (batch,).
    """
    error = ops.square(out["x"] - out["x_hat"])
    return ops.sum(ops.reshape(error, (ops.shape(error)[0], -1)), axis=1)
