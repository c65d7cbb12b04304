"""Weights: a number, or a ramp from one value to another."""

from __future__ import annotations

from typing import Any

from aekit.catalog import MISSING, UNKNOWN
from aekit.recipe.annotations import check_value
from aekit.recipe.nodes import Mapping, Node, is_null, plain
from aekit.recipe.options import Checking, Group, check_options
from aekit.recipe.scalars import show

RAMP = {
    "from": ("float", MISSING),
    "to": ("float", MISSING),
    "steps": ("Annotated[int, Field(gt=0)] | None", None),
    "epochs": ("Annotated[int, Field(gt=0)] | None", None),
}


def check_weight(checking: Checking, node: Node, title: str) -> Any:
    """A loss's weight: a float, or a ramp; UNKNOWN after a problem."""
    if isinstance(node, Mapping):
        return check_ramp(checking, node, title)
    value = plain(node)
    if check_value(float, value):
        message = f"{title}: expected a number or a ramp, received {show(value)}"
        checking.problems.add(
            node.place, message, ["a ramp: {from: 0, to: 1, steps: 5000}, or epochs in place of steps"]
        )
        return UNKNOWN
    return float(value)


def check_ramp(checking: Checking, node: Mapping, title: str) -> Any:
    """{"from", "to", "steps" | "epochs"}, or UNKNOWN after a problem."""
    group = Group.of_table(f"the ramp of {title}", RAMP)
    before = len(checking.problems.found)
    ramp = check_options(checking, group, node, node.place)
    given = [key for key in ("steps", "epochs") if key in node.values and not is_null(node.get(key))]
    if len(given) != 1:
        checking.problems.add(node.place, f"{group.title} needs either steps or epochs")
    if len(checking.problems.found) > before:
        return UNKNOWN
    return {"from": ramp["from"], "to": ramp["to"], given[0]: ramp[given[0]]}
