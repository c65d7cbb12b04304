"""The supervised top: classes from codes."""

from typing import Annotated

import aekit
import keras
from pydantic import Field

from .._distortion import check_images, distort
from ._judged import judged
from ._labels import balanced
from ._noise import corrupted


@aekit.trainer("classifier")
class Classifier(aekit.Trainer):
    """Minimise the losses of the head's logits by one optimizer over encoder, latent and head.

    ```
    x ─ distortion ─ + noise ─ encoder ─ latent ─ z ─ head ─ logits        losses(logits, y, ...)
    ```

    Training and validation report `error` beside the losses: the percentage of examples whose highest logit is
    another class's. A decoder stays as it is.

    Args:
        optimizer: any Keras optimizer by name, with its options and a learning-rate schedule.
        labels_per_class: train on so many examples of each class alone, drawn at random from the training split; None
            takes them all. An epoch is one pass over them, and where they are fewer than batch_size they are one batch.
        labels_seed: of that draw, so that stages with the same seed have the same labels; None takes the recipe's.
        input_noise: standard deviation of the Gaussian noise on the input, in data units.
        input_drop: share of the input's values set to 0, in [0, 1).
        distortion: strength of random affine distortions of the images in training; 1 is up to 10 degrees, 10 % of
            scale and shear, and half a pixel of shift.

    Raises:
        ValueError: a distortion of examples that are no images in [0, 1].

    Source: Hinton and Salakhutdinov, Reducing the dimensionality of data with neural networks, 2006.
    """

    needs = ("encoder", "latent", "head")

    def __init__(
        self,
        networks,
        losses,
        *,
        optimizer: aekit.Optimizer = "adam",
        labels_per_class: Annotated[int, Field(gt=0)] | None = None,
        labels_seed: Annotated[int, Field(ge=0, lt=4294967296)] | None = None,
        input_noise: Annotated[float, Field(ge=0)] = 0.0,
        input_drop: Annotated[float, Field(ge=0, lt=1)] = 0.0,
        distortion: Annotated[float, Field(ge=0, le=3)] = 0.0,
    ):
        super().__init__(networks, losses)
        self.optimizer = self.make_optimizer(optimizer)
        self.labels_per_class, self.labels_seed = labels_per_class, labels_seed
        self.input_noise, self.input_drop = input_noise, input_drop
        self.distortion = distortion
        self.noise = keras.random.SeedGenerator() if input_noise or input_drop or distortion else None
        if distortion:
            check_images(networks)

    def examples(self, train, seed):
        if self.labels_per_class is None:
            return None
        if isinstance(train, aekit.Stream):
            raise ValueError("labels_per_class: the training data are a stream without end, whose labels are not known")
        return balanced(train.y, self.labels_per_class, seed if self.labels_seed is None else self.labels_seed)

    def train_step(self, batch):
        x = distort(batch["x"], self.distortion, self.noise) if self.distortion else batch["x"]
        x = corrupted(x, self.input_noise, self.input_drop, self.noise)
        return self.minimise(lambda: self.judged(batch, x, training=True), self.optimizer)

    def test_step(self, batch):
        return self.means(self.judged(batch, batch["x"], training=False))

    def judged(self, batch, x, training):
        return judged(self, batch, self.networks.classify(x, training))
