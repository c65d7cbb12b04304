"""The autoencoder: reconstruct x from its code."""

from typing import Annotated

import aekit
import keras
from pydantic import Field


@aekit.trainer("autoencoder")
class Autoencoder(aekit.Trainer):
    """Minimise the losses of the reconstruction by one optimizer over encoder, latent and decoder.

    ```
    x ─ + noise ─ encoder ─ latent ─ z ─ decoder ─ x_hat        losses(x, x_hat, z, ...)
    ```

    Args:
        optimizer: any Keras optimizer by name, with its options and a learning-rate schedule.
        input_noise: standard deviation of the Gaussian noise on the encoder's input, in data units; the target stays
            clean. Source: Vincent et al. 2008, denoising autoencoders.
        input_drop: share of the input's values set to 0, in [0, 1); the target stays clean.
    """

    def __init__(
        self,
        networks,
        losses,
        *,
        optimizer: aekit.Optimizer = "adam",
        input_noise: Annotated[float, Field(ge=0)] = 0.0,
        input_drop: Annotated[float, Field(ge=0, lt=1)] = 0.0,
    ):
        super().__init__(networks, losses)
        self.optimizer = self.make_optimizer(optimizer)
        self.input_noise, self.input_drop = input_noise, input_drop
        self.noise = keras.random.SeedGenerator() if input_noise or input_drop else None

    def train_step(self, batch):
        return self.minimise(lambda: self.losses(self.forward(batch, training=True)), self.optimizer)

    def test_step(self, batch):
        return self.means(self.losses(self.forward(batch, training=False)))

    def preview(self, probes):
        x = probes["x"]
        return {"reconstruction": [x, self.forward({"x": x}, training=False)["x_hat"]]}

    def forward(self, batch, training):
        """Everything that losses may look at."""
        codes = self.networks.encode(self.corrupt(batch["x"]) if training else batch["x"], training)
        decoded = self.networks.decode(codes["z"], training)
        return {**batch, "step": self.step, "value_range": self.networks.value_range, **codes, **decoded}

    def corrupt(self, x):
        if self.input_noise:
            x = x + self.input_noise * keras.random.normal(keras.ops.shape(x), seed=self.noise)
        if self.input_drop:
            kept = keras.random.uniform(keras.ops.shape(x), seed=self.noise) >= self.input_drop
            x = x * keras.ops.cast(kept, x.dtype)
        return x
