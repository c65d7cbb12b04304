"""The registry: components by kind and type, put there by the decorators.

A component's positional parameters come from the framework, its keyword-only parameters from the recipe.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable, Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from aekit.errors import PluginError, did_you_mean

#: Every kind, with the positional parameters that the framework gives; those in brackets are optional.
KINDS: dict[str, tuple[str, ...]] = {
    "data": (),
    "encoder": ("input_shape",),
    "latent": ("feature_shape",),
    "decoder": ("latent_shape", "output_shape", "[mirror]", "[mean_logits]"),
    "loss": ("out",),
    "trainer": ("networks", "losses"),
    "metric": ("model", "split", "[figures]"),
}
RESERVED_OPTIONS = ("type", "weight")

Component = TypeVar("Component", bound=Callable[..., Any])


@dataclass(frozen=True)
class Registered:
    """A component as its decorator saw it.

    Attributes:
        make: the class or function itself.
        check: of a metric, `check(data, **options)`: raises AekitError where the metric cannot be had of this data.
    """

    kind: str
    name: str
    make: Callable[..., Any]
    file: Path
    line: int
    check: Callable[..., None] | None = None

    @property
    def place(self) -> str:
        return f"{self.file}:{self.line}"


_registered: dict[tuple[str, str], Registered] = {}


def _decorator(kind: str) -> Callable[[str], Callable[[Component], Component]]:
    def named(name: str) -> Callable[[Component], Component]:
        def register(component: Component) -> Component:
            _register(kind, name, component)
            return component

        return register

    named.__name__ = kind
    named.__doc__ = f"Register a {kind} under `name`, the `type` by which recipes call it."
    return named


def metric(name: str, *, check: Callable[..., None] | None = None) -> Callable[[Component], Component]:
    """Register a metric under `name`, the `type` by which recipes call it.

    Args:
        check: `check(data, **options)` is called before a run trains, and raises AekitError where the metric could
            not be had at its end.
    """

    def register(component: Component) -> Component:
        _register("metric", name, component, check)
        return component

    return register


def _register(kind: str, name: str, component: Callable[..., Any], check: Callable[..., None] | None = None) -> None:
    code = inspect.unwrap(component)
    entry = Registered(kind, name, component, Path(inspect.getfile(code)), inspect.getsourcelines(code)[1], check)
    check_signature(entry)
    earlier = _registered.get((kind, name))
    if earlier and earlier.file != entry.file:
        raise PluginError(f"{kind} '{name}' at {entry.place} is already defined at {earlier.place}")
    _registered[kind, name] = entry


def check_signature(entry: Registered) -> None:
    """Raise PluginError unless the signature keeps its kind's contract."""
    parameters = list(inspect.signature(entry.make).parameters.values())
    what = f"{entry.kind} '{entry.name}' at {entry.place}"
    for parameter in parameters:
        if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
            raise PluginError(f"{what} takes *{parameter.name}: every option needs a name of its own")
    given = tuple(p.name for p in parameters if p.kind != p.KEYWORD_ONLY)
    expected = KINDS[entry.kind]
    if not keeps_contract(entry.kind, given):
        raise PluginError(
            f"{what} takes the positional arguments ({', '.join(given)}); "
            f"the framework gives a {entry.kind} ({', '.join(expected)}), options come after *"
        )
    reserved = [p.name for p in parameters if p.name in RESERVED_OPTIONS]
    if reserved:
        raise PluginError(f"{what} has an option called '{reserved[0]}', which every recipe entry may have itself")


def keeps_contract(kind: str, positional: tuple[str, ...]) -> bool:
    """Whether these are the kind's positional arguments, in order; those in brackets may be left out."""
    wanted = tuple(name for name in KINDS[kind] if name[0] != "[" or name.strip("[]") in positional)
    return positional == tuple(name.strip("[]") for name in wanted)


def find(kind: str, name: str) -> Registered:
    """The registered component, or PluginError with the near miss and what exists."""
    try:
        return _registered[kind, name]
    except KeyError:
        names = sorted(known for of_kind, known in _registered if of_kind == kind)
        raise PluginError(
            f"there is no {kind} '{name}'.{did_you_mean(name, names)} Registered: {', '.join(names) or 'none'}"
        ) from None


def forget(files: Collection[Path]) -> None:
    """Take out the components that these files have registered."""
    for key in [key for key, entry in _registered.items() if entry.file in files]:
        del _registered[key]


def registered() -> tuple[Registered, ...]:
    """Every component registered so far, in order of kind and name."""
    return tuple(_registered[key] for key in sorted(_registered))


data = _decorator("data")
encoder = _decorator("encoder")
latent = _decorator("latent")
decoder = _decorator("decoder")
loss = _decorator("loss")
trainer = _decorator("trainer")
