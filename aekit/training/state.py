"""The state of a training run: every tensor under its owner / position key.

The owner is a network's role or the trainer's attribute (`optimizer`, `optimizers.generator`), the position its place
in the owner's variables: `encoder/003`, `optimizers.generator/017`. Keras' own paths are not unique between networks
and its automatic names count per process, so path, shape and dtype are kept as checks only.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import keras
import numpy as np

from aekit.errors import CheckpointError
from aekit.training.seeds import global_generator
from aekit.training.trainer import Trainer

#: What the keys of a trainer's moving averages begin with; the networks' own keys follow.
AVERAGE = "average."


@dataclass(frozen=True)
class Tensor:
    """One tensor of the state with what it is checked by."""

    path: str
    value: np.ndarray

    @property
    def description(self) -> str:
        return f"{self.path} {self.value.shape} {self.value.dtype}"


def variables_of(trainer: Trainer) -> dict[str, keras.Variable]:
    """Every variable of the state by key, in a fixed order; one variable under two keys is an assertion."""
    found: dict[str, keras.Variable] = {}
    seen: dict[int, str] = {}
    for owner, item in owners(trainer):
        for position, variable in enumerate(_variables(item)):
            key = f"{owner}/{position:03d}"
            assert id(variable) not in seen, f"{variable.path} is both {seen[id(variable)]} and {key}"
            seen[id(variable)] = key
            found[key] = variable
    return found


def owners(trainer: Trainer) -> Iterator[tuple[str, Any]]:
    """Whatever has variables of the state, by its name in their keys."""
    yield from trainer.networks.items()
    in_networks = {id(model) for model in trainer.networks.values()}
    for name, value in vars(trainer).items():
        if not name.startswith("_") and name not in ("networks", "losses"):
            yield from _walk(name, value, in_networks)
    yield "global_seed", global_generator()


def _walk(owner: str, value: Any, skip: set[int]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, (keras.Variable, keras.random.SeedGenerator)):
        yield owner, value
    elif isinstance(value, (keras.Layer, keras.optimizers.Optimizer, keras.metrics.Metric)):
        if id(value) not in skip:
            yield owner, value
    elif isinstance(value, Mapping):
        for key, item in value.items():
            yield from _walk(f"{owner}.{key}", item, skip)
    elif isinstance(value, (list, tuple)):
        for index, item in enumerate(value):
            yield from _walk(f"{owner}.{index}", item, skip)


def _variables(item: Any) -> list[keras.Variable]:
    if isinstance(item, keras.Variable):
        return [item]
    return [item.state] if isinstance(item, keras.random.SeedGenerator) else list(item.variables)


def read_state(trainer: Trainer) -> dict[str, Tensor]:
    """A copy of the whole state in host memory."""
    return {key: Tensor(v.path, np.array(keras.ops.convert_to_numpy(v))) for key, v in variables_of(trainer).items()}


def write_state(trainer: Trainer, tensors: Mapping[str, Tensor]) -> None:
    """Put a whole state back.

    Raises:
        CheckpointError: a tensor is missing, left over, or of another shape, dtype or path; nothing was changed then.
    """
    variables = variables_of(trainer)
    _check_keys(set(variables), set(tensors))
    for key, variable in variables.items():
        _check_fit(key, variable, tensors[key])
    for key, variable in variables.items():
        variable.assign(tensors[key].value)


def averaged(tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """A state in which moving averages, a trainer's `average`, stand in the place of the networks they are of."""
    kept = {key.removeprefix(AVERAGE): tensor for key, tensor in tensors.items() if key.startswith(AVERAGE)}
    return {**tensors, **kept}


def write_networks(networks: Mapping[str, keras.Model], tensors: Mapping[str, Tensor]) -> None:
    """Put back the networks' part of a state, with the same checks."""
    targets = {f"{r}/{i:03d}": v for r, model in networks.items() for i, v in enumerate(model.variables)}
    _check_keys(set(targets), {key for key in tensors if key.split("/")[0] in networks})
    for key, variable in targets.items():
        _check_fit(key, variable, tensors[key])
        variable.assign(tensors[key].value)


def randomness_of(trainer: Trainer) -> list[keras.Variable]:
    """The seed generators' variables: what validation and previews must leave as they found it."""
    return [v for v in variables_of(trainer).values() if v.path.rsplit("/", 1)[-1].startswith("seed_generator_state")]


def _check_keys(wanted: set[str], given: set[str]) -> None:
    for keys, words in ((wanted - given, "lacks"), (given - wanted, "has no place for")):
        if keys:
            shown = ", ".join(sorted(keys)[:5]) + (f" and {len(keys) - 5} more" if len(keys) > 5 else "")
            side = "the checkpoint" if words == "lacks" else "this recipe"
            raise CheckpointError(f"the checkpoint does not fit: {side} {words} {shown}")


def _check_fit(key: str, variable: keras.Variable, tensor: Tensor) -> None:
    here = f"{variable.path} {tuple(variable.shape)} {variable.dtype}"
    same = tuple(variable.shape) == tensor.value.shape and variable.dtype == str(tensor.value.dtype)
    if not same or _bare(variable.path) != _bare(tensor.path):
        raise CheckpointError(f"the checkpoint does not fit: {key} is {tensor.description} there, {here} here")


def _bare(path: str) -> str:
    """A Keras path without the numbers that depend on what the process built before."""
    return re.sub(r"_\d+(?=/|$|_)", "", path)
