"""Checking the recipe's settings: everything that is no component and no stage."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from aekit.catalog import MISSING, UNKNOWN, Parameter
from aekit.recipe.nodes import Mapping, Node, is_null, is_removed, plain
from aekit.recipe.options import Checking, Group, check_option, check_options
from aekit.recipe.recipe import Checkpoints, EarlyStopping, Interval, OnCollapse, Previews
from aekit.recipe.scalars import show

POSITIVE = "Annotated[int, Field(gt=0)]"
SECONDS = "Annotated[float, Field(gt=0)]"
COMPILE = "Literal['auto', 'graph', 'xla_update', 'xla', 'xla_loop']"
#: Settings of one value: annotation and default.
VALUES: dict[str, tuple[str, Any]] = {
    "description": ("str", ""),
    "seed": ("Annotated[int, Field(ge=0, lt=4294967296)]", 0),
    "output": ("Literal['sigmoid', 'tanh', 'linear'] | None", None),
    "compile": (COMPILE, "auto"),
    "device": ("Literal['auto', 'cpu', 'gpu']", "auto"),
    "precision": ("Literal['float32', 'mixed_bfloat16']", "float32"),
    "best": ("str | None", None),
}
EARLY_STOPPING = {"measure": ("str", "loss"), "patience": (POSITIVE, MISSING), "minimum_change": ("float", 0.0)}
CHECKPOINTS = {"seconds": (SECONDS, 60.0), "keep": (POSITIVE, 3)}
PREVIEWS = {"count": (POSITIVE, 16), "seconds": (SECONDS, 60.0)}
ON_COLLAPSE = {
    "action": ("Literal['keep', 'stop', 'rollback']", MISSING),
    "times": (POSITIVE, 3),
    "rate": ("Annotated[float, Field(gt=0, le=1)]", 0.5),
}
INTERVAL = {"epochs": (f"{POSITIVE} | None", None), "steps": (f"{POSITIVE} | None", None)}

MEMORY = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([kMGT]i?B)\Z")
UNITS = {"kB": 10**3, "MB": 10**6, "GB": 10**9, "TB": 10**12, "kiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
DEFAULT_MEMORY = 4 * 10**9


def check_values(checking: Checking, root: Mapping) -> dict[str, Any]:
    """The settings of one value, by name; what has a problem keeps its default."""
    group = Group.of_table("the recipe", VALUES, "key")
    only = Mapping(root.place, {key: node for key, node in root.values.items() if key in VALUES}, root.keys)
    defaults = {name: default for name, (_, default) in VALUES.items()}
    return defaults | check_options(checking, group, only, root.place)


def check_memory(checking: Checking, node: Node | None) -> int:
    """Bytes, from a whole number or text with a unit."""
    if node is None or is_removed(node):
        return DEFAULT_MEMORY
    value = plain(node)
    match = MEMORY.match(value) if isinstance(value, str) else None
    if match and len(match[1]) < 20:
        size = int(float(match[1]) * UNITS[match[2]])
    else:
        size = value if isinstance(value, int) and not isinstance(value, bool) else 0
    if size <= 0:
        message = f"key 'memory' of the recipe: expected bytes or a size such as 4GB, received {show(value)}"
        checking.problems.add(node.place, message, [f"units: {', '.join(UNITS)}"])
        return DEFAULT_MEMORY
    return size


def check_validate(checking: Checking, node: Node | None) -> Interval:
    """How often validation runs."""
    if node is None or is_removed(node) or plain(node) == "auto":
        return Interval()
    if not isinstance(node, Mapping):
        message = (
            f"key 'validate' of the recipe: expected auto, {{epochs: n}} or {{steps: n}}, received {show(plain(node))}"
        )
        checking.problems.add(node.place, message)
        return Interval()
    before = len(checking.problems.found)
    options = check_options(checking, Group.of_table("validate", INTERVAL, "key"), node, node.place)
    if len(checking.problems.found) > before:
        return Interval()
    if (options["epochs"] is None) == (options["steps"] is None):
        checking.problems.add(node.place, "validate needs either epochs or steps")
        return Interval()
    return Interval(**options)


def check_checkpoints(checking: Checking, node: Node | None) -> Checkpoints | None:
    return _group(checking, "checkpoints", CHECKPOINTS, node, Checkpoints, Checkpoints(60.0, 3))


def check_previews(checking: Checking, node: Node | None) -> Previews | None:
    return _group(checking, "previews", PREVIEWS, node, Previews, Previews(16, 60.0))


def check_early_stopping(checking: Checking, node: Node | None) -> EarlyStopping | None:
    return _group(checking, "early_stopping", EARLY_STOPPING, node, EarlyStopping, None)


def check_on_collapse(checking: Checking, node: Node | None) -> OnCollapse:
    """An action, or a mapping with its options."""
    if node is None or is_removed(node):
        return OnCollapse()
    if isinstance(node, Mapping):
        checked: OnCollapse = _group(checking, "on_collapse", ON_COLLAPSE, node, OnCollapse, OnCollapse())
        return checked
    action = check_one(checking, "the recipe", "on_collapse", ON_COLLAPSE["action"][0], node)
    return OnCollapse() if action is UNKNOWN else OnCollapse(action)


def _group(
    checking: Checking,
    title: str,
    table: dict[str, tuple[str, Any]],
    node: Node | None,
    make: Callable[..., Any],
    default: Any,
) -> Any:
    if node is None:
        return default
    if is_null(node):
        return None
    if not isinstance(node, Mapping):
        written = ", ".join(f"{name}: {'...' if entry[1] is MISSING else entry[1]}" for name, entry in table.items())
        message = f"{title}: expected null or a mapping such as {{{written}}}, received {show(plain(node))}"
        checking.problems.add(node.place, message)
        return default
    before = len(checking.problems.found)
    options = check_options(checking, Group.of_table(title, table, "key"), node, node.place)
    return default if len(checking.problems.found) > before else make(**options)


def check_one(checking: Checking, title: str, name: str, annotation: str, node: Node) -> Any:
    """One value by its annotation's source, or UNKNOWN after a problem."""
    group = Group.of_table(title, {name: (annotation, UNKNOWN)}, "key")
    parameter: Parameter = group.parameters[name]
    return check_option(checking, group, parameter, group.annotation(parameter), node)
