"""Generalised divisive normalisation."""

from keras import initializers, layers, ops

SMALLEST = 1e-6


def gdn(x, inverse=False):
    """x_i / sqrt(beta_i + sum_j gamma_ij x_j^2), or times that root for the inverse; beta and gamma are not negative.

    It starts from beta 1 and gamma 0.1 on the diagonal, 0 beside it.

    Shapes: (batch, height, width, channels), kept.

    Source: Ballé, Laparra and Simoncelli, Density modeling of images using a generalized normalization
    transformation, 2016.
    """
    pool = layers.Dense(
        x.shape[-1],
        kernel_initializer=initializers.Identity(0.1),
        bias_initializer="ones",
        kernel_constraint="non_neg",
        bias_constraint="non_neg",
    )(ops.square(x))
    root = ops.sqrt(pool + SMALLEST)
    return x * root if inverse else x / root
