"""Mean squared error."""

import aekit
from keras import ops

from .._likelihoods import target


@aekit.loss("mse")
def mse(out):
    """Mean over an example's values of (x - x_hat)^2.

    Unit: squared data units per value. Shapes: x, x_hat (batch, ...) -> (batch,).
    """
    error = ops.square(target(out["x"], out["x_hat"]) - out["x_hat"])
    return ops.mean(ops.reshape(error, (ops.shape(error)[0], -1)), axis=1)
