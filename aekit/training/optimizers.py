"""Keras optimizers and schedules from a recipe's mappings."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

import keras
from keras import ops

from aekit.errors import InputError, did_you_mean
from aekit.training.ramp import Ramp


class RampedSGD(keras.optimizers.SGD):
    """Gradient descent whose momentum changes with the steps: Keras' own bakes it in as a number.

    Args:
        momentum: gives the momentum of the present step, a scalar.
        options: of keras.optimizers.SGD.
    """

    def __init__(self, momentum: Callable[[], Any], **options: Any) -> None:
        super().__init__(momentum=0.5, **options)  # any but 0, so that velocities are kept
        self._now = momentum

    def update_step(self, gradient: Any, variable: Any, learning_rate: Any) -> None:
        """v <- momentum v - rate gradient; the variable moves by v, or as Nesterov says."""
        step = ops.cast(gradient, variable.dtype) * ops.cast(learning_rate, variable.dtype)
        momentum = ops.cast(self._now(), variable.dtype)
        velocity = self.momentums[self._get_variable_index(variable)]
        self.assign(velocity, velocity * momentum - step)
        self.assign_add(variable, velocity * momentum - step if self.nesterov else velocity)


def make_optimizer(
    optimizer: str | Mapping[str, Any],
    variables: Iterable[keras.Variable],
    follow: Callable[[Ramp], Any] | None = None,
) -> keras.optimizers.Optimizer:
    """A Keras optimizer, built for `variables` (a compiled step must not create any).

    Args:
        optimizer: a name, or {"type": name, **options of its Keras class}; `learning_rate` may be a schedule,
            {"type": name, **options}.
        variables: what it will change.
        follow: gives a ramp's value at the present step; a momentum may then be a ramp.

    Raises:
        InputError: an unknown name or option.
    """
    spec: dict[str, Any] = {"type": optimizer} if isinstance(optimizer, str) else dict(optimizer)
    if isinstance(spec.get("learning_rate"), Mapping):
        spec["learning_rate"] = _make(keras.optimizers.schedules, "schedule", spec["learning_rate"])
    ramp = spec.get("momentum")
    made = _ramped(spec, follow) if isinstance(ramp, Mapping) else _make(keras.optimizers, "optimizer", spec)
    made.build(list(variables))
    return made


def _ramped(spec: dict[str, Any], follow: Callable[[Ramp], Any] | None) -> RampedSGD:
    if spec["type"] != "sgd" or follow is None:
        raise InputError(f"optimizer '{spec['type']}': only sgd, in a trainer, takes a ramp as its momentum")
    ramp = Ramp.from_recipe(spec["momentum"])
    options = {name: value for name, value in spec.items() if name not in ("type", "momentum")}
    return RampedSGD(lambda: follow(ramp), **options)


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
