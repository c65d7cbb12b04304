"""Restricted Boltzmann machines that share their weights with the dense layers of an autoencoder."""

from dataclasses import dataclass
from typing import Any

import keras
from keras import ops, random

from .._dense import TransposedDense
from ._stack import DenseLayer, Pair, pairs, product

UNITS = {"sigmoid": "binary", "linear": "gaussian"}


@dataclass(frozen=True)
class Machine:
    """One restricted Boltzmann machine: visible units v, hidden units h, energies of one pair

    ```
    binary v and h        -v W h - b v - c h
    Gaussian v            |v - b|^2 / 2 in place of -b v, unit variance
    Gaussian h            |h - c|^2 / 2 in place of -c h, unit variance
    ```

    Args:
        kernel: W, (visible, hidden), a dense layer's of the encoder.
        hidden_bias: c, that layer's.
        visible_bias: b, of the decoder's layer that mirrors it.
        decoder_kernel: (hidden, visible), what `unroll` sets; None where the decoder is tied to the encoder.
        visible, hidden: "binary" or "gaussian".
        noise: standard deviation of the noise on binary hidden units' probabilities, their state then; 0 draws bits.
        frozen: the stage does not train it.
    """

    kernel: keras.Variable
    hidden_bias: keras.Variable
    visible_bias: keras.Variable
    decoder_kernel: keras.Variable | None
    visible: str
    hidden: str
    noise: float = 0.0
    frozen: bool = False

    @property
    def sizes(self) -> tuple[int, int]:
        return tuple(self.kernel.shape)

    @property
    def name(self) -> str:
        return "-".join(map(str, self.sizes))

    @property
    def weights(self) -> list[keras.Variable]:
        return [self.kernel, self.visible_bias, self.hidden_bias]

    def start(self, scale: float) -> None:
        """Weights of `scale` times normal noise, biases of 0."""
        self.kernel.assign(scale * random.normal(self.sizes))
        for bias in (self.visible_bias, self.hidden_bias):
            bias.assign(ops.zeros_like(bias))

    def drive(self, v: Any) -> Any:
        """What the hidden units receive, v W + c: (batch, visible) -> (batch, hidden)."""
        return product(v, self.kernel) + self.hidden_bias

    def expect_hidden(self, drive: Any) -> Any:
        """E[h | v], from `drive(v)`."""
        return ops.sigmoid(drive) if self.hidden == "binary" else drive

    def expect_visible(self, h: Any) -> Any:
        """E[v | h]: (batch, hidden) -> (batch, visible)."""
        received = product(h, ops.transpose(self.kernel)) + self.visible_bias
        return ops.sigmoid(received) if self.visible == "binary" else received

    def draw_hidden(self, expected: Any, seed: Any) -> Any:
        """h from its distribution with this expectation."""
        if self.noise:
            return expected + self.noise * random.normal(ops.shape(expected), seed=seed)
        return draw(self.hidden, expected, seed)

    def draw_visible(self, expected: Any, seed: Any) -> Any:
        return draw(self.visible, expected, seed)

    def free_energy(self, v: Any, drive: Any) -> Any:
        """-ln of the sum over h of exp(-energy), up to a constant: (batch,), nats.

        Source: Hinton, A practical guide to training restricted Boltzmann machines, 2010, eq. 25; for Gaussian units
        the same integral.
        """
        if self.visible == "binary":
            outer = -ops.sum(v * self.visible_bias, axis=1)
        else:
            outer = ops.sum(ops.square(v - self.visible_bias), axis=1) / 2
        if self.hidden == "binary":
            return outer - ops.sum(ops.softplus(drive), axis=1)
        return outer - (ops.sum(ops.square(drive), axis=1) - ops.sum(ops.square(self.hidden_bias))) / 2

    def unroll(self) -> None:
        """Give the decoder's layer the transposed weights."""
        if self.decoder_kernel is not None:
            self.decoder_kernel.assign(ops.transpose(self.kernel))


def draw(units: str, expected: Any, seed: Any) -> Any:
    if units == "binary":
        return ops.cast(random.uniform(ops.shape(expected), seed=seed) < expected, "float32")
    return expected + random.normal(ops.shape(expected), seed=seed)


def machines(networks: Any, code_noise: float) -> list[Machine]:
    """The machines from the data to the code; a frozen layer's is among them.

    Raises:
        ValueError: layers that are no machine's, or a decoder that does not mirror the encoder.
    """
    stack = pairs(networks, "a restricted Boltzmann machine")
    return [_machine(pair, code_noise if pair is stack[-1] else 0.0) for pair in stack]


def _machine(pair: Pair, noise: float) -> Machine:
    hidden, visible = _units(pair.up), _units(pair.down)
    if noise and hidden != "binary":
        raise ValueError("code_noise is for a code layer of sigmoid units; a linear one has Gaussian noise by itself")
    layer, mirror = pair.up.layer, pair.down.layer
    untied = None if isinstance(mirror, TransposedDense) else mirror.kernel
    return Machine(layer.kernel, layer.bias, mirror.bias, untied, visible, hidden, noise, pair.frozen)


def _units(dense: DenseLayer) -> str:
    name = f"{dense.layer.name} of the {dense.role}"
    if dense.activation not in UNITS:
        raise ValueError(
            f"{name} has the activation {dense.activation}; a restricted Boltzmann machine has sigmoid (binary) or "
            "linear (Gaussian) units"
        )
    if dense.layer.bias is None:
        raise ValueError(f"{name} has no bias, which a restricted Boltzmann machine needs")
    return UNITS[dense.activation]
