"""Checking the recipe's components: which exist, and what stands under them."""

from __future__ import annotations

from typing import Any

from aekit.catalog import UNKNOWN, Component, Parameter
from aekit.recipe.annotations import accepts_optimizer, resolve
from aekit.recipe.nodes import Mapping, Node, Scalar, is_null, is_removed, plain
from aekit.recipe.optimizers import RATE, check_optimizer, default_optimizer
from aekit.recipe.options import Checking, Group, check_options
from aekit.recipe.places import Place
from aekit.recipe.ramps import check_weight
from aekit.recipe.recipe import Entry
from aekit.recipe.scalars import show

#: Kinds whose entries may leave out `type`, because their key names it.
NAMED_BY_KEY = ("loss", "metric")
OPTIMIZER = "optimizer"


def check_entry(checking: Checking, kind: str, key: str, where: Place, node: Node) -> Entry | None:
    """A component's entry, complete; None after a problem that leaves nothing to use.

    Args:
        key: under which it stands; its type too, for losses and metrics that give none.
        where: the key's place.
    """
    if not isinstance(node, Mapping):
        _report_shape(checking, kind, key, where, node)
        return None
    found = _component(checking, kind, key, where, node)
    if found is None:
        return None
    weight: Any = None
    if kind == "loss":
        given = node.get("weight")
        weight = 1.0 if given is None or is_removed(given) else check_weight(checking, given, f"weight of loss '{key}'")
    options = _options(checking, found, node, where)
    return Entry(kind, found.name, key, options, weight, where)


def check_entries(checking: Checking, kind: str, node: Node | None, word: str) -> tuple[Entry, ...]:
    """The entries of a mapping of losses or metrics."""
    if node is None or is_removed(node):
        return ()
    if not isinstance(node, Mapping):
        message = f"{word}: expected a mapping such as {{squared_error: {{}}}}, received {show(plain(node))}"
        checking.problems.add(node.place, message)
        return ()
    entries = (
        check_entry(checking, kind, key, place, inner) for key, place, inner in node.items() if not is_removed(inner)
    )
    return tuple(entry for entry in entries if entry)


def _report_shape(checking: Checking, kind: str, key: str, where: Place, node: Node) -> None:
    if is_null(node):
        written = "{}" if kind in NAMED_BY_KEY else "{type: ...}"
        checking.problems.add(where, f"{kind} '{key}' is empty; write {key}: {written}")
        return
    written = "{}" if kind in NAMED_BY_KEY else f"{{type: {plain(node)}}}"
    message = f"{kind} '{key}': expected a mapping such as {written}, received {show(plain(node))}"
    checking.problems.add(node.place, message)


def _component(checking: Checking, kind: str, key: str, where: Place, node: Mapping) -> Component | None:
    named = node.get("type")
    types = ", ".join(component.name for component in checking.catalog.of_kind(kind))
    if (named is None or is_removed(named)) and kind not in NAMED_BY_KEY:
        checking.problems.add(where, f"{key} needs a `type`", [f"{kind} types: {types or 'none'}"])
        return None
    name = plain(named) if named and not is_removed(named) else key
    place = named.place if named and not is_removed(named) else where
    if not isinstance(name, str):
        checking.problems.add(place, f"the type of {key}: expected a name, received {show(name)}")
        return None
    component = checking.catalog.find(kind, name)
    if component is None:
        why = checking.catalog.why_missing(kind, name)
        checking.problems.add(place, why.message, why.notes, why.place)
    return component


def _options(checking: Checking, component: Component, node: Mapping, where: Place) -> dict[str, Any]:
    group = Group(f"{component.kind} '{component.name}'", component.parameters, component=component)
    beside = ["type", "weight"] if component.kind == "loss" else ["type"]
    if RATE not in node.values or not takes_rate(component):
        return check_options(checking, group, node, where, beside)
    rest = node.without(OPTIMIZER)
    options = check_options(checking, _without(group, OPTIMIZER), rest, where, [*beside, OPTIMIZER, RATE])
    value = _with_rate(checking, component.parameters[OPTIMIZER], node)
    ordered = options | ({} if value is UNKNOWN else {OPTIMIZER: value})
    return {name: ordered[name] for name in component.parameters if name in ordered}


def _without(group: Group, name: str) -> Group:
    kept = {key: parameter for key, parameter in group.parameters.items() if key != name}
    return Group(group.title, kept, group.word, group.component)


def _with_rate(checking: Checking, optimizer: Parameter, node: Mapping) -> Any:
    """The optimizer with the `learning_rate` beside it folded in: the one shortcut."""
    rate = node.get(RATE)
    rate = None if is_removed(rate) else rate
    given = node.get(OPTIMIZER)
    if given is None or is_removed(given):
        if isinstance(optimizer.default, str):
            given = Scalar(node.keys[RATE], optimizer.default)
        else:
            default = default_optimizer(optimizer.default)
            if rate is not None:
                checking.problems.add(node.keys[RATE], "learning_rate stands beside no optimizer")
            return default
    return check_optimizer(checking, given, rate)


def takes_rate(component: Component) -> bool:
    """Whether `learning_rate` may stand beside the trainer's optimizer: the one shortcut."""
    optimizer = component.parameters.get(OPTIMIZER)
    if optimizer is None or RATE in component.parameters:
        return False
    return accepts_optimizer(resolve(optimizer.annotation, component.literals))
