"""The squared error of reconstructions."""

import aekit

from ._examples import per_example, squared_errors


@aekit.metric("squared_error")
def squared_error(model, split) -> aekit.Measure:
    """Sum over an image's pixels of (x - x_hat)^2, mean over images, pixels in the data's own units.

    Unit: squared error per image (per vector, for plain vectors).

    Source: Hinton and Salakhutdinov, Reducing the dimensionality of data with neural networks, 2006.
    """
    values = per_example(model.data, split, model.reconstruct, squared_errors)
    return aekit.Measure.mean(values, f"squared error per {'image' if model.data.is_image else 'vector'}")
