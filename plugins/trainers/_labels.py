"""Choosing the examples whose labels a trainer may see."""

import numpy as np


def balanced(y: np.ndarray, per_class: int, seed: int) -> np.ndarray:
    """Indices of `per_class` examples of each class that occurs in y (n,), sorted.

    A class's examples stand in an order of (seed, class) and the first of them are taken: with the same seed a larger
    draw holds the smaller one.

    Raises:
        ValueError: a class has fewer examples.
    """
    chosen = []
    for name in np.unique(y):
        found = np.flatnonzero(y == name)
        if len(found) < per_class:
            raise ValueError(
                f"labels_per_class: {per_class} of each class are asked for, and class {name:g} has {len(found)} "
                "training examples"
            )
        order = np.random.Generator(np.random.Philox(key=[seed, int(name)])).permutation(len(found))
        chosen.append(found[order[:per_class]])
    return np.sort(np.concatenate(chosen))
