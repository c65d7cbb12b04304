"""The autoencoder: reconstruct x from its code."""

from typing import Annotated

import aekit
import keras
from pydantic import Field

from ._noise import corrupted


@aekit.trainer("autoencoder")
class Autoencoder(aekit.Trainer):
    """Minimise the losses of the reconstruction by one optimizer over encoder, latent and decoder.

    ```
    x ─ + noise ─ encoder ─ latent ─ z ─ + noise ─ decoder ─ x_hat        losses(x, x_hat, z, ...)
    ```

    Args:
        optimizer: any Keras optimizer by name, with its options and a learning-rate schedule.
        input_noise: standard deviation of the Gaussian noise on the encoder's input, in data units; the target stays
            clean. Source: Vincent et al. 2008, denoising autoencoders.
        input_drop: share of the input's values set to 0, in [0, 1); the target stays clean.
        code_noise: width of the uniform noise on the decoder's input, in units of the code: it stands for rounding
            to a grid of such steps, by which a gradient could not pass. Losses see the code without it.
    """

    def __init__(
        self,
        networks,
        losses,
        *,
        optimizer: aekit.Optimizer = "adam",
        input_noise: Annotated[float, Field(ge=0)] = 0.0,
        input_drop: Annotated[float, Field(ge=0, lt=1)] = 0.0,
        code_noise: Annotated[float, Field(ge=0)] = 0.0,
    ):
        super().__init__(networks, losses)
        self.optimizer = self.make_optimizer(optimizer)
        self.input_noise, self.input_drop, self.code_noise = input_noise, input_drop, code_noise
        self.noise = keras.random.SeedGenerator() if input_noise or input_drop or code_noise else None

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
        decoded = self.networks.decode(self.blur(codes["z"]) if training else codes["z"], training)
        return {**batch, "step": self.step, "value_range": self.networks.value_range, **codes, **decoded}

    def corrupt(self, x):
        return corrupted(x, self.input_noise, self.input_drop, self.noise)

    def blur(self, z):
        if not self.code_noise:
            return z
        half = self.code_noise / 2
        return z + keras.random.uniform(keras.ops.shape(z), -half, half, dtype=z.dtype, seed=self.noise)
