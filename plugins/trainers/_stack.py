"""The dense layers of an autoencoder, each of the encoder with the decoder's that mirrors it."""

from dataclasses import dataclass
from typing import Any

import keras
from keras import layers, ops

from .._dense import TransposedDense, flat

PASSED = (layers.InputLayer, layers.Flatten, layers.Reshape)
#: Filters in a preview.
FILTERS = 32


@dataclass(frozen=True)
class DenseLayer:
    """A dense layer with its activation, which may stand after it as a layer of its own."""

    layer: Any
    role: str
    activation: str

    @property
    def kernel(self) -> Any:
        """(below, above): the layer's own, or another's transposed."""
        tied = isinstance(self.layer, TransposedDense)
        return ops.transpose(self.layer._source().kernel) if tied else self.layer.kernel

    @property
    def sizes(self) -> tuple[int, int]:
        return tuple(self.kernel.shape)

    def drive(self, x: Any) -> Any:
        """What its units receive, x W + b: (batch, below) -> (batch, above)."""
        received = product(x, self.kernel)
        return received if self.layer.bias is None else received + self.layer.bias

    def activate(self, drive: Any) -> Any:
        """What its units give, from `drive(x)`."""
        return keras.activations.get(self.activation)(drive)


@dataclass(frozen=True)
class Pair:
    """A layer of the encoder and the one of the decoder that leads back."""

    up: DenseLayer
    down: DenseLayer

    @property
    def name(self) -> str:
        return "-".join(map(str, self.up.sizes))

    @property
    def trainable(self) -> list[keras.Variable]:
        return [*self.up.layer.trainable_variables, *self.down.layer.trainable_variables]

    @property
    def frozen(self) -> bool:
        """Whether the stage leaves it as it is."""
        return not self.up.layer.trainable


def pairs(networks: Any, user: str) -> list[Pair]:
    """The layers from the data to the code; frozen ones are among them.

    Args:
        user: what needs them, for messages.

    Raises:
        ValueError: layers that are not dense, or a decoder that does not mirror the encoder.
    """
    up = [*_dense(networks.encoder, "encoder", user), *_dense(networks.latent, "latent", user)]
    down = _dense(networks.decoder, "decoder", user, last=networks.output)[::-1]
    have, want = [each.sizes[::-1] for each in down], [each.sizes for each in up]
    if have != want:
        raise ValueError(f"the decoder must mirror the encoder: its layers, reversed, are {have}, the encoder's {want}")
    for below, mirror in zip(up, down[1:], strict=False):
        if below.activation != mirror.activation:
            raise ValueError(
                f"{below.layer.name} of the encoder has the activation {below.activation}, and {mirror.layer.name} "
                f"of the decoder, which gives its units back, {mirror.activation}: use the same in both"
            )
    return [Pair(*pair) for pair in zip(up, down, strict=True)]


def phases(stack: Any) -> dict[str, int]:
    """The depth of each layer that is trained, by the name of its phase.

    Args:
        stack: layers or pairs, each with `name` and `frozen`.

    Raises:
        ValueError: every layer is frozen.
    """
    named = {f"layer {depth + 1}, {each.name}": depth for depth, each in enumerate(stack) if not each.frozen}
    if not named:
        raise ValueError("every layer is frozen: there is nothing to train")
    return named


def flattened(x: Any) -> Any:
    """(batch, *example_shape) -> (batch, size)."""
    return ops.reshape(x, (ops.shape(x)[0], -1))


def product(a: Any, b: Any) -> Any:
    """a b in the precision of the recipe, as float32."""
    precision = keras.config.dtype_policy().compute_dtype
    return ops.cast(ops.matmul(ops.cast(a, precision), ops.cast(b, precision)), "float32")


def filters(kernels: list[Any], value_range: tuple[float, float] | None, shape: tuple[int, ...]) -> Any:
    """The images to which the last layer's first units respond, 0 as the middle of the range.

    Args:
        kernels: of the layers, from the data on.

    Shapes: -> (at most FILTERS, *shape).
    """
    field = kernels[0]
    for kernel in kernels[1:]:
        field = ops.matmul(field, kernel)
    low, high = value_range or (-3.0, 3.0)
    scaled = field / (ops.max(ops.abs(field)) + 1e-12)
    shown = (low + high) / 2 + (high - low) / 2 * ops.transpose(scaled)[:FILTERS]
    return ops.reshape(shown, (-1, *shape))


def errors(v: Any, reconstruction: Any) -> Any:
    """The squared distance of each example's v from its reconstruction, summed over units: (batch,)."""
    return ops.sum(ops.square(v - reconstruction), axis=1)


def _dense(model: Any, role: str, user: str, last: str | None = None) -> list[DenseLayer]:
    """The dense layers of a network.

    Args:
        last: activation of the last layer, where the framework appends it.
    """
    found: list[DenseLayer] = []
    for layer in flat(model):
        if isinstance(layer, (layers.Dense, TransposedDense)):
            found.append(DenseLayer(layer, role, _activation(layer)))
        elif isinstance(layer, layers.Activation) and found and found[-1].activation == "linear":
            found[-1] = DenseLayer(found[-1].layer, role, _activation(layer))
        elif not isinstance(layer, PASSED):
            raise ValueError(
                f"{user} has dense layers alone, and the {role} has {layer.name}, a {type(layer).__name__}"
            )
    if last is not None:
        found[-1] = DenseLayer(found[-1].layer, role, last)
    return found


def _activation(layer: Any) -> str:
    return str(keras.activations.serialize(getattr(layer, "activation", keras.activations.linear)))
