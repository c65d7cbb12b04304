"""What both halves of the lapped transform share.

```
x ─ patches in depth ─ + filter ─ cosine transform ─ z ─ inverse ─ + filter ─ out of depth ─ x_hat
```
"""

import numpy as np
from keras import layers, ops

from ._blocks import cosine_images, to_blocks

#: The transform's kernel is stored so many times as large as it acts: the learning rate that suits the filters' kernels
#: would shake one whose entries are about 0.03.
STORED = 10.0


def check_sizes(block, patch):
    """The filters' patches must tile the transform's blocks."""
    if block % patch:
        raise ValueError(f"blocks of {block} pixels cannot be made of patches of {patch}")


def cosine_kernel(block, patch, channels, depth):
    """The kernel of a dense layer from blocks, which lie patch by patch, to `depth` coefficients, as it is stored.

    Shapes: (block^2 * channels, depth).
    """
    pixels = block**2 * channels
    if depth > pixels:
        raise ValueError(f"blocks of {block} x {block} x {channels} hold {pixels} numbers, fewer than depth, {depth}")
    patches = to_blocks(to_blocks(cosine_images(block, channels, depth), patch), block // patch)
    return STORED * np.reshape(ops.convert_to_numpy(patches), (depth, pixels)).T


def filtered(x, filters, depth, activation):
    """x plus a convolutional correction, which starts from zero.

    Args:
        filters: channels inside; with 0 there is no correction.
        depth: how many residual blocks of two convolutions lie between the first convolution and the last.

    Shapes: (batch, rows, columns, channels), kept.
    """
    if not filters:
        return x
    hidden = _convolved(x, filters, activation)
    for _ in range(depth):
        inner = _convolved(_convolved(hidden, filters, activation), filters)
        hidden = layers.Activation(activation)(layers.Add()([hidden, inner]))
    correction = _convolved(hidden, x.shape[-1], kernel_initializer="zeros")
    return layers.Add(dtype="float32")([x, correction])


def _convolved(x, filters, activation="linear", **options):
    return layers.Conv2D(filters, 3, padding="same", activation=activation, **options)(x)
