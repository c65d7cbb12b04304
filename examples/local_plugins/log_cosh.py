"""An error that forgives outliers."""

import aekit
from keras import ops


@aekit.loss("log_cosh")
def log_cosh(out):
    """Sum over an example's values of ln cosh(x - x_hat): squared when small, absolute when large.

    Shapes: x, x_hat (batch, ...) -> (batch,). Unit: data units.
    """
    error = ops.abs(out["x"] - out["x_hat"])
    return ops.sum(error + ops.softplus(-2 * error) - ops.log(2.0), axis=(1, 2, 3))
