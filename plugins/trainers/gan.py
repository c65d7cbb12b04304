"""Generative adversarial networks: a generator and a discriminator against each other."""

from typing import Annotated

import aekit
import keras
from keras import ops
from pydantic import Field

from ._balance import GAUGES, spread, verdict

#: A discriminator this sure of its samples leaves minimax a hundredth of its gradient: it is proportional to D.
SATURATED = 0.01


@aekit.trainer("gan")
class GAN(aekit.Trainer):
    """A step: k times fresh data and noise for the discriminator, then fresh noise for the generator.

    ```
    noise ─ latent ─ z ─ generator ─ x_fake ─┐
                                          x ─┴─ discriminator ─ real_logits, fake_logits ─ the player's losses
    ```

    The losses "discriminator" and "generator" are what each player minimises; "loss" is their sum, and no figure of
    quality.

    Args:
        discriminator_steps: k, updates of the discriminator in each step; each takes a minibatch of its own.
        optimizer: of both players, any Keras optimizer by name, with its options; a momentum may be a ramp.
        generator_optimizer: the generator's, where it is another.
        discriminator_optimizer: the discriminator's, where it is another.
        average: decay of a moving average of the generator's weights, which then makes previews, samples and the saved
            generator; 0 keeps none. Source: Yazici et al. 2019.

    Source: Goodfellow et al., Generative adversarial networks, 2014, algorithm 1.
    """

    needs = ("latent", "generator", "discriminator")
    gauges = GAUGES
    draws_little = True

    def __init__(
        self,
        networks,
        losses,
        *,
        discriminator_steps: Annotated[int, Field(gt=0)] = 1,
        optimizer: aekit.Optimizer = "adam",
        generator_optimizer: aekit.Optimizer | None = None,
        discriminator_optimizer: aekit.Optimizer | None = None,
        average: Annotated[float, Field(ge=0, lt=1)] = 0.0,
    ):
        super().__init__(networks, losses)
        self.batches_per_step = discriminator_steps
        self.generator_optimizer = self.make_optimizer(generator_optimizer or optimizer, "generator")
        self.discriminator_optimizer = self.make_optimizer(discriminator_optimizer or optimizer, "discriminator")
        self.noise = keras.random.SeedGenerator()
        self.decay = average
        self.average = {"generator": _copy(networks.generator)} if average else {}
        self.joint = not any(
            isinstance(layer, keras.layers.BatchNormalization) for layer in networks.discriminator.layers
        )

    def train_step(self, batch):
        k = self.batches_per_step
        for turn in range(k):
            real = batch if k == 1 else {name: values[turn] for name, values in batch.items()}
            out, discriminator = self.turn("discriminator", real, self.discriminator_optimizer)
        _, generator = self.turn("generator", {**real, "real_logits": out["real_logits"]}, self.generator_optimizer)
        self.update_average()
        ratio = generator.pop("gradient") / (discriminator.pop("gradient") + 1e-12)
        return {**_named(discriminator, generator), **self.scores(out), "gradient_ratio": ratio}

    def turn(self, player, batch, optimizer):
        """One update of a player; what its losses saw, and their means with the gradient's norm as "gradient"."""
        seen = {}

        def compute():
            seen.update(self.play(player, batch, training=True))
            return self.losses(seen, player)

        means = self.minimise(compute, optimizer, player, norm="gradient")
        return seen, means

    def play(self, player, batch, training):
        """Fresh noise through the game, for one player's losses."""
        x = batch["x"]
        z = self.networks.prior(self.networks.noise(ops.shape(x)[0], self.noise))
        x_fake = self.networks.generate(z, training)
        if player == "discriminator":
            x_fake = ops.stop_gradient(x_fake)
            batch = {**batch, **self.both(x, x_fake, training)}
        else:
            batch = {**batch, "fake_logits": self.networks.discriminate(x_fake, training)}
        share = keras.random.uniform((ops.shape(x)[0], *[1] * (len(x.shape) - 1)), seed=self.noise)
        return {
            **batch,
            "z": z,
            "x_fake": x_fake,
            "x_mixed": x + share * (x_fake - x),
            "discriminate": lambda points: self.networks.discriminate(points, training),
            "step": self.step,
            "value_range": self.networks.value_range,
        }

    def both(self, x, x_fake, training):
        """Logits of real and fake: by one pass where no layer mixes a batch's examples, which is faster."""
        if not self.joint:
            real, fake = (self.networks.discriminate(examples, training) for examples in (x, x_fake))
        else:
            logits = self.networks.discriminate(ops.concatenate([x, x_fake]), training)
            real, fake = logits[: ops.shape(x)[0]], logits[ops.shape(x)[0] :]
        return {"real_logits": real, "fake_logits": fake}

    def scores(self, out):
        """How the game stands, as the discriminator sees it: means of D, and the share of hopeless samples."""
        real, fake = ops.sigmoid(out["real_logits"]), ops.sigmoid(out["fake_logits"])
        saturated = ops.cast(fake < SATURATED, "float32")
        return {"real_score": ops.mean(real), "fake_score": ops.mean(fake), "saturation": ops.mean(saturated)}

    def update_average(self):
        for kept, new in self.averaged():
            if kept.dtype.startswith("float"):
                kept.assign_add((1 - self.decay) * (new - kept))
            else:
                kept.assign(new)

    def averaged(self):
        """(average, variable) of everything that the generator holds; nothing where no average is kept."""
        average = self.average.get("generator")
        return zip(average.variables, self.networks.generator.variables, strict=True) if average else ()

    def end_phase(self):
        for kept, new in self.averaged():
            new.assign(kept)

    def test_step(self, batch):
        seen = self.play("discriminator", batch, training=False)
        logs = _named(*(self.means(self.losses(seen, player)) for player in ("discriminator", "generator")))
        return {**logs, **self.scores(seen)}

    def preview(self, probes):
        return {"samples": [self.samples(probes["z"])]}

    def samples(self, z):
        """x_fake of these codes, by the average of the generator where one is kept."""
        return self.networks.replaced(self.average).generate(z)

    def examine(self, probes):
        return spread(self.samples(probes["z"]), probes["x"])

    def judge(self, figures):
        return verdict(figures)


def _copy(generator):
    copy = keras.models.clone_model(generator)
    copy.set_weights(generator.get_weights())
    return copy


def _named(discriminator, generator):
    """The players' totals by their names, "loss" as their sum, and of several losses each as PLAYER.KEY."""
    named = {"discriminator": discriminator["loss"], "generator": generator["loss"]}
    for player, means in (("discriminator", discriminator), ("generator", generator)):
        keys = [key for key in means if key != "loss"]
        named |= {f"{player}.{key}": means[key] for key in keys if len(keys) > 1}
    return {"loss": discriminator["loss"] + generator["loss"], **named}
