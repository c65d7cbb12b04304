"""Classes from few labels and many images without any."""

from typing import Annotated

import aekit
import keras
from keras import ops, random
from pydantic import Field

from .._distortion import check_images, distort
from ._holes import with_hole
from ._judged import judged
from ._labels import balanced

#: Share of the classes' running shares that is kept from one step to the next.
KEPT_SHARES = 0.99


@aekit.trainer("pseudo_labels")
class PseudoLabels(aekit.Trainer):
    """Learn from a few labelled images, and from what the network is sure of about all the others.

    ```
    labelled x ─ weak distortion ─────────────────── student ─ logits      losses(logits, y, ...)
    any x ──┬─── weak distortion ─────────────────── student ─ p ─ class, where p > threshold ──┐
            └─── strong distortion, a hole ───────── student ─ logits      cross-entropy to it ─┘
    ```

    Each step sees a batch of the training split without its labels, and `labelled_batch` of the drawn examples. The
    optimizer changes a copy of encoder, latent and head, the student; they themselves follow it as a moving average,
    and are what is validated, kept and exported. p is divided by its running mean over the classes before it is
    judged, so that every class is chosen equally often: the classes should occur about equally often.

    Training reports, of the labelled images, the losses and `error` in percent of the student; of all images
    `pseudo_loss`, the mean cross-entropy to the pseudo-labels in nats, 0 where there is none, and `pseudo_labelled`,
    the percentage that has one. `loss` is the sum of both terms in training, the labelled one in validation. A
    decoder stays as it is.

    Args:
        labels_per_class: how many examples of each class have their labels seen, drawn from the training split.
        labels_seed: of that draw; None takes the recipe's.
        optimizer: any Keras optimizer by name, with its options and a learning-rate schedule.
        labelled_batch: labelled examples in a step, drawn with repeats.
        threshold: probability above which the likeliest class is a pseudo-label.
        pseudo_weight: of the cross-entropy to pseudo-labels, beside the recipe's losses.
        weak_distortion, strong_distortion: strengths of random affine distortions; 1 is up to 10 degrees, 10 % of
            scale and shear, and half a pixel of shift.
        hole: side in pixels of a square of zeros at a random place in strongly distorted images; 0 for none.
        averaging: share of the average that a step keeps, in [0, 1); less in the first steps; 0: no average.

    Raises:
        ValueError: examples that are no images in [0, 1].

    Source: Sohn et al., FixMatch, 2020; Berthelot et al., ReMixMatch, 2020 (alignment of the classes' shares).
    """

    needs = ("encoder", "latent", "head")

    def __init__(
        self,
        networks,
        losses,
        *,
        labels_per_class: Annotated[int, Field(gt=0)],
        labels_seed: Annotated[int, Field(ge=0, lt=4294967296)] | None = None,
        optimizer: aekit.Optimizer = "adam",
        labelled_batch: Annotated[int, Field(gt=0)] = 64,
        threshold: Annotated[float, Field(ge=0, le=1)] = 0.95,
        pseudo_weight: Annotated[float, Field(ge=0)] = 1.0,
        weak_distortion: Annotated[float, Field(ge=0, le=3)] = 0.6,
        strong_distortion: Annotated[float, Field(ge=0, le=3)] = 2.5,
        hole: Annotated[int, Field(ge=0)] = 8,
        averaging: Annotated[float, Field(ge=0, lt=1)] = 0.995,
    ):
        super().__init__(networks, losses)
        check_images(networks)
        copies = {role: copied(networks[role]) for role in self.needs}
        self.student = aekit.Networks(copies, networks.output, networks.value_range)
        self.optimizer = self.make_optimizer(optimizer, variables=self.student.trainable_variables())
        self.labels_per_class, self.labels_seed = labels_per_class, labels_seed
        self.labelled_batch, self.threshold, self.pseudo_weight = labelled_batch, threshold, pseudo_weight
        self.weak, self.strong, self.hole = weak_distortion, strong_distortion, hole
        self.averaging = averaging
        self.noise = keras.random.SeedGenerator()
        even = keras.initializers.Constant(1 / networks.classes)
        self.shares = keras.Variable(even, shape=(networks.classes,), trainable=False, name="shares")
        self._labelled = None

    def examples(self, train, seed):
        if isinstance(train, aekit.Stream):
            raise ValueError("labels_per_class: the training data are a stream without end, whose labels are not known")
        chosen = train.take(
            balanced(train.y, self.labels_per_class, seed if self.labels_seed is None else self.labels_seed)
        )
        few = aekit.Data(chosen, chosen, chosen, self.networks.value_range)
        self._labelled = {"x": few.first("train", len(chosen)), "y": chosen.y}
        return None

    def train_step(self, batch):
        labelled = self.draw_labelled()
        weak = distort(labelled["x"], self.weak, self.noise)
        strong = with_hole(distort(batch["x"], self.strong, self.noise), self.hole, self.noise)
        aims, sure = self.pseudo_labels(distort(batch["x"], self.weak, self.noise))

        def compute():
            found = self.student.classify(ops.concatenate([weak, strong]), training=True)
            logits = found["logits"][self.labelled_batch :]
            values = judged(self, labelled, {name: value[: self.labelled_batch] for name, value in found.items()})
            pseudo = self.mean(sure * keras.losses.sparse_categorical_crossentropy(aims, logits, from_logits=True))
            total = values["loss"] + self.pseudo_weight * pseudo
            return {**values, "loss": total, "pseudo_loss": pseudo, "pseudo_labelled": 100 * sure}

        means = self.minimise(compute, self.optimizer)
        self.follow()
        return means

    def test_step(self, batch):
        return self.means(judged(self, batch, self.networks.classify(batch["x"])))

    def draw_labelled(self):
        """A minibatch of the drawn examples, with repeats."""
        if self._labelled is None:
            raise RuntimeError("examples() comes before the first step: it draws the labelled examples")
        rows = random.randint((self.labelled_batch,), 0, len(self._labelled["y"]), seed=self.noise)
        return {name: ops.take(ops.convert_to_tensor(values), rows, axis=0) for name, values in self._labelled.items()}

    def pseudo_labels(self, x):
        """The likeliest class of each image by the student, and 1 where it is sure enough, else 0: (batch,) both."""
        p = ops.softmax(self.student.classify(x)["logits"])
        self.shares.assign(KEPT_SHARES * self.shares + (1 - KEPT_SHARES) * ops.mean(p, axis=0))
        aligned = p / self.shares
        aligned = aligned / ops.sum(aligned, axis=1, keepdims=True)
        return ops.argmax(aligned, axis=1), ops.cast(ops.max(aligned, axis=1) > self.threshold, "float32")

    def follow(self):
        """The networks' weights and statistics move towards the student's; as in a plain mean in the first steps."""
        step = ops.cast(self.step.value, "float32")
        kept = ops.minimum(self.averaging, (1 + step) / (10 + step)) if self.averaging else 0.0
        for role, student in self.student.items():
            for average, value in zip(self.networks[role].weights, student.weights, strict=True):
                if keras.backend.is_float_dtype(average.dtype):
                    average.assign(kept * average + (1 - kept) * value)

    def penalties(self):
        return sum((value for model in self.student.values() for value in model.losses), start=0.0)


def copied(model):
    """A network of the same layers and weights, with variables of its own."""
    copy = keras.models.clone_model(model)
    copy.set_weights(model.get_weights())
    return copy
