"""From a recipe to data and networks: what every use of a recipe needs first."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass

import keras
import tensorflow as tf

from aekit import registry
from aekit.dataset import Data
from aekit.errors import AekitError, InputError
from aekit.plugins import load_components
from aekit.recipe import Problem, Recipe, RecipeError, Stage
from aekit.training.building import build_networks
from aekit.training.classes import classes_of
from aekit.training.faults import fault, first_line
from aekit.training.networks import Networks


@dataclass(frozen=True)
class Prepared:
    """A recipe with its data and its fresh networks."""

    recipe: Recipe
    data: Data
    networks: Networks


def prepare(recipe: Recipe) -> Prepared:
    """Plugins, numerics, data, networks; everything that can be wrong with them is an InputError."""
    prepare_components(recipe)
    data = load_data(recipe)
    check_metrics(recipe, data)
    return Prepared(recipe, data, networks_for(recipe, data))


def networks_for(recipe: Recipe, data: Data) -> Networks:
    """The recipe's fresh networks for this data, which every stage's trainer finds complete.

    Raises:
        InputError: networks that cannot be built, or that a stage, the last one too, would miss.
    """
    networks = build_networks(recipe, data.example_shape, data.value_range, classes_of(recipe, data), data)
    problems: list[Problem] = []
    for stage in recipe.stages:
        try:
            check_needs(stage, networks)
        except RecipeError as error:
            problems += error.problems
    if problems:
        raise RecipeError(problems)
    return networks


def check_needs(stage: Stage, networks: Networks) -> None:
    """Raise RecipeError unless the recipe has the networks without which the stage's trainer cannot be."""
    entry = stage.trainer
    needs = getattr(registry.find("trainer", entry.type).make, "needs", ())
    missing = [role for role in needs if role not in networks]
    if missing:
        raise fault(entry, f"needs a {' and a '.join(missing)}; the recipe's networks are {', '.join(networks)}")


def check_metrics(recipe: Recipe, data: Data) -> None:
    """Raise RecipeError unless the recipe's metrics can be had of this data, as far as they tell before training."""
    problems: list[Problem] = []
    for entry in recipe.metrics:
        check = registry.find("metric", entry.type).check
        try:
            if check:
                check(data, **entry.options)
        except AekitError as error:
            problems += fault(entry, str(error)).problems
    if problems:
        raise RecipeError(problems)


def prepare_components(recipe: Recipe) -> None:
    """Import the plugins that the recipe names, and set the precision and the device."""
    load_components(recipe.catalog, recipe.wanted)
    # A phase or a stage is traced anew on purpose, which TensorFlow warns of.
    tf.get_logger().setLevel("ERROR")
    keras.config.set_dtype_policy(recipe.precision)
    choose_device(recipe.device)


def choose_device(device: str) -> None:
    """Keep TensorFlow to the recipe's device.

    Raises:
        InputError: device is "gpu" and TensorFlow sees none.
    """
    gpus = tf.config.list_physical_devices("GPU")
    if device == "gpu" and not gpus:
        seen = ", ".join(d.device_type for d in tf.config.list_physical_devices())
        raise InputError(
            f"device: gpu is asked for, and TensorFlow sees only {seen}; see `aekit doctor`, or device: auto"
        )
    if device == "cpu" and gpus:
        with contextlib.suppress(RuntimeError):  # devices are in use already, in a process that trained before
            tf.config.set_visible_devices([], "GPU")


def load_data(recipe: Recipe) -> Data:
    """The recipe's data set.

    Raises:
        DataError: it is missing, unreadable, or no `aekit.Data`.
    """
    entry = recipe.data
    try:
        data = registry.find("data", entry.type).make(**entry.options)
    except AekitError:
        raise
    except (OSError, ValueError, KeyError) as error:
        raise fault(entry, f"could not be loaded: {first_line(error)}") from error
    if not isinstance(data, Data):
        raise fault(entry, f"must return aekit.Data, received {type(data).__name__}")
    return data
