"""Integer codes, and how many bits they take."""

from typing import Annotated, Literal

import aekit
import keras
from keras import Input, Model, layers, ops, random
from pydantic import Field

#: Scales of the density's components at the start, in steps of the quantiser: each is so many times the one before.
FIRST_SCALE, RATIO = 0.25, 6.0
#: The density's parameters are stored so many times smaller than they act: they have farther to go than kernels have.
STORED = 0.1


@aekit.latent("entropy_bottleneck")
def entropy_bottleneck(
    feature_shape,
    *,
    decoder_sees: Literal["noise", "rounding"] = "noise",
    components: Annotated[int, Field(gt=0)] = 3,
) -> Model:
    """Features rounded to integers, z, and `rates`, the bits per example that an entropy coder needs for them.

    In training uniform noise in [-0.5, 0.5] stands for the rounding: it has a gradient and, in expectation, the same
    rate. The rate comes from a density that is learned beside the networks: independent numbers, for each channel (the
    last axis) a mixture of logistic distributions, integrated over z - 0.5 to z + 0.5.

    Args:
        decoder_sees: what z is in training: features with noise, or rounded with the gradient of the features
            themselves (straight through). Under noise small features still tell the decoder something, which
            rounding takes away in use. The rate is that of features with noise in both cases.
        components: logistic distributions in the mixture of a channel.

    Shapes: (batch, ..., channels) -> z of the same shape, rates (batch,).

    Source: Ballé, Laparra and Simoncelli, End-to-end optimized image compression, 2017 (noise and loss); the density
    is a mixture in place of theirs. Minnen and Singh, Channel-wise autoregressive entropy models, 2020 (rounding).
    """
    features = Input(feature_shape)
    z, rates = EntropyBottleneck(components, decoder_sees, dtype="float32", name="bottleneck")(features)
    return Model(features, {"z": z, "rates": rates}, name="latent")


@keras.saving.register_keras_serializable("aekit")
class EntropyBottleneck(layers.Layer):
    """Noise or rounding, and the bits of the result.

    Args:
        components, decoder_sees: as in the component above.

    Shapes: (batch, ..., channels) -> the same, (batch,).
    """

    def __init__(self, components, decoder_sees, **options):
        super().__init__(**options)
        self.components, self.decoder_sees = components, decoder_sees
        self.noise = random.SeedGenerator()

    def build(self, input_shape):
        shape = (self.components, input_shape[-1])
        self.shares, self.means, self.scales = (
            self.add_weight(shape=shape, initializer="zeros", name=name) for name in ("shares", "means", "scales")
        )

    def call(self, features, training=False):
        rounded = ops.round(features)
        if not training:
            return rounded, self.rates(rounded)
        noisy = features + random.uniform(ops.shape(features), -0.5, 0.5, dtype="float32", seed=self.noise)
        through = features + ops.stop_gradient(rounded - features)
        return (noisy if self.decoder_sees == "noise" else through), self.rates(noisy)

    def rates(self, z):
        """Bits of each example, (batch,)."""
        bits = self.bits(z)
        return ops.sum(ops.reshape(bits, (ops.shape(bits)[0], -1)), axis=1)

    def bits(self, z):
        """-log2 of the density's integral over z - 0.5 to z + 0.5, for each number: (batch, ..., channels), kept."""
        start = FIRST_SCALE * RATIO ** ops.arange(self.components, dtype="float32")[:, None]
        scales = start * ops.exp(self.scales / STORED)  # components, channels
        distance = ops.expand_dims(z, -2) - self.means / STORED  # batch, ..., components, channels
        # sigmoid(upper) - sigmoid(lower) = sigmoid(upper) sigmoid(-lower) (1 - exp(lower - upper)): nothing cancels.
        upper, lower = (distance + 0.5) / scales, (distance - 0.5) / scales
        inside = ops.log(-ops.expm1(-1 / scales)) + ops.log_sigmoid(upper) + ops.log_sigmoid(-lower)
        log_shares = ops.log_softmax(self.shares / STORED, axis=0)
        return -ops.logsumexp(log_shares + inside, axis=-2) / ops.log(2.0)

    def compute_output_shape(self, input_shape):
        return input_shape, input_shape[:1]

    def get_config(self):
        return {**super().get_config(), "components": self.components, "decoder_sees": self.decoder_sees}
