"""The autoencoder: reconstruct x from its code."""

from typing import Annotated

import aekit
import keras
from keras import ops
from pydantic import Field

from ._noise import corrupted, mixed


@aekit.trainer("autoencoder")
class Autoencoder(aekit.Trainer):
    """Minimise the losses of the reconstruction by one optimizer over encoder, latent and decoder.

    ```
    x ─ + noise ─ encoder ─ latent ─ z ─ + noise ─ decoder ─ x_hat        losses(x, x_hat, z, ...)
    ```

    With a latent that draws z from a distribution it is a variational autoencoder.

    Args:
        optimizer: any Keras optimizer by name, with its options and a learning-rate schedule.
        input_noise: standard deviation of the Gaussian noise on the encoder's input, in data units; the target stays
            clean. Source: Vincent et al. 2008, denoising autoencoders.
        input_drop: share of the input's values set to 0, in [0, 1); the target stays clean.
        mixup: up to this share of each example, in [0, 1], is another one of its batch, in input and target.
            Source: Zhang et al. 2018, there with labels.
        code_noise: width of the uniform noise on the decoder's input, in units of the code: it stands for rounding
            to a grid of such steps, by which a gradient could not pass. Losses see the code without it.
        samples: how many z are drawn for each example, from a latent that draws; with more than one z, x_logits and
            x_hat have an axis for them behind the batch's: importance_bound takes them together, losses of the
            reconstruction their mean.

    Raises:
        ValueError: several samples of a latent that draws none.
    """

    def __init__(
        self,
        networks,
        losses,
        *,
        optimizer: aekit.Optimizer = "adam",
        input_noise: Annotated[float, Field(ge=0)] = 0.0,
        input_drop: Annotated[float, Field(ge=0, lt=1)] = 0.0,
        mixup: Annotated[float, Field(ge=0, le=1)] = 0.0,
        code_noise: Annotated[float, Field(ge=0)] = 0.0,
        samples: Annotated[int, Field(ge=1)] = 1,
    ):
        super().__init__(networks, losses)
        self.optimizer = self.make_optimizer(optimizer)
        self.input_noise, self.input_drop, self.code_noise = input_noise, input_drop, code_noise
        self.mixup = mixup
        self.noise = keras.random.SeedGenerator() if input_noise or input_drop or mixup or code_noise else None
        self.samples = samples
        if samples > 1 and not networks.draws_codes:
            raise ValueError(f"samples: {samples} needs a latent that draws z from a distribution, such as gaussian")

    def train_step(self, batch):
        if self.mixup:
            batch = mixed(batch, self.mixup, self.noise)
        return self.minimise(lambda: self.losses(self.forward(batch, training=True)), self.optimizer)

    def test_step(self, batch):
        return self.means(self.losses(self.forward(batch, training=False)))

    def preview(self, probes):
        x = probes["x"]
        rows = {"reconstruction": [x, self.networks.decode(self.networks.code(x))["x_hat"]]}
        if self.networks.draws_codes and "z" in probes:
            rows["samples"] = [self.networks.decode(probes["z"])["x_hat"]]
        return rows

    def forward(self, batch, training):
        """Everything that losses may look at."""
        codes = self.networks.encode(self.corrupt(batch["x"]) if training else batch["x"], training, self.samples)
        decoded = self.decode(self.blur(codes["z"]) if training else codes["z"], training)
        return {**batch, "step": self.step, "value_range": self.networks.value_range, **codes, **decoded}

    def decode(self, z, training):
        """As the networks do, several samples of each example at once: (batch, samples, *code_shape)."""
        if self.samples == 1:
            return self.networks.decode(z, training)
        decoded = self.networks.decode(ops.reshape(z, (-1, *z.shape[2:])), training)
        return {name: ops.reshape(x, (-1, self.samples, *x.shape[1:])) for name, x in decoded.items()}

    def corrupt(self, x):
        return corrupted(x, self.input_noise, self.input_drop, self.noise)

    def blur(self, z):
        if not self.code_noise:
            return z
        half = self.code_noise / 2
        return z + keras.random.uniform(ops.shape(z), -half, half, dtype=z.dtype, seed=self.noise)
