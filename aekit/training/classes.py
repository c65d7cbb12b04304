"""The classes that labels stand for."""

from __future__ import annotations

import numpy as np

from aekit.dataset import Data
from aekit.errors import DataError
from aekit.recipe import Recipe
from aekit.training.faults import fault


def classes_of(recipe: Recipe, data: Data) -> int | None:
    """How many classes the recipe's head tells apart; None for a recipe without a head.

    Raises:
        RecipeError: the data's labels are no classes.
    """
    if "head" not in recipe.networks:
        return None
    try:
        return count_classes(data)
    except DataError as error:
        raise fault(recipe.networks["head"], f"a head needs classes, and {error}") from error


def count_classes(data: Data) -> int:
    """As many classes as `data.labels` has names; without names, the highest label of any split plus one.

    Raises:
        DataError: a split without labels; labels that are no whole numbers from 0 on, or have no name; fewer than two
            classes; labels so far apart that they can be no class numbers.
    """
    found = np.unique(np.concatenate([_labels(data, name) for name in data.splits]))
    if found[0] < 0:
        raise DataError(f"{data.title} has the label {found[0]:g}: classes are numbered from 0")
    count = len(data.labels) or int(found[-1]) + 1
    if found[-1] >= count:
        raise DataError(
            f"{data.title} names {count} classes, and has the label {found[-1]:g}: they are numbered from 0"
        )
    if count < 2:
        raise DataError(f"{data.title} has one class only")
    if not data.labels and count > 2 * len(found):
        raise DataError(
            f"the labels of {data.title} run from {found[0]:g} to {found[-1]:g} with {len(found)} different ones "
            f"among them: classes are numbered from 0 without such gaps"
        )
    return count


def _labels(data: Data, name: str) -> np.ndarray:
    y = data.splits[name].y
    if y is None:
        raise DataError(f"{data.title} has no labels in its {name} split")
    values = np.asarray(y)
    if values.ndim != 1 or values.dtype.kind not in "buif" or (values != np.floor(values)).any():
        example = f", such as {values.flat[0]!s}" if values.ndim == 1 else f" of shape {values.shape}"
        raise DataError(f"the labels of {data.title} are no whole numbers ({values.dtype}{example})")
    return np.unique(values)
