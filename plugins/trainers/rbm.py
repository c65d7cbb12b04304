"""Greedy pretraining: the layers of an autoencoder as restricted Boltzmann machines, one after another."""

from typing import Annotated

import aekit
import keras
from keras import ops
from pydantic import Field

from ._machines import machines
from ._stack import errors, filters, flattened, phases, product

#: What a batch counts for, at least, in an average over recent batches.
RECENT = 0.1
#: Examples of a batch that are reconstructed where that is no part of the learning.
WATCHED = 16


@aekit.trainer("rbm")
class StackedRbm(aekit.Trainer):
    """Train each dense layer, from the data on, as a restricted Boltzmann machine by contrastive divergence.

    ```
    data ─ encoder layer 1 ─ ... ─ layer i: v ⇄ h      one phase a layer; below it the networks are deterministic
    ```

    The units follow the networks: sigmoid layers are binary, linear ones Gaussian with unit variance; the visible
    units of the first layer follow the data ([0, 1] binary, standardised Gaussian). The decoder must mirror the
    encoder; its biases are those of the visible units, and at the end of each phase its layer gets the transposed
    weights ("unrolling"). An `autoencoder` stage goes on from there. A frozen layer has no phase. Losses of the
    recipe play no part: `loss` is the reconstruction error, the squared distance between v and its expectation after
    one step up and down, summed over units: through drawn hidden units in training, through their expectation in
    validation, and with persistent chains of the first examples of each batch.

    Args:
        learning_rate: of weights and biases, in layers of binary units.
        code_learning_rate: in a layer whose hidden units are linear.
        input_learning_rate: in a layer whose visible units are linear.
        momentum, initial_momentum, initial_epochs: initial_momentum for so many epochs of a layer, then momentum.
        weight_decay: of the weights, not of the biases.
        steps: k of CD-k, steps of Gibbs sampling between the data and the model.
        chains: 0 starts them at the data; n > 0 goes on with n chains for ever (persistent contrastive divergence).
        sample_visible: draw visible units in these steps; their expectation goes up otherwise, which is less noisy.
        sparsity_target: the share of the time that a binary hidden unit shall be on; None for no such target.
        sparsity_cost: how strongly it is held to that.
        code_noise: standard deviation of noise on a sigmoid code layer, whose state is its probability plus noise
            then; 0 draws bits.
        initial_scale: the weights start as so much times normal noise, biases at 0; None leaves what is there.

    Source: Hinton and Salakhutdinov, Reducing the dimensionality of data with neural networks, 2006, and their
    published settings, which are the defaults; Tieleman 2008 (persistent chains); Hinton 2010 (sparsity).
    """

    def __init__(
        self,
        networks,
        losses,
        *,
        learning_rate: Annotated[float, Field(gt=0)] = 0.1,
        code_learning_rate: Annotated[float, Field(gt=0)] = 0.001,
        input_learning_rate: Annotated[float, Field(gt=0)] = 0.001,
        momentum: Annotated[float, Field(ge=0, lt=1)] = 0.9,
        initial_momentum: Annotated[float, Field(ge=0, lt=1)] = 0.5,
        initial_epochs: Annotated[int, Field(ge=0)] = 5,
        weight_decay: Annotated[float, Field(ge=0)] = 2e-4,
        steps: Annotated[int, Field(gt=0)] = 1,
        chains: Annotated[int, Field(ge=0)] = 0,
        sample_visible: bool = False,
        sparsity_target: Annotated[float, Field(gt=0, lt=1)] | None = None,
        sparsity_cost: Annotated[float, Field(ge=0)] = 0.1,
        code_noise: Annotated[float, Field(ge=0)] = 0.0,
        initial_scale: Annotated[float, Field(ge=0)] | None = 0.1,
    ):
        self.stack = machines(networks, code_noise)
        self._depths = phases(self.stack)
        self.phases = tuple(self._depths)
        super().__init__(networks, losses)
        self.rate, self.code_rate, self.input_rate = learning_rate, code_learning_rate, input_learning_rate
        self.momentum, self.initial_momentum, self.initial_epochs = momentum, initial_momentum, initial_epochs
        self.weight_decay, self.gibbs_steps, self.sample_visible = weight_decay, steps, sample_visible
        self.sparsity_target, self.sparsity_cost = sparsity_target, sparsity_cost
        self.noise = keras.random.SeedGenerator()
        trained = {depth: self.stack[depth] for depth in self._depths.values()}
        self.updates = {depth: zeros((), "int64") for depth in trained}
        self.velocities = {depth: [zeros(w.shape) for w in m.weights] for depth, m in trained.items()}
        self.energies = {depth: zeros(()) for depth in trained}
        self.chains = {depth: zeros((chains, m.sizes[1])) for depth, m in trained.items() if chains}
        self.activities = {depth: zeros(m.sizes[1:]) for depth, m in trained.items() if sparsity_target}
        if initial_scale is not None:
            for machine in trained.values():
                machine.start(initial_scale)

    def train_step(self, batch):
        depth, machine = self.current
        v = flattened(batch["x"])
        drive = machine.drive(v)
        h = machine.expect_hidden(drive)
        start = self.chains[depth] if self.chains else machine.draw_hidden(h, self.noise)
        model_v, model_h, reconstruction = self.walk(machine, start)
        if self.chains:
            self.chains[depth].assign(machine.draw_hidden(model_h, self.noise))
            reconstruction = machine.expect_visible(h[:WATCHED])
        gradients = contrast(v, h, model_v, model_h)
        if self.activities:
            gradients = [g + p for g, p in zip(gradients, self.pull(depth, v, h), strict=True)]
        energy = self.mean(machine.free_energy(v, drive))
        self.fused(self.update)(gradients)
        self.remember(self.energies[depth], energy)
        self.updates[depth].assign_add(1)
        return {**self.means(named(errors(v[:WATCHED] if self.chains else v, reconstruction))), "free_energy": energy}

    def test_step(self, batch):
        depth, machine = self.current
        v = flattened(batch["x"])
        drive = machine.drive(v)
        energy = machine.free_energy(v, drive)
        found = named(errors(v, machine.expect_visible(machine.expect_hidden(drive))))
        return self.means({**found, "free_energy": energy, "free_energy_gap": energy - self.energies[depth]})

    def frozen_part(self):
        depth = self.current[0]
        return (lambda x: self.below(x, depth)) if depth else None

    def end_phase(self):
        self.current[1].unroll()

    def preview(self, probes):
        """Reconstructions through the layers trained so far, and what the present layer's units respond to."""
        depth, machine = self.current
        x = probes["x"]
        v = machine.expect_hidden(machine.drive(self.below(x, depth)))
        for lower in self.stack[depth::-1]:
            v = lower.expect_visible(v)
        shown = filters([m.kernel for m in self.stack[: depth + 1]], self.networks.value_range, x.shape[1:])
        return {"reconstruction": [x, ops.reshape(v, ops.shape(x))], "filters": [shown]}

    @property
    def current(self):
        """(depth, machine) of the present phase."""
        depth = self._depths[self.phase]
        return depth, self.stack[depth]

    def below(self, x, depth):
        """What the layer at this depth sees of x: (batch, *example_shape) -> (batch, visible)."""
        v = flattened(x)
        for lower in self.stack[:depth]:
            v = lower.expect_hidden(lower.drive(v))
        return v

    def walk(self, machine, h):
        """Gibbs sampling from h on: v and E[h | v] at its end, and the expectation of the first v."""
        first = None
        for step in range(self.gibbs_steps):
            expected = machine.expect_visible(h)
            first = expected if first is None else first
            v = machine.draw_visible(expected, self.noise) if self.sample_visible else expected
            h = expected_h = machine.expect_hidden(machine.drive(v))
            if step + 1 < self.gibbs_steps:
                h = machine.draw_hidden(expected_h, self.noise)
        return v, expected_h, first

    def pull(self, depth, v, h):
        """The sparsity target's part of the gradients: the cross-entropy of target and recent activity."""
        activity = self.activities[depth]
        self.remember(activity, ops.mean(h, axis=0))
        push = self.sparsity_cost * (self.sparsity_target - activity)
        return [ops.mean(v, axis=0)[:, None] * push, ops.zeros(v.shape[1:]), push]

    def update(self, gradients):
        """One step of gradient ascent with momentum on the present layer's weights."""
        depth, machine = self.current
        early = self.updates[depth] < self.initial_epochs * (self.losses.steps_per_epoch or 0)
        momentum = ops.where(early, self.initial_momentum, self.momentum)
        rate = self.rate if machine.hidden == "binary" else self.code_rate
        rate = rate if machine.visible == "binary" else self.input_rate
        decays = (self.weight_decay, 0.0, 0.0)
        for weight, velocity, gradient, decay in zip(
            machine.weights, self.velocities[depth], gradients, decays, strict=True
        ):
            velocity.assign(momentum * velocity + rate * (gradient - decay * weight if decay else gradient))
            weight.assign_add(velocity)

    def remember(self, average, value):
        """Bring an average over recent batches up to date; over all of them, at first."""
        count = ops.cast(self.updates[self.current[0]] + 1, "float32")
        average.assign_add((value - average) * ops.maximum(1 / count, RECENT))


def contrast(v, h, model_v, model_h):
    """Statistics of the data less those of the model: gradients by kernel, visible and hidden bias.

    One matrix product for both halves, so that a low precision rounds their difference and not each of them.
    """
    n, m = (ops.cast(ops.shape(a)[0], "float32") for a in (v, model_v))
    kernel = product(ops.transpose(ops.concatenate([v / n, -model_v / m])), ops.concatenate([h, model_h]))
    visible, hidden = (ops.mean(a, axis=0) - ops.mean(b, axis=0) for a, b in ((v, model_v), (h, model_h)))
    return [kernel, visible, hidden]


def named(error):
    """The reconstruction error, as the loss and under its name."""
    return {"loss": error, "reconstruction_error": error}


def zeros(shape, dtype="float32"):
    return keras.Variable(ops.zeros(shape, dtype), dtype=dtype, trainable=False)
