"""Checking what stands under a component or a setting: unknown, missing and wrong options, and the defaults."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from aekit.catalog import UNKNOWN, Catalog, Component, Parameter
from aekit.errors import did_you_mean
from aekit.recipe.annotations import (
    Mismatch,
    accept,
    accepts_null,
    accepts_optimizer,
    as_plain,
    resolve,
)
from aekit.recipe.nodes import Mapping, Node, is_null, is_removed, plain, walk
from aekit.recipe.places import Place
from aekit.recipe.problems import Problems


@dataclass
class Checking:
    """What one check works with: the catalog, the problems found so far, and notes for the run's start."""

    catalog: Catalog
    problems: Problems = field(default_factory=Problems)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Group:
    """A set of options and whose they are.

    Args:
        title: as messages call it, "encoder 'mlp'".
        parameters: the options by name.
        word: what they are called, "option" or "key".
        component: whose they are, where they are a component's.
    """

    title: str
    parameters: dict[str, Parameter]
    word: str = "option"
    component: Component | None = None

    @classmethod
    def of_table(cls, title: str, table: dict[str, tuple[str, Any]], word: str = "option") -> Group:
        """A group from {name: (annotation, default)}."""
        return cls(title, {name: Parameter(name, *entry) for name, entry in table.items()}, word)

    @property
    def place(self) -> str | None:
        return self.component.place if self.component else None

    def annotation(self, parameter: Parameter) -> Any:
        """The type that the parameter's annotation means, or UNKNOWN."""
        return resolve(parameter.annotation, self.component.literals if self.component else {})


def check_options(
    checking: Checking, group: Group, mapping: Mapping, where: Place, beside: Iterable[str] = ()
) -> dict[str, Any]:
    """Every option of the group with its value, defaults written in; problems are added to `checking`.

    Args:
        where: what is marked when an option is missing.
        beside: keys of the mapping that are no options and are checked elsewhere.
    """
    check_keys(checking, group, mapping, beside)
    options = {}
    for parameter in group.parameters.values():
        node = mapping.get(parameter.name)
        annotation = group.annotation(parameter)
        if node is None or (is_removed(node) and not accepts_null(annotation)):
            value = _default(checking, group, parameter, where)
        else:
            value = check_option(checking, group, parameter, annotation, node)
        if value is not UNKNOWN:
            options[parameter.name] = value
    return options


def check_keys(checking: Checking, group: Group, mapping: Mapping, beside: Iterable[str] = ()) -> None:
    """Report every key of the mapping that the group does not have."""
    known = [*group.parameters, *beside]
    for key, place, node in mapping.items():
        if key in known or is_removed(node):
            continue
        message = f"{group.title} has no {group.word} '{key}'.{did_you_mean(key, known)}".removesuffix(".")
        exists = f"{group.word}s: {', '.join(group.parameters) or 'none'}"
        checking.problems.add(place, message, [exists], group.place)


def _default(checking: Checking, group: Group, parameter: Parameter, where: Place) -> Any:
    if parameter.required:
        note = f"{parameter.name}: {parameter.doc}" if parameter.doc else _exists(group)
        checking.problems.add(where, f"{group.title} needs the {group.word} '{parameter.name}'", [note], group.place)
        return UNKNOWN
    if parameter.default is not UNKNOWN and accepts_optimizer(group.annotation(parameter)):
        from aekit.recipe.optimizers import default_optimizer

        return default_optimizer(parameter.default)
    if parameter.default is UNKNOWN:
        return UNKNOWN
    default = as_plain(parameter.default)
    accepted = accept(group.annotation(parameter), default)
    return default if isinstance(accepted, Mismatch) else accepted


def _exists(group: Group) -> str:
    return f"{group.word}s: {', '.join(group.parameters)}"


def check_option(checking: Checking, group: Group, parameter: Parameter, annotation: Any, node: Node) -> Any:
    """The value of one option in normal form, or UNKNOWN after a problem."""
    if accepts_optimizer(annotation):
        from aekit.recipe.optimizers import check_optimizer

        if not (is_null(node) and accepts_null(annotation)):
            return check_optimizer(checking, node)
    if annotation is UNKNOWN:
        note = (
            f"{group.title}: the {group.word} '{parameter.name}' is checked when the run starts: {parameter.annotation}"
        )
        checking.notes.append(note)
        return plain(node)
    value = accept(annotation, plain(node))
    if not isinstance(value, Mismatch):
        return value
    add_mismatch(checking, group, parameter, node, value)
    return UNKNOWN


def add_mismatch(checking: Checking, group: Group, parameter: Parameter, node: Node, mismatch: Mismatch) -> None:
    """Report a value that its option does not accept, at the item that is at fault."""
    message = f"{group.word} '{parameter.name}' of {group.title}: {mismatch}"
    notes = [*mismatch.notes, *([f"{parameter.name}: {parameter.doc}"] if parameter.doc else [])]
    place = f"{group.component.plugin.shown}:{parameter.line}" if group.component else None
    checking.problems.add(walk(node, mismatch.path).place, message, notes, place)
