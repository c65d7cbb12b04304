"""Greedy pretraining: the layers of an autoencoder as autoencoders of one layer, one after another."""

from typing import Annotated, Literal

import aekit
import keras
from keras import ops
from pydantic import Field

from ._noise import corrupted
from ._stack import errors, filters, flattened, pairs, phases


@aekit.trainer("greedy")
class Greedy(aekit.Trainer):
    """Train each dense layer, from the data on, to reconstruct what the layer below gives it.

    ```
    data ─ encoder layer 1 ─ ... ─ v ─ + noise ─ layer i ─ its mirror in the decoder ─ v_hat      one phase a layer
    ```

    In its phase a layer of the encoder and the layer of the decoder that leads back change, and no others; both have
    then learned, and an `autoencoder` stage goes on from there. The decoder must mirror the encoder. A frozen layer
    has no phase. Losses of the recipe play no part; `reconstruction_error` is the squared distance between v and
    v_hat without noise, summed over units, as that of `rbm`.

    Args:
        optimizer: any Keras optimizer by name, with its options and a learning-rate schedule; each layer has its own.
        loss: cross_entropy, for units in [0, 1]; squared_error; or auto, the first where a layer's input is in [0, 1]
            and its reconstruction is sigmoid, else the second. Both are sums over units.
        input_noise: standard deviation of the Gaussian noise on a layer's input; the target stays clean.
        input_drop: share of a layer's input values set to 0, in [0, 1); the target stays clean.

    Source: Bengio et al. 2007, Greedy layer-wise training of deep networks; with noise, Vincent et al. 2008.
    """

    def __init__(
        self,
        networks,
        losses,
        *,
        optimizer: aekit.Optimizer = "adam",
        loss: Literal["auto", "cross_entropy", "squared_error"] = "auto",
        input_noise: Annotated[float, Field(ge=0)] = 0.0,
        input_drop: Annotated[float, Field(ge=0, lt=1)] = 0.0,
    ):
        self.stack = pairs(networks, "greedy pretraining")
        self._depths = phases(self.stack)
        self.phases = tuple(self._depths)
        super().__init__(networks, losses)
        self.by_nats = [self.has_nats(pair, loss) for pair in self.stack]
        self.input_noise, self.input_drop = input_noise, input_drop
        self.noise = keras.random.SeedGenerator() if input_noise or input_drop else None
        self.optimizers = {
            depth: self.make_optimizer(optimizer, variables=self.stack[depth].trainable)
            for depth in self._depths.values()
        }

    def train_step(self, batch):
        depth = self.depth
        v = flattened(batch["x"])
        noisy = corrupted(v, self.input_noise, self.input_drop, self.noise)
        return self.minimise(lambda: self.judged(depth, v, noisy), self.optimizers[depth])

    def test_step(self, batch):
        v = flattened(batch["x"])
        return self.means(self.judged(self.depth, v, v))

    def frozen_part(self):
        depth = self.depth
        return (lambda x: self.below(x, depth)) if depth else None

    def preview(self, probes):
        """Reconstructions through the layers trained so far, and what the present layer's units respond to."""
        x, trained = probes["x"], self.stack[: self.depth + 1]
        v = self.below(x, self.depth + 1)
        for pair in reversed(trained):
            v = pair.down.activate(pair.down.drive(v))
        shown = filters([pair.up.kernel for pair in trained], self.networks.value_range, x.shape[1:])
        return {"reconstruction": [x, ops.reshape(v, ops.shape(x))], "filters": [shown]}

    @property
    def depth(self):
        """Of the present phase's layer."""
        return self._depths[self.phase]

    def below(self, x, depth):
        """What the layer at this depth sees of x: (batch, *example_shape) -> (batch, units below it)."""
        v = flattened(x)
        for pair in self.stack[:depth]:
            v = pair.up.activate(pair.up.drive(v))
        return v

    def judged(self, depth, v, given):
        """The loss of each example, and its reconstruction error, when the layer is given this in place of v."""
        pair = self.stack[depth]
        logits = pair.down.drive(pair.up.activate(pair.up.drive(given)))
        error = errors(v, pair.down.activate(logits))
        return {"loss": nats(v, logits) if self.by_nats[depth] else error, "reconstruction_error": error}

    def has_nats(self, pair, loss):
        """Whether a layer's loss is the cross-entropy.

        Raises:
            ValueError: it was asked for, and the layer's input is not in [0, 1].
        """
        first = pair is self.stack[0]
        fits = pair.down.activation == "sigmoid" and (not first or self.networks.value_range == (0, 1))
        if loss == "cross_entropy" and not fits:
            what = "the data" if first else "the units below"
            raise ValueError(f"cross_entropy of layer {pair.name} needs {what} in [0, 1]: use auto or squared_error")
        return fits and loss != "squared_error"


def nats(v, logits):
    """The cross-entropy of units, summed: (batch, units) -> (batch,)."""
    return ops.sum(ops.relu(logits) - logits * v + ops.softplus(-ops.abs(logits)), axis=1)
