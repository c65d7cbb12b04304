"""Checking the stages of training: what each says, and what it takes from the recipe's top."""

from __future__ import annotations

import re
from typing import Any

from aekit.catalog import UNKNOWN
from aekit.errors import did_you_mean
from aekit.recipe.components import check_entries, check_entry
from aekit.recipe.nodes import Mapping, Node, Sequence, is_removed, plain
from aekit.recipe.options import Checking
from aekit.recipe.places import Place
from aekit.recipe.recipe import ONLY_STAGE, Entry, Stage
from aekit.recipe.scalars import show
from aekit.recipe.settings import COMPILE, POSITIVE, check_one

HOW_LONG = ("epochs", "steps")
#: What a stage may hold, and takes from the top where it does not.
SHARED = ("trainer", "losses", "metrics", *HOW_LONG, "batch_size", "freeze")
STAGE_KEYS = ("name", *SHARED, "compile")
BATCH_SIZE = 128
NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_-]*\Z")


def check_stages(checking: Checking, root: Mapping, roles: tuple[str, ...]) -> tuple[Stage, ...]:
    """Every stage, complete. A recipe without `stages` has one, whose keys stand at the top; null leaves one out.

    Args:
        roles: the networks that there are, for `freeze`.
    """
    node = root.get("stages")
    top = Mapping(root.place, {key: value for key, value in root.values.items() if key in SHARED}, root.keys)
    if node is None or is_removed(node):
        stage = _check_stage(checking, top, root.place, ONLY_STAGE, roles)
        return (stage,) if stage else ()
    if not isinstance(node, Sequence) or all(map(is_removed, node.items)):
        message = f"stages: expected a list of stages, received {show(plain(node))}"
        checking.problems.add(node.place, message, ["- {name: pretrain, trainer: {type: ...}, epochs: 10}"])
        return ()
    names: dict[str, Place] = {}
    kept = [item for item in node.items if not is_removed(item)]
    stages = [_check_listed(checking, top, item, names, roles) for item in kept]
    return tuple(stage for stage in stages if stage)


def _check_listed(
    checking: Checking, top: Mapping, node: Node, names: dict[str, Place], roles: tuple[str, ...]
) -> Stage | None:
    if not isinstance(node, Mapping):
        checking.problems.add(node.place, f"a stage is a mapping, received {show(plain(node))}")
        return None
    for key, place, _ in node.items():
        if key not in STAGE_KEYS:
            message = f"a stage has no key '{key}'.{did_you_mean(key, STAGE_KEYS)}".removesuffix(".")
            checking.problems.add(place, message, [f"keys: {', '.join(STAGE_KEYS)}"])
    whole = _with_top(top, node)
    name = _check_name(checking, whole, names)
    return _check_stage(checking, whole, next(iter(node.keys.values()), node.place), name, roles)


def _with_top(top: Mapping, stage: Mapping) -> Mapping:
    """The stage with what it takes from the top; its own epochs or steps take the place of both."""
    own = {key: value for key, value in stage.values.items() if not is_removed(value)}
    if any(key in own for key in HOW_LONG):
        top = top.without(*HOW_LONG)
    return Mapping(stage.place, top.values | own, top.keys | stage.keys)


def _check_name(checking: Checking, stage: Mapping, names: dict[str, Place]) -> str:
    """The stage's name: its own, or else its trainer's type, with a number where that is taken."""
    given = stage.get("name")
    name = plain(given) if given else _default_name(stage, names)
    place = given.place if given else stage.place
    if not isinstance(name, str) or not NAME.match(name):
        message = f"a stage's name is a word of letters, digits, - and _, received {show(name)}"
        checking.problems.add(place, message)
        return "stage"
    if name in names:
        message = f"two stages are called '{name}', the first in line {names[name].line}"
        checking.problems.add(place, message)
    names.setdefault(name, place)
    return name


def _default_name(stage: Mapping, names: dict[str, Place]) -> str:
    trainer = stage.get("trainer")
    named = trainer.get("type") if isinstance(trainer, Mapping) else None
    name = plain(named) if named else None
    name = name if isinstance(name, str) and NAME.match(name) else "stage"
    numbered = (f"{name}-{number}" for number in range(2, len(names) + 3))
    return next(free for free in (name, *numbered) if free not in names)


def _check_stage(checking: Checking, stage: Mapping, where: Place, name: str, roles: tuple[str, ...]) -> Stage | None:
    """One stage, complete but for a `compile` that it leaves to the top; None where it has no trainer.

    Args:
        where: what is marked when something is missing.
    """
    trainer = _check_trainer(checking, stage, where)
    losses = check_entries(checking, "loss", stage.get("losses"), "losses")
    metrics = check_entries(checking, "metric", stage.get("metrics"), "metrics")
    epochs, steps = _check_how_long(checking, stage, where, name)
    batch_size = _check_value(checking, stage, "batch_size", POSITIVE, BATCH_SIZE)
    freeze = _check_freeze(checking, stage, roles)
    compiled = _check_value(checking, stage, "compile", COMPILE, "")
    return Stage(name, trainer, losses, metrics, epochs, steps, batch_size, freeze, compiled) if trainer else None


def _check_trainer(checking: Checking, stage: Mapping, where: Place) -> Entry | None:
    node = stage.get("trainer")
    if node is None or is_removed(node):
        types = ", ".join(component.name for component in checking.catalog.of_kind("trainer"))
        checking.problems.add(where, "a recipe needs a trainer", [f"trainer types: {types or 'none'}"])
        return None
    return check_entry(checking, "trainer", "trainer", stage.keys["trainer"], node)


def _check_how_long(checking: Checking, stage: Mapping, where: Place, name: str) -> tuple[int | None, int | None]:
    """(epochs, steps), exactly one of which is given."""
    given = [key for key in HOW_LONG if key in stage.values and not is_removed(stage.values[key])]
    if not given:
        checking.problems.add(
            where, f"{'the recipe' if name == ONLY_STAGE else f'stage {name!r}'} needs epochs or steps"
        )
    elif len(given) > 1:
        checking.problems.add(stage.keys["steps"], "give either epochs or steps, not both")
    values = {key: _check_value(checking, stage, key, POSITIVE, None) for key in given}
    return values.get("epochs"), values.get("steps")


def _check_value(checking: Checking, stage: Mapping, key: str, annotation: str, default: Any) -> Any:
    node = stage.get(key)
    if node is None or is_removed(node):
        return default
    value = check_one(checking, "a stage", key, annotation, node)
    return default if value is UNKNOWN else value


def _check_freeze(checking: Checking, stage: Mapping, roles: tuple[str, ...]) -> tuple[str, ...]:
    """The networks, or layers of one, that are not trained."""
    names = _check_value(checking, stage, "freeze", "list[str]", [])
    node = stage.get("freeze")
    if not isinstance(node, Sequence):
        return ()
    for name, item in zip(names, node.items, strict=False):
        role = name.partition("/")[0]
        if role not in roles:
            message = f"there is no network '{role}' to freeze.{did_you_mean(role, roles)}".removesuffix(".")
            notes = [f"networks: {', '.join(roles) or 'none'}", "a layer of one: encoder/NAME"]
            checking.problems.add(item.place, message, notes)
    return tuple(names)
