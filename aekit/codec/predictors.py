"""Predictions of a channel's integers from those before them, undone by running sums.

0: none. 1: the one to the left; the first of a row from the one above it. 2: left + above - above left. In each case
the channel's centre is taken off before, and what lies outside counts as 0.
"""

from __future__ import annotations

import numpy as np

PREDICTORS = 3
NONE, LEFT, PLANE = range(PREDICTORS)


def predicted(values: np.ndarray, predictor: int, centres: np.ndarray) -> np.ndarray:
    """Residuals of integers (rows, columns, channels), int32."""
    residuals = (values - centres).astype("int32")
    if predictor == NONE:
        return residuals
    residuals[:, 1:] -= residuals[:, :-1].copy()
    rows = residuals[:, :1] if predictor == LEFT else residuals
    rows[1:] -= rows[:-1].copy()
    return residuals


def restored(residuals: np.ndarray, predictor: int) -> np.ndarray:
    """What `predicted` took apart but for the centres, int64."""
    values = residuals.astype("int64")
    if predictor != NONE:
        rows = values[:, :1] if predictor == LEFT else values
        np.cumsum(rows, axis=0, out=rows)
        np.cumsum(values, axis=1, out=values)
    return values
