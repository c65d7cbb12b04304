"""A recipe that has been read and checked: complete, every default written in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from aekit.catalog import Catalog
from aekit.recipe.places import Place

#: The kind of component that stands in each role, in the order in which recipes are written.
ROLES = {
    "encoder": "encoder",
    "latent": "latent",
    "decoder": "decoder",
    "generator": "decoder",
    "discriminator": "encoder",
    "head": "encoder",
}
#: The name of the one stage of a recipe without `stages`.
ONLY_STAGE = "train"


@dataclass(frozen=True)
class Entry:
    """One component as the recipe uses it.

    Args:
        kind, type: which component.
        key: under which it stands: a role, "data", "trainer", or a loss's or metric's key.
        options: every option with its value; only defaults that the plugin computes are left out.
        weight: of a loss, a number or a ramp {"from", "to", "steps" | "epochs"}; None for other kinds.
        place: where it stands.
    """

    kind: str
    type: str
    key: str
    options: dict[str, Any]
    weight: float | dict[str, Any] | None = None
    place: Place | None = field(default=None, compare=False, repr=False)

    def as_dict(self) -> dict[str, Any]:
        """{"type": ..., **options}; a loss or metric under its own type's key leaves the type out."""
        named = self.kind in ("loss", "metric") and self.key == self.type
        weight = {} if self.weight is None else {"weight": self.weight}
        return ({} if named else {"type": self.type}) | weight | self.options


@dataclass(frozen=True)
class Stage:
    """One stage of training: exactly one of `epochs` and `steps` is given.

    Args:
        epochs, steps: how long; epochs are per phase of the trainer.
        batch_size: examples in one minibatch.
        freeze: roles that are not trained, or "role/layer".
        compile: how much XLA compiles; "auto" until the stage has begun.
    """

    name: str
    trainer: Entry
    losses: tuple[Entry, ...]
    metrics: tuple[Entry, ...]
    epochs: int | None
    steps: int | None
    batch_size: int
    freeze: tuple[str, ...] = ()
    compile: str = "auto"

    def as_dict(self) -> dict[str, Any]:
        """The stage without its name, in the recipe grammar."""
        return {
            "trainer": self.trainer.as_dict(),
            "losses": {entry.key: entry.as_dict() for entry in self.losses},
            "metrics": {entry.key: entry.as_dict() for entry in self.metrics},
            **({"steps": self.steps} if self.epochs is None else {"epochs": self.epochs}),
            "batch_size": self.batch_size,
            "freeze": list(self.freeze),
            "compile": self.compile,
        }


@dataclass(frozen=True)
class Interval:
    """Every so many epochs or steps; neither is given where the engine decides."""

    epochs: int | None = None
    steps: int | None = None

    @property
    def is_auto(self) -> bool:
        return self.epochs is None and self.steps is None

    def as_plain(self) -> str | dict[str, int]:
        """In the recipe grammar: "auto", {"epochs": n} or {"steps": n}."""
        if self.is_auto:
            return "auto"
        return {"epochs": self.epochs} if self.epochs is not None else {"steps": self.steps or 0}


@dataclass(frozen=True)
class EarlyStopping:
    """Stop when `measure` has not fallen by `minimum_change` in `patience` validation passes."""

    measure: str
    patience: int
    minimum_change: float


@dataclass(frozen=True)
class OnCollapse:
    """What a run does that has collapsed.

    Args:
        action: "keep" on training, "stop", or "rollback": go back to the last good checkpoint with another seed.
        times: how often it goes back at most; then it stops.
        rate: learning rates are multiplied by it every time.
    """

    action: str = "keep"
    times: int = 3
    rate: float = 0.5

    def as_plain(self) -> str | dict[str, Any]:
        """In the recipe grammar: the action, with the options of a rollback."""
        return asdict(self) if self.action == "rollback" else self.action


@dataclass(frozen=True)
class Checkpoints:
    """A checkpoint every `seconds` seconds; the last `keep` are kept."""

    seconds: float
    keep: int


@dataclass(frozen=True)
class Previews:
    """A preview of `count` probes every `seconds` seconds."""

    count: int
    seconds: float


@dataclass(frozen=True)
class PluginRef:
    """A local plugin file that the recipe's components come from.

    Args:
        path: absolute.
        sha256: of the file, as a run's recipe records it.
        copy: relative to the recipe's file, used where `path` is gone or has changed.
    """

    path: Path
    sha256: str | None = None
    copy: str | None = None

    def as_plain(self) -> str | dict[str, str]:
        """In the recipe grammar: the path, or a mapping with what else is known."""
        known = {"sha256": self.sha256, "copy": self.copy}
        more = {name: value for name, value in known.items() if value is not None}
        return {"path": str(self.path)} | more if more else str(self.path)


@dataclass(frozen=True)
class Recipe:
    """A whole recipe; equal recipes train alike, wherever they were read from.

    Args:
        name: the file's, without its ending.
        path: the file.
        output: the decoder's output activation; None follows the data's value range.
        memory: bytes of data that are held in memory at most.
        best: the measure whose lowest value marks the best checkpoint.
        notes: what could only be checked when the run starts.
        catalog: what its components were checked against.
    """

    name: str = field(compare=False)
    path: Path = field(compare=False)
    description: str
    seed: int
    data: Entry
    networks: dict[str, Entry]
    stages: tuple[Stage, ...]
    output: str | None
    device: str
    precision: str
    memory: int
    validate: Interval
    early_stopping: EarlyStopping | None
    on_collapse: OnCollapse
    best: str | None
    checkpoints: Checkpoints | None
    previews: Previews | None
    plugins: tuple[PluginRef, ...]
    notes: tuple[str, ...] = field(default=(), compare=False)
    catalog: Catalog = field(default_factory=lambda: Catalog({}), compare=False, repr=False)

    @property
    def entries(self) -> Iterator[Entry]:
        """Every component that the recipe uses: data, networks, then each stage's."""
        yield self.data
        yield from self.networks.values()
        for stage in self.stages:
            yield from (stage.trainer, *stage.losses, *stage.metrics)

    @property
    def metrics(self) -> tuple[Entry, ...]:
        """The metrics of all stages, each key once: the last stage's where several have it."""
        return tuple({entry.key: entry for stage in self.stages for entry in stage.metrics}.values())

    @property
    def wanted(self) -> tuple[tuple[str, str], ...]:
        """(kind, type) of every component, for `load_components`."""
        return tuple(dict.fromkeys((entry.kind, entry.type) for entry in self.entries))

    def as_dict(self) -> dict[str, Any]:
        """The recipe in its own grammar, every default written in."""
        from aekit.recipe.dump import recipe_as_dict

        return recipe_as_dict(self)

    def dump(self) -> str:
        """The recipe as YAML text; reading it again gives an equal recipe."""
        from aekit.recipe.dump import dump_yaml

        return dump_yaml(self.as_dict())
