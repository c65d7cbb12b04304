"""A recipe's options as the fields of a form, made from the signatures of the components that it uses."""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as Dict
from collections.abc import Sequence as ListOf
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args, get_origin

from aekit.catalog import Absent, Catalog, Component, Parameter
from aekit.recipe import settings
from aekit.recipe.annotations import Mismatch, accept, accepts_optimizer, as_plain, resolve
from aekit.recipe.components import takes_rate
from aekit.recipe.keras_names import OPTIMIZERS
from aekit.recipe.merge import read_recipe
from aekit.recipe.nodes import Mapping, Node, Scalar, Sequence, plain
from aekit.recipe.optimizers import RATE
from aekit.recipe.reader import text_at
from aekit.recipe.recipe import ROLES
from aekit.recipe.stages import BATCH_SIZE
from aekit.recipe.words import describe, is_union

from .checking import check_text
from .editing import as_yaml, value_of
from .grammar import NAMED_BY_KEY
from .meanings import choices, key_words

_SETTINGS = ("seed", "output", "compile", "device", "precision")


@dataclass(frozen=True)
class Field:
    """One option.

    Args:
        group: whose it is, "encoder mlp".
        path: where it stands in the recipe.
        value: as YAML: what the recipe says, or else the default; "" where neither is known.
        default: as YAML; "" where there is none.
        given: whether the recipe says it.
        words: what it may be, "a whole number > 0".
        doc: what it means.
        choices: the values that there are, where these can be listed.
    """

    group: str
    path: tuple[str, ...]
    value: str
    default: str = ""
    given: bool = False
    words: str = ""
    doc: str = ""
    choices: tuple[str, ...] = ()
    annotation: Any = field(default=Any, repr=False, compare=False)

    @property
    def name(self) -> str:
        return self.path[-1]

    def why_wrong(self, written: str) -> str:
        """What is wrong with a value for this option; "" where nothing is.

        Raises:
            InputError: it is not YAML.
        """
        value = value_of(written)
        found = accept(self.annotation, value)
        return str(found) if isinstance(found, Mismatch) else ""


def read_fields(text: str, path: Path) -> list[Field]:
    """The fields of a recipe's text by what recipes can name here; reading that takes its time.

    Raises:
        RecipeError: it is not YAML, or what it extends cannot be read.
    """
    return fields_of(text, path, check_text(text, path).catalog or Catalog({}))


def fields_of(text: str, path: Path, catalog: Catalog) -> list[Field]:
    """Every option of a recipe's text, group by group; parts whose type is not known are left out.

    Raises:
        RecipeError: it is not YAML, or what it extends cannot be read.
    """
    root, _ = read_recipe(text_at(text, path), path)
    stages = root.get("stages")
    listed = stages.items if isinstance(stages, Sequence) else ()
    named: list[tuple[tuple[str, ...], str, Mapping]] = [((), "", root), *_stages(listed)]
    found = [field for at, title, node in named for field in _length(node, at, title, top=not listed)]
    for key, kind in {"data": "data", **ROLES}.items():
        found += _component(root.get(key), (key,), key, kind, catalog)
    for at, title, node in named:
        found += _training(node, at, f"{title}: " if title else "", catalog)
    return [*found, *_settings(root)]


def _stages(listed: ListOf[Node]) -> Iterator[tuple[tuple[str, ...], str, Mapping]]:
    """Path, title and mapping of each stage."""
    for number, stage in enumerate(listed):
        if isinstance(stage, Mapping):
            name = stage.get("name")
            title = str(name.value) if isinstance(name, Scalar) else f"stage {number}"
            yield ("stages", str(number)), title, stage


def _length(holder: Mapping, path: tuple[str, ...], title: str, top: bool) -> Iterator[Field]:
    """How long, and in what batches.

    Args:
        top: whether it is the only stage, so that what it does not say is asked for too.
    """
    words = key_words().get("recipe", {})
    length = "steps" if "steps" in holder.values else "epochs"
    for key, default in ((length, ""), ("batch_size", str(BATCH_SIZE))):
        if (top and not path) or key in holder.values:
            yield _field(title or "training", (*path, key), holder, settings.POSITIVE, default, words.get(key, ""))


def _training(holder: Mapping, path: tuple[str, ...], before: str, catalog: Catalog) -> Iterator[Field]:
    """The trainer, losses and metrics of a stage."""
    yield from _component(holder.get("trainer"), (*path, "trainer"), f"{before}trainer", "trainer", catalog)
    for key, kind in NAMED_BY_KEY.items():
        entries = holder.get(key)
        if isinstance(entries, Mapping):
            for name, node in entries.values.items():
                yield from _component(node, (*path, key, name), f"{before}{kind}", kind, catalog, name)


def _settings(root: Mapping) -> Iterator[Field]:
    words = key_words().get("recipe", {})
    for key in _SETTINGS:
        annotation, default = settings.VALUES[key]
        yield _field("settings", (key,), root, annotation, as_yaml(default), words.get(key, ""))
    if {"generator", "on_collapse"} & set(root.values):  # what only a game can do
        annotation, usual = settings.ON_COLLAPSE["action"][0], settings.OnCollapse().action
        yield _field("settings", ("on_collapse",), root, annotation, usual, words.get("on_collapse", ""))


def _field(
    group: str, path: tuple[str, ...], holder: Mapping, source: str | None, default: str, doc: str,
    literals: Dict[str, Any] | None = None,
) -> Field:  # fmt: skip
    """The field of an option that stands in `holder`."""
    node = holder.get(path[-1])
    annotation = resolve(source, literals or {})
    value = as_yaml(plain(node)) if node else default
    known = tuple(item.name for item in choices(annotation)) if _can_be_listed(annotation) else ()
    return Field(group, path, value, default, node is not None, _words(annotation, source), doc, known, annotation)


def _can_be_listed(annotation: Any) -> bool:
    """Whether a value of this annotation is one of a few."""
    if is_union(annotation):
        return all(part is type(None) or _can_be_listed(part) for part in get_args(annotation))
    return annotation is bool or get_origin(annotation) is Literal


def _words(annotation: Any, source: str | None) -> str:
    if accepts_optimizer(annotation):
        return "an optimizer's name, or {type: name, ...}"
    return (source or "") if annotation.__class__ is Absent else describe(annotation)


def _component(
    node: Node | None, path: tuple[str, ...], part: str, kind: str, catalog: Catalog, key: str = ""
) -> Iterator[Field]:
    """The options of one component."""
    if not isinstance(node, Mapping):
        return
    mapping, named = node, node.get("type")
    component = catalog.find(kind, str(named.value) if isinstance(named, Scalar) else key)
    if component is None:
        return
    group = f"{part} {key or component.name}"
    if kind == "loss":
        yield _field(group, (*path, "weight"), mapping, None, "1.0", "a number, or a ramp {from, to, steps or epochs}")
    for parameter in component.parameters.values():
        yield _field(
            group, (*path, parameter.name), mapping, parameter.annotation, _default(parameter), parameter.doc,
            component.literals,
        )  # fmt: skip
    if takes_rate(component):
        yield _rate(group, path, mapping, component)


def _default(parameter: Parameter) -> str:
    return "" if isinstance(parameter.default, Absent) else as_yaml(as_plain(parameter.default))


def _rate(group: str, path: tuple[str, ...], trainer: Mapping, component: Component) -> Field:
    """The learning rate, where the recipe has it: beside a bare optimizer, or among its options."""
    optimizer = trainer.get("optimizer")
    default = component.parameters["optimizer"].default
    name = optimizer.get("type") if isinstance(optimizer, Mapping) else optimizer
    known = OPTIMIZERS.get(str(name.value) if isinstance(name, Scalar) else str(default), {})
    usual = as_yaml(known[RATE][1]) if RATE in known else ""
    doc = "of the optimizer; a number or {type: a schedule, ...}"
    if isinstance(optimizer, Mapping):
        return _field(group, (*path, "optimizer", RATE), optimizer, None, usual, doc)
    return _field(group, (*path, RATE), trainer, None, usual, doc)
