"""Optimizers and learning-rate schedules: names and options checked against what Keras has."""

from __future__ import annotations

from typing import Any

from aekit.catalog import UNKNOWN, Parameter
from aekit.errors import did_you_mean
from aekit.recipe.keras_names import OPTIMIZERS, SCHEDULES
from aekit.recipe.nodes import Mapping, Node, Scalar, is_null, is_removed
from aekit.recipe.options import Checking, Group, check_keys, check_option
from aekit.recipe.places import Place
from aekit.recipe.ramps import check_ramp
from aekit.recipe.scalars import show

RATE = "learning_rate"
#: Options that may change in the course of training, written as a ramp.
MAY_RAMP = ("momentum",)


def default_optimizer(default: Any) -> Any:
    """A trainer's default optimizer as a mapping."""
    return {"type": default} if isinstance(default, str) else default


def check_optimizer(checking: Checking, node: Node, beside_rate: Node | None = None) -> Any:
    """{"type": name, **options given}, or UNKNOWN after a problem.

    Args:
        node: a name, or a mapping with `type`.
        beside_rate: the `learning_rate` that stands beside a bare name.
    """
    if isinstance(node, Scalar) and isinstance(node.value, str):
        values: dict[str, Node] = {} if beside_rate is None else {RATE: beside_rate}
        options = Mapping(node.place, values, {name: value.place for name, value in values.items()})
        return _check(checking, "optimizer", OPTIMIZERS, node, options)
    if isinstance(node, Mapping):
        if beside_rate is not None:
            message = "learning_rate beside an optimizer with options of its own: write it among these"
            checking.problems.add(beside_rate.place, message, ["optimizer: {type: ..., learning_rate: ...}"])
        return _check_typed(checking, "optimizer", OPTIMIZERS, node)
    message = f"expected an optimizer's name or {{type: name, ...}}, received {show_node(node)}"
    checking.problems.add(node.place, message, [_exists("optimizer", OPTIMIZERS)])
    return UNKNOWN


def check_rate(checking: Checking, group: Group, node: Node, optimizer: str) -> Any:
    """A learning rate: a number, or a schedule whose initial rate is the optimizer's own where it is not given."""
    if not isinstance(node, Mapping):
        return check_option(checking, group, Parameter(RATE), _positive(), node)
    schedule = _check_typed(checking, "schedule", SCHEDULES, node)
    initial = "initial_learning_rate"
    if schedule is not UNKNOWN and initial in SCHEDULES[schedule["type"]] and initial not in schedule:
        return {"type": schedule["type"], initial: OPTIMIZERS[optimizer][RATE][1]} | schedule
    return schedule


def _positive() -> Any:
    from aekit.recipe.annotations import resolve

    return resolve("Annotated[float, Field(ge=0)]", {})


def _check_typed(checking: Checking, word: str, table: dict[str, Any], node: Mapping) -> Any:
    name = node.get("type")
    if not isinstance(name, Scalar) or not isinstance(name.value, str):
        where = name.place if name else node.place
        checking.problems.add(where, f"the {word} needs a `type`", [_exists(word, table)])
        return UNKNOWN
    return _check(checking, word, table, name, node.without("type"))


def _check(checking: Checking, word: str, table: dict[str, Any], name: Scalar, options: Mapping) -> Any:
    if name.value not in table:
        message = f"there is no {word} '{name.value}'.{did_you_mean(name.value, table)}".removesuffix(".")
        checking.problems.add(name.place, message, [_exists(word, table)])
        return UNKNOWN
    group = Group.of_table(f"{word} '{name.value}'", table[name.value])
    check_keys(checking, group, options)
    checked: dict[str, Any] = {"type": name.value}
    for key, _, node in options.items():
        if key in group.parameters and not is_removed(node):
            checked[key] = _check_one(checking, group, key, node, str(name.value))
    _check_missing(checking, group, options, name.place)
    return UNKNOWN if UNKNOWN in checked.values() else checked


def _check_one(checking: Checking, group: Group, key: str, node: Node, name: str) -> Any:
    parameter = group.parameters[key]
    if key == RATE:
        return check_rate(checking, group, node, name)
    if key in MAY_RAMP and isinstance(node, Mapping):
        return check_ramp(checking, node, f"{key} of {group.title}")
    return check_option(checking, group, parameter, group.annotation(parameter), node)


def _check_missing(checking: Checking, group: Group, options: Mapping, where: Place) -> None:
    for name, parameter in group.parameters.items():
        needed = parameter.default is ... and name != "initial_learning_rate"
        if needed and (options.get(name) is None or is_null(options.get(name))):
            notes = [f"options: {', '.join(group.parameters)}"]
            checking.problems.add(where, f"{group.title} needs the option '{name}'", notes)


def _exists(word: str, table: dict[str, Any]) -> str:
    return f"{word}s: {', '.join(table)}"


def show_node(node: Node) -> str:
    from aekit.recipe.nodes import plain

    return show(plain(node))
