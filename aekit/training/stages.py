"""One stage while it is trained: its trainer, feed, engine and evaluator."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from functools import cached_property
from typing import Any

import keras
import tensorflow as tf

from aekit import registry
from aekit.dataset import Data, Stream
from aekit.errors import AekitError, InputError, PluginError
from aekit.recipe import Recipe, Stage
from aekit.training.asking import Asking
from aekit.training.compiling import layers_of, optimizers_of, resolve_compile
from aekit.training.engine import Engine, Evaluator
from aekit.training.faults import fault, first_line
from aekit.training.feed import make_feed
from aekit.training.losses import TOTAL, Losses
from aekit.training.model import Model
from aekit.training.rollback import STRIDE, gentler
from aekit.training.setup import Prepared
from aekit.training.state import randomness_of
from aekit.training.trainer import Trainer

#: `validate: auto` tests after every epoch, or every so many whole epochs that there are this many steps between.
STEPS_BETWEEN_TESTS = 200
STREAM_STEPS_BETWEEN_TESTS = 1000


class StageRun:
    """A stage of a recipe, ready to be trained.

    Args:
        prepared: the recipe with its data and networks, as the stages before have left them.
        index: which stage.
        rollbacks: how often the run went back after a collapse: rates are lower for it, and seeds others.

    Attributes:
        batch_size: the recipe's; all examples, where the trainer learns from fewer than that.
        steps: how many make a phase.
        test_every: steps between validation passes.

    Raises:
        InputError: an option that does not fit the data, or a component against its contract.
    """

    def __init__(self, prepared: Prepared, index: int, rollbacks: int = 0) -> None:
        self.recipe, self.data, self.networks = prepared.recipe, prepared.data, prepared.networks
        self.index = index
        self.stage = gentler(prepared.recipe.stages[index], self.recipe.on_collapse.rate**rollbacks)
        self._thaw = freeze(self.networks, self.stage.freeze)
        losses = Losses.from_entries(self.stage.losses)
        self.trainer = make_trainer(self.stage, self.networks, losses)
        learned = learned_data(self.stage, self.trainer, self.data, self.recipe.seed)
        self.batch_size = fitting_batch(self.stage, self.trainer, self.data, learned)
        self.feed = make_feed(
            learned,
            self.batch_size,
            seed=self.recipe.seed + 7919 * index + STRIDE * rollbacks,
            memory=self.recipe.memory,
            batches_per_step=self.trainer.batches_per_step,
        )
        losses.steps_per_epoch = self.steps_per_epoch = self.feed.steps_per_epoch
        self.steps = steps_of(self.stage, self.steps_per_epoch)
        self.test_every = validation_interval(self.recipe, self.steps_per_epoch)
        self.compile = resolve_compile(self.stage.compile, self.trainer, self.data)
        with self.randomness_kept():
            check_test_step(self.trainer, self.data)
        self._trace_anew()

    def enter_phase(self, phase: str) -> None:
        """Make `phase` the constant that the next trace sees."""
        if phase != self.trainer.phase:
            self.trainer.phase = phase
            self._trace_anew()

    def _trace_anew(self) -> None:
        batch_size = max(256, self.batch_size)
        self.evaluator = Evaluator(self.trainer, self.data, "validation", batch_size, self.recipe.memory)
        self.engine = Engine(self.trainer, self.feed, self.compile)

    def validate(self) -> dict[str, float]:
        """Means over the validation split; training goes on with the same random numbers as without it."""
        with self.randomness_kept():
            return self.evaluator.means()

    @cached_property
    def asking(self) -> Asking:
        """Questions to the networks in training, or to their moving averages where the trainer keeps any."""
        networks = self.networks.replaced(self.trainer.average)
        return Asking(Model(networks, self.recipe, self.data.example_shape, lambda: self.data))

    @contextmanager
    def randomness_kept(self) -> Iterator[None]:
        """Leave the seed generators as they were found."""
        variables = randomness_of(self.trainer)
        values = [tf.identity(variable.value) for variable in variables]
        yield
        for variable, value in zip(variables, values, strict=True):
            variable.assign(value)

    def split(self, means: Mapping[str, float]) -> tuple[dict[str, float], dict[str, dict[str, float]]]:
        """(losses, {"gauges": the trainer's}); no gauges where it has none."""
        gauges = {name: means[name] for name in self.trainer.gauges if name in means}
        losses = {name: value for name, value in means.items() if name not in gauges}
        return losses, {"gauges": gauges} if gauges else {}

    def epoch(self, step: int) -> float | None:
        return None if self.steps_per_epoch is None else round(step / self.steps_per_epoch, 3)

    def learning_rate(self) -> float | None:
        optimizers = optimizers_of(self.trainer)
        return float(optimizers[0].learning_rate) if optimizers else None

    def close(self) -> None:
        """Stop reading ahead, and make trainable again what this stage froze."""
        self.feed.close()
        self._thaw()


def make_trainer(stage: Stage, networks: Any, losses: Losses) -> Trainer:
    """The stage's trainer; what fails in its making is told with its name."""
    entry = stage.trainer
    make = registry.find("trainer", entry.type).make
    try:
        trainer = make(networks, losses, **entry.options)
    except AekitError:
        raise
    except Exception as error:
        raise fault(entry, first_line(error)) from error
    if not isinstance(trainer, Trainer):
        raise fault(entry, "must be a class on aekit.Trainer")
    return trainer


def learned_data(stage: Stage, trainer: Trainer, data: Data, seed: int) -> Data:
    """The data with those training examples that the trainer learns from."""
    try:
        chosen = trainer.examples(data.train, seed)
    except ValueError as error:
        raise fault(stage.trainer, str(error)) from error
    if chosen is None:
        return data
    if isinstance(data.train, Stream):
        raise fault(stage.trainer, "chooses examples, and the training data are a stream, of which none can be chosen")
    return replace(data, train=data.train.take(chosen))


def fitting_batch(stage: Stage, trainer: Trainer, data: Data, learned: Data) -> int:
    """The stage's batch size, or all that the trainer has chosen: a few labels make one batch."""
    if learned is data or isinstance(learned.train, Stream):
        return stage.batch_size
    return max(1, min(stage.batch_size, len(learned.train) // trainer.batches_per_step))


def check_test_step(trainer: Trainer, data: Data) -> dict[str, float]:
    """One forward pass on two examples: shapes fit, every loss finds its keys and gives one value per example."""
    batch: dict[str, Any] = {"x": tf.constant(data.first("validation", 2))}
    labels = data.validation.y
    if labels is not None:
        batch["y"] = tf.constant(labels[: len(batch["x"])])
    frozen = trainer.frozen_part()
    try:
        if frozen:
            batch["x"] = frozen(batch["x"])
        logs = trainer.test_step(batch)
    except AekitError:
        raise
    except Exception as error:
        raise PluginError(f"a first pass on two examples failed: {first_line(error)}") from error
    if not isinstance(logs, Mapping) or TOTAL not in logs or any(len(value.shape) for value in logs.values()):
        raise PluginError(
            f"{type(trainer).__name__}.test_step must return {{name: scalar}} with '{TOTAL}', received {logs}"
        )
    return {name: float(value) for name, value in logs.items()}


def freeze(networks: Mapping[str, keras.Model], frozen: tuple[str, ...]) -> Callable[[], None]:
    """Make the named roles, or `role/layer` of them, untrainable; the function returned undoes it.

    Raises:
        InputError: no such role or layer.
    """
    changed: list[tuple[keras.layers.Layer, bool]] = []
    for name in frozen:
        target = _named(networks, name)
        changed += [(layer, layer.trainable) for layer in layers_of(target)]
        target.trainable = False

    def thaw() -> None:
        for layer, trainable in changed:
            layer.trainable = trainable

    return thaw


def _named(networks: Mapping[str, keras.Model], name: str) -> keras.layers.Layer:
    role, _, layer = name.partition("/")
    if role not in networks:
        raise InputError(f"freeze: there is no network '{role}'; the recipe has {', '.join(networks)}")
    if not layer:
        return networks[role]
    try:
        return networks[role].get_layer(layer)
    except ValueError:
        names = ", ".join(item.name for item in networks[role].layers)
        raise InputError(f"freeze: the {role} has no layer '{layer}'; it has {names}") from None


def steps_of(stage: Stage, steps_per_epoch: int | None) -> int:
    """How many steps each phase of the stage takes."""
    if stage.steps is not None:
        return stage.steps
    if steps_per_epoch is None:
        raise InputError("epochs: this data is a stream without end and has no epochs; give steps instead")
    return (stage.epochs or 0) * steps_per_epoch


def validation_interval(recipe: Recipe, steps_per_epoch: int | None) -> int:
    """Steps between validation passes."""
    if recipe.validate.steps:
        return recipe.validate.steps
    if steps_per_epoch is None:
        return STREAM_STEPS_BETWEEN_TESTS
    epochs = recipe.validate.epochs or math.ceil(STEPS_BETWEEN_TESTS / steps_per_epoch)
    return epochs * steps_per_epoch
