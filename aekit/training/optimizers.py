"""Keras optimizers and schedules from a recipe's mappings."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import keras

from aekit.errors import InputError, did_you_mean


def make_optimizer(
    optimizer: str | Mapping[str, Any], variables: Iterable[keras.Variable]
) -> keras.optimizers.Optimizer:
    """A Keras optimizer, built for `variables` (a compiled step must not create any).

    Args:
        optimizer: a name, or {"type": name, **options of its Keras class}; `learning_rate` may be a schedule,
            {"type": name, **options}.
        variables: what it will change.

    Raises:
        InputError: an unknown name or option.
    """
    spec: dict[str, Any] = {"type": optimizer} if isinstance(optimizer, str) else dict(optimizer)
    if isinstance(spec.get("learning_rate"), Mapping):
        spec["learning_rate"] = _make(keras.optimizers.schedules, "schedule", spec["learning_rate"])
    made = _make(keras.optimizers, "optimizer", spec)
    made.build(list(variables))
    return made


def _make(module: Any, what: str, spec: Mapping[str, Any]) -> Any:
    classes = {name.lower(): getattr(module, name) for name in dir(module) if name[0].isupper()}
    options = dict(spec)
    name = str(options.pop("type"))
    try:
        make = classes[name.replace("_", "").lower()]
    except KeyError:
        raise InputError(f"Keras has no {what} '{name}'.{did_you_mean(name, classes)}") from None
    try:
        return make(**options)
    except (TypeError, ValueError) as error:
        raise InputError(f"{what} '{name}': {error}") from error
