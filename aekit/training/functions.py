"""Compiled functions for those who are given a model, metrics above all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import tensorflow as tf


def compiled(function: Callable[..., Any]) -> Callable[..., Any]:
    """`function` of tensors, by keras.ops and networks, as one graph that takes and gives numpy arrays.

    It is traced once for every shape of its arguments. What it returns may be an array, or a dict or tuple of them.
    """
    graph = tf.function(function, autograph=False)

    def call(*arrays: Any) -> Any:
        return tf.nest.map_structure(np.asarray, graph(*(tf.constant(array) for array in arrays)))

    return call
