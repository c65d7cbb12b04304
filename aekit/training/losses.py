"""The weighted sum of a stage's losses."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from keras import ops

from aekit import registry
from aekit.errors import AekitError, PluginError
from aekit.recipe import Entry
from aekit.training.faults import fault
from aekit.training.ramp import Ramp

TOTAL = "loss"
PLAYERS = ("discriminator", "generator")


@dataclass(frozen=True)
class Term:
    """One loss of the sum, under its recipe's key."""

    key: str
    compute: Callable[..., Any]
    options: Mapping[str, Any]
    weight: float | Ramp = 1.0
    entry: Entry | None = None

    def fault(self, message: str) -> AekitError:
        """What is wrong with this loss, at its place in the recipe."""
        return fault(self.entry, message) if self.entry else PluginError(f"loss '{self.key}': {message}")

    def __call__(self, out: Mapping[str, Any]) -> Any:
        try:
            return self.compute(out, **self.options)
        except ValueError as error:
            raise self.fault(str(error)) from error
        except KeyError as missing:
            wants = f"wants {missing.args[0]!r}, which this trainer and these networks do not give"
            raise self.fault(f"{wants}; they give {', '.join(out)}") from missing


class Losses:
    """`losses(out)` -> {"loss": weighted sum, key: value, ...}, each per example, shape (batch,).

    In a game `losses(out, player)` gives that player's: of a loss that returns one value for each player, {"generator":
    ..., "discriminator": ...}, its own, where it has one. A loss of one value is the generator's.

    Attributes:
        steps_per_epoch: what ramps over epochs are counted by; set before a step is traced.
    """

    def __init__(self, terms: Iterable[Term]) -> None:
        self.terms = tuple(terms)
        self.steps_per_epoch: int | None = None

    @classmethod
    def from_entries(cls, entries: Iterable[Entry]) -> Losses:
        return cls(Term(e.key, registry.find("loss", e.type).make, e.options, _weight(e.weight), e) for e in entries)

    def __call__(self, out: Mapping[str, Any], player: str | None = None) -> dict[str, Any]:
        values = {term.key: value for term in self.terms if (value := _value(term, out, player)) is not None}
        parts = [self._weighted(term, values[term.key], out) for term in self.terms if term.key in values]
        if not parts:
            whose = f" of the {player}: gan_bce, hinge and their like are losses of both players" if player else ""
            raise PluginError(f"there is no loss{whose}")
        return {TOTAL: sum(parts[1:], start=parts[0]), **values}

    def _weighted(self, term: Term, value: Any, out: Mapping[str, Any]) -> Any:
        if isinstance(term.weight, Ramp):
            return term.weight.at(out["step"], self.steps_per_epoch) * value
        return value if term.weight == 1.0 else term.weight * value


def _value(term: Term, out: Mapping[str, Any], player: str | None) -> Any:
    """The loss of each example, (batch,), for this player; None where the loss is none of the player's."""
    given = term(out)
    if isinstance(given, Mapping):
        if player is None:
            raise term.fault(f"is a loss of the players {' and '.join(given)}; this trainer has none")
        strangers = [name for name in given if name not in PLAYERS]
        if strangers:
            raise term.fault(f"gives a loss of '{strangers[0]}'; the players are {' and '.join(PLAYERS)}")
        given = given.get(player)
    elif player not in (None, "generator"):
        return None
    return None if given is None else _per_example(term, given)


def _per_example(term: Term, given: Any) -> Any:
    value = ops.cast(given, "float32")
    if len(value.shape) != 1:
        raise term.fault(f"must give one value per example, shape (batch,); its shape is {tuple(value.shape)}")
    return value


def _weight(weight: float | Mapping[str, Any] | None) -> float | Ramp:
    if not isinstance(weight, Mapping):
        return 1.0 if weight is None else float(weight)
    return Ramp.from_recipe(weight)
