"""`Trainer`: what a step of training is. The engine runs it, the state machinery keeps it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, Literal

import keras
import numpy as np
import tensorflow as tf
from keras import ops

from aekit.dataset import Split, Stream
from aekit.training.losses import TOTAL, Losses
from aekit.training.networks import Networks
from aekit.training.optimizers import make_optimizer


@dataclass(frozen=True)
class Verdict:
    """How training goes: "ok", "warning" or "collapsed", and why."""

    state: Literal["ok", "warning", "collapsed"]
    reasons: tuple[str, ...] = ()


class Trainer:
    """Base of all trainers: a plain object whose state is found in its attributes, lists and dicts.

    State are the networks and every optimizer, SeedGenerator, keras.Variable, layer and metric among the public
    attributes; all of it is made in `__init__`. A subclass gives `train_step`, `test_step` and `preview`; they are
    traced by the engine, never decorated, and hold no Python state.

    Args:
        networks: the networks by role.
        losses: `losses(out)` -> {"loss": weighted sum, key: value, ...}, each of shape (batch,).

    Attributes:
        needs: the networks without which it cannot be; it changes no others.
        phases: what is trained in turn; `phase` is a constant while a step is traced.
        batches_per_step: k > 1 gives the arrays of `batch` a leading axis k.
        step: steps done in this stage, a variable that the engine counts.
        compiled: how much XLA compiles, as the engine has it.
        draws_little: its own seed generators give a step no more numbers than its codes have, which are no reason to
            keep the step out of XLA.
        gauges: logs of a step that are no losses but tell how it stands, e.g. the scores of a discriminator.
        average: role -> a model whose weights are a moving average of that network's; it then stands for the network
            where a live run is asked and where its checkpoint is opened.
    """

    needs: tuple[str, ...] = ("encoder", "latent", "decoder")
    phases: tuple[str, ...] = ("train",)
    batches_per_step: int = 1
    compiled: str = "graph"
    draws_little: bool = False
    gauges: tuple[str, ...] = ()
    average: Mapping[str, keras.Model] = MappingProxyType({})

    def __init__(self, networks: Networks, losses: Losses) -> None:
        self.networks = networks
        self.losses = losses
        self.phase = self.phases[0]
        self.step = keras.Variable(0, dtype="int64", trainable=False, name="step")
        self._changed_by: dict[int, list[keras.Variable]] = {}

    def train_step(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """Change the networks by one batch; {name: scalar}, "loss" among them."""
        raise NotImplementedError(f"{type(self).__name__} has no train_step")

    def test_step(self, batch: Mapping[str, Any]) -> dict[str, Any]:
        """Measure one batch without changing anything; {name: scalar}, means over the batch."""
        raise NotImplementedError(f"{type(self).__name__} has no test_step")

    def examples(self, train: Split | Stream, seed: int) -> np.ndarray | None:
        """Which training examples the stage learns from: their indices, sorted and without repeats; None for all.

        Args:
            train: the training data.
            seed: the recipe's.

        Raises:
            ValueError: the data do not have what the trainer wants; told at the trainer's place in the recipe.
        """
        return None

    def frozen_part(self) -> Callable[[Any], Any] | None:
        """What the present phase does to x first and does not change: its steps get the result as `batch["x"]`.

        It is applied once to all examples, without gradients, where that fits into memory and no augmentation changes
        them, else to each batch; probes go to `preview` as they are. None where steps shall see x itself.
        """
        return None

    def end_phase(self) -> None:
        """Leave the networks as the next phase or stage shall find them; eager, and once more after a resume."""

    def preview(self, probes: Mapping[str, Any]) -> dict[str, list[Any]]:
        """Pictures of the present state, {"reconstruction": [x, x_hat], "samples": [x_fake]}, in data units.

        Args:
            probes: "x", the first validation examples, and "z", fixed codes: the same for every run on the same data.
        """
        return {}

    def examine(self, probes: Mapping[str, Any]) -> dict[str, Any]:
        """Figures of the state beside the losses, {name: scalar}, after a validation pass; traced like a step.

        Args:
            probes: as for `preview`, but more of each.
        """
        return {}

    def judge(self, figures: Mapping[str, float]) -> Verdict:
        """Whether training goes well by the figures of `examine` and the means of the step's logs; never traced."""
        return Verdict("ok")

    def make_optimizer(
        self, optimizer: str | Mapping[str, Any], *roles: str, variables: list[keras.Variable] | None = None
    ) -> keras.optimizers.Optimizer:
        """The recipe's optimizer, built for what is trainable in these roles (`needs` where none is named).

        Args:
            variables: what it changes in place of whole roles.
        """
        if variables is None:
            variables = self.networks.trainable_variables(*(roles or self.needs))
        made = make_optimizer(optimizer, variables, lambda ramp: ramp.at(self.step, self.losses.steps_per_epoch))
        self._changed_by[id(made)] = variables
        return made

    def mean(self, per_example: Any) -> Any:
        """The mean over the global batch of one value per example, shape (batch,) -> ()."""
        return ops.mean(per_example)

    def means(self, per_example: Mapping[str, Any]) -> dict[str, Any]:
        return {name: self.mean(value) for name, value in per_example.items()}

    def minimise(
        self,
        compute: Callable[[], Mapping[str, Any]],
        optimizer: keras.optimizers.Optimizer,
        *roles: str,
        norm: str | None = None,
    ) -> dict[str, Any]:
        """One step of `optimizer` on the mean of compute()["loss"] plus the layers' own penalties.

        Args:
            compute: gives {"loss": (batch,), name: (batch,), ...}.
            optimizer: from `make_optimizer`; its variables are changed.
            roles: whose layers' penalties count; all where none is named.
            norm: the name under which the means hold the length of the gradient.

        Returns:
            the means, {name: scalar}.
        """
        variables = self._changed_by[id(optimizer)]
        with tf.GradientTape() as tape:
            means = self.means(compute())
            objective = means[TOTAL] + self.penalties(*roles)
            objective = optimizer.scale_loss(objective)
        gradients = tape.gradient(objective, variables)
        self.fused(lambda found: optimizer.apply(found, variables))(gradients)
        return means if norm is None else {**means, norm: length(gradients, self.compiled)}

    def fused(self, update: Callable[[list[Any]], None]) -> Callable[[list[Any]], None]:
        """A change of variables by gradients, compiled by XLA into one pass over the memory where that pays."""
        return tf.function(update, jit_compile=True, autograph=False) if self.compiled == "xla_update" else update

    def penalties(self, *roles: str) -> Any:
        """Sum of what the layers of these networks (of all) add to the loss: regularisers, activity penalties."""
        models = [self.networks[role] for role in roles or self.networks]
        return sum((value for model in models for value in model.losses), start=0.0)


def gradient(function: Callable[[Any], Any], x: Any) -> Any:
    """The gradient of sum(function(x)) by x, of x's shape; itself differentiable (for penalties such as R1)."""
    with tf.GradientTape() as tape:
        tape.watch(x)
        value = ops.sum(function(x))
    return tape.gradient(value, x)


def length(gradients: Iterable[Any], compiled: str) -> Any:
    """Euclidean, of all together, a scalar; gradients that are None count nothing."""
    found = [g for g in gradients if g is not None]
    if compiled not in ("xla", "xla_loop"):
        return tf.linalg.global_norm(found)
    # XLA on a CPU adds up a sum one number after another, and is faster at one for each column.
    columns = [tf.norm(tf.reshape(g, (-1, g.shape[-1] if g.shape.rank else 1)), axis=0) for g in found]
    return tf.norm(tf.concat(columns, axis=0))
