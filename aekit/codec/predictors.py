"""Predictions of a channel's integers from those before them, undone by running sums.

0: none. 1: the one to the left; the first of a row from the one above it. 2: left + above - above left. In each case
the channel's centre is taken off before, and what lies outside counts as 0. All of it modulo 2^32.
"""

from __future__ import annotations

import numpy as np

PREDICTORS = 3
NONE, LEFT, PLANE = range(PREDICTORS)


def predicted(planes: np.ndarray, predictor: int, centres: np.ndarray) -> np.ndarray:
    """Residuals of integers (channels, rows, columns), int32."""
    values = np.subtract(planes, centres[:, None, None], dtype="int32")
    if predictor == NONE:
        return values
    residuals = np.empty_like(values)
    residuals[..., 0] = values[..., 0]
    np.subtract(values[..., 1:], values[..., :-1], out=residuals[..., 1:])
    rows = residuals[..., :1] if predictor == LEFT else residuals
    rows[:, 1:] -= rows[:, :-1].copy()
    return residuals


def restored(residuals: np.ndarray, predictor: int) -> np.ndarray:
    """What `predicted` took apart but for the centres, int32; of the array itself where nothing was predicted."""
    if predictor == NONE:
        return residuals
    values = residuals.copy()
    rows = values[..., :1] if predictor == LEFT else values
    np.cumsum(rows, axis=1, dtype="int32", out=rows)
    np.cumsum(values, axis=2, dtype="int32", out=values)
    return values
