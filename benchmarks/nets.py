"""The nets and data of the throughput benchmark: the same initial weights and order of data for every side."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

BATCH = 128
RATE = 1e-4
#: So small that it does not matter where each library adds it to Adam's denominator.
EPSILON = 1e-12
LOSS_STEPS = 20


@dataclass(frozen=True)
class Net:
    """An autoencoder that every side builds from the same description.

    Attributes:
        shape: of an example.
        encoder, code, decoder: units of the dense layers; the code is linear, the output a sigmoid.
        filters: channels of stride-2 convolutions before the code, and of transposed ones after it.
        examples: in the training set.
    """

    shape: tuple[int, int, int]
    encoder: tuple[int, ...]
    code: int
    decoder: tuple[int, ...]
    filters: tuple[int, ...] = ()
    examples: int = 12_800

    @property
    def pixels(self) -> int:
        return int(np.prod(self.shape))

    @property
    def small_shape(self) -> tuple[int, int, int]:
        """The image before the first transposed convolution."""
        factor = 2 ** len(self.filters)
        return (self.shape[0] // factor, self.shape[1] // factor, self.filters[-1])

    def dense_sizes(self) -> list[tuple[int, int]]:
        """(inputs, outputs) of every dense layer in order."""
        if self.filters:
            inner = int(np.prod(self.small_shape))
            return [(inner, self.code), (self.code, inner)]
        sizes = [self.pixels, *self.encoder, self.code, *self.decoder, self.pixels]
        return list(pairwise(sizes))

    def conv_shapes(self) -> list[tuple[int, int, int, int]]:
        """Kernels (3, 3, in, out) of the encoder's convolutions."""
        channels = [self.shape[2], *self.filters]
        return [(3, 3, i, o) for i, o in pairwise(channels)]

    def flops(self) -> float | None:
        """Multiplications and additions of one example's forward and backward pass through dense layers."""
        return None if self.filters else 6.0 * sum(i * o for i, o in self.dense_sizes())


NETS = {
    "64-16-64": Net((8, 8, 1), (), 16, (), examples=64_000),
    "784-1000-500-250-30": Net((28, 28, 1), (1000, 500, 250), 30, (250, 500, 1000)),
    "conv": Net((28, 28, 1), (), 32, (), filters=(16, 32)),
}


def examples(net: Net) -> np.ndarray:
    """Images of smooth noise, (n, *shape) in [0, 1]."""
    rng = np.random.default_rng(0)
    x = rng.random((net.examples, *net.shape), "float32")
    return (x + np.roll(x, 1, 1) + np.roll(x, 1, 2)) / 3


def order(net: Net) -> np.ndarray:
    """The examples of the steps whose losses are compared."""
    from aekit.training.feed import epoch_order

    return epoch_order(net.examples, 0, 0)[: LOSS_STEPS * BATCH]


def glorot(shape: tuple[int, ...], rng: np.random.Generator) -> np.ndarray:
    receptive = int(np.prod(shape[:-2]))
    limit = np.sqrt(6 / (receptive * (shape[-2] + shape[-1])))
    return rng.uniform(-limit, limit, shape).astype("float32")


def kernels(net: Net) -> list[np.ndarray]:
    """Initial kernels in the order of the layers: (in, out) dense, (3, 3, in, out) convolutions.

    A transposed convolution's kernel is (3, 3, out, in), as Keras keeps it. Biases start at zero.
    """
    rng = np.random.default_rng(1)
    down = [glorot(shape, rng) for shape in net.conv_shapes()]
    dense = [glorot(size, rng) for size in net.dense_sizes()]
    if not net.filters:
        return dense
    rising = [net.filters[-1], *net.filters[::-1]]
    up = [glorot((3, 3, o, i), rng) for i, o in pairwise(rising)]
    last = glorot((3, 3, net.filters[0], net.shape[2]), rng)
    return [*down, *dense, *up, last]
