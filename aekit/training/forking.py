"""The first start of a run that begins with another one's checkpoint, under its own recipe's settings."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import keras

from aekit.errors import CheckpointError, RunError
from aekit.recipe import Recipe
from aekit.run import RunDirectory, read_info
from aekit.training.checkpoints import Checkpoint, read_checkpoint
from aekit.training.networks import Networks
from aekit.training.progress import Progress
from aekit.training.state import AVERAGE, Tensor, owners, read_state, write_networks, write_state
from aekit.training.trainer import Trainer

if TYPE_CHECKING:
    from aekit.training.stages import StageRun


def is_first_start(run: RunDirectory, recipe: Recipe, found: Checkpoint) -> bool:
    """Whether `found` is the parent's checkpoint that a fork begins with, and no checkpoint of its own.

    Raises:
        CheckpointError: it was made in a stage that the recipe does not have.
    """
    parent = read_info(run).get("forked_from")
    if not isinstance(parent, dict) or parent.get("step") != found.progress["total"]:
        return False
    if found.progress["stage"] >= len(recipe.stages):
        stage, count = found.progress["stage"], len(recipe.stages)
        raise CheckpointError(f"the checkpoint does not fit: it is of stage {stage}, the recipe's {count} begin at 0")
    return True


def first_stage(run: RunDirectory, networks: Networks) -> int:
    """The stage that a run begins with, its networks as another run's stage has left them where it begins after one.

    Networks that the other run had not keep their fresh weights, those that only it had are left out.

    Raises:
        CheckpointError: the file is damaged, or its networks do not fit; nothing was changed then.
    """
    origin = read_info(run).get("started_from")
    if not isinstance(origin, dict):
        return 0
    tensors = read_checkpoint(run.origin).tensors
    there = {key.split("/")[0] for key in tensors}
    common = {role: model for role, model in networks.items() if role in there}
    if not common:
        raise CheckpointError(f"{run.origin} has no network of this recipe, which has {', '.join(networks)}")
    write_networks(common, tensors)
    return int(origin.get("first_stage", 0))


def begin_fork(stage: StageRun, tensors: Mapping[str, Tensor], progress: Progress) -> None:
    """Put the parent's state into the stage's trainer, and count on from where the parent was.

    What the parent found best is forgotten: another recipe need not agree with it.

    Raises:
        CheckpointError: the state does not fit the networks or the optimizer; nothing was changed then.
        RunError: the recipe has nothing left to train.
    """
    write_state(stage.trainer, adopted(stage.trainer, tensors))
    progress.best, progress.waited = None, 0
    progress.sums, progress.summed = {}, 0
    progress.ended = progress.step >= stage.steps
    last = stage.index + 1 == len(stage.recipe.stages) and progress.phase + 1 >= len(stage.trainer.phases)
    if progress.ended and last:
        raise RunError(
            f"nothing is left to train: the checkpoint has {progress.step} steps of stage '{stage.stage.name}', "
            f"the recipe {stage.steps}; more epochs or steps go on from there"
        )


def adopted(trainer: Trainer, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The state that `trainer` goes on with: the parent's, but for the optimizers' options and new generators.

    An option that is a variable (the learning rate; none where it follows a schedule) is the trainer's own. A seed
    generator that the parent had not starts fresh, one that only the parent had is dropped; so are moving averages, but
    a new one begins at the parent's network.
    """
    fresh, taken = read_state(trainer), dict[str, Tensor]()
    tensors = _with_averages(trainer, fresh, tensors)
    known = set()
    for owner, item in owners(trainer):
        known.add(owner)
        here, there = _of(owner, fresh), _of(owner, tensors)
        options = item.get_config() if isinstance(item, keras.optimizers.Optimizer) else {}
        own = {key for key in here if _is_option(fresh[key], options)}
        if isinstance(item, keras.random.SeedGenerator) and not there:
            own = set(here)
        places = [key for key in here if key not in own]
        values = [tensors[key] for key in there if not _is_option(tensors[key], options)]
        places += [f"{owner}/{position:03d}" for position in range(len(here), len(here) + len(values) - len(places))]
        taken |= {key: fresh[key] for key in own} | dict(zip(places, values, strict=False))
    left = {key: tensor for key, tensor in tensors.items() if key.split("/")[0] not in known}
    return taken | {key: tensor for key, tensor in left.items() if not _is_generator(tensor)}


def _with_averages(trainer: Trainer, fresh: Mapping[str, Tensor], tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The parent's state with the averages that the trainer keeps; new ones begin at the parent's networks."""
    found = {key: tensor for key, tensor in tensors.items() if not key.startswith(AVERAGE)}
    for role in trainer.average:
        for key in _of(role, found):
            place = AVERAGE + key
            found[place] = tensors.get(place) or Tensor(fresh[place].path, found[key].value)
    return found


def _of(owner: str, tensors: Mapping[str, Tensor]) -> list[str]:
    keys = (key for key in tensors if key.split("/")[0] == owner)
    return sorted(keys, key=lambda key: int(key.split("/")[1]))


def _is_option(tensor: Tensor, options: Mapping[str, Any]) -> bool:
    return tensor.value.shape == () and tensor.path.rsplit("/", 1)[-1] in options


def _is_generator(tensor: Tensor) -> bool:
    return tensor.path.rsplit("/", 1)[-1].startswith("seed_generator_state")
