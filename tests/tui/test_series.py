"""A run's curves as they grow: ranges of any stretch, smoothing, truncation after a resume."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from aekit_tui.store.series import Series


def by_step(values: np.ndarray | list[float], first: int = 0) -> Series:
    series = Series()
    steps = np.arange(first, first + len(values), dtype=float)
    series.extend(steps, steps / 100, 1e9 + steps, values)
    return series


def looked_up(series: Series, edges: np.ndarray) -> tuple[list[float], list[float]]:
    """What column_ranges should give, value by value."""
    lows, highs = [], []
    for index, (start, stop) in enumerate(pairwise(edges)):
        last = index == len(edges) - 2
        inside = (series.steps >= start) & ((series.steps <= stop) if last else (series.steps < stop))
        values = series.values[inside & ~np.isnan(series.values)]
        lows.append(values.min() if len(values) else np.nan)
        highs.append(values.max() if len(values) else np.nan)
    return lows, highs


@pytest.mark.parametrize(("rows", "columns"), [(0, 5), (1, 5), (30, 100), (5_000, 7), (70_001, 13), (70_001, 240)])
def test_ranges_are_those_of_the_values_in_each_column(rows: int, columns: int) -> None:
    values = np.random.default_rng(rows).standard_normal(rows)
    values[::7] = np.nan
    series = by_step(values)
    for low, high in ((0, max(rows - 1, 1)), (rows * 0.123, rows * 0.877 + 1), (-rows - 1, 2 * rows + 1)):
        edges = np.linspace(low, high, columns + 1)
        np.testing.assert_array_equal(series.column_ranges(edges, "step"), looked_up(series, edges))


def test_ranges_follow_rows_that_come_in_pieces_and_go() -> None:
    series, rng = Series(), np.random.default_rng(0)
    edges = np.linspace(0, 40_000, 11)
    while len(series) < 40_000:
        first = len(series)
        values = rng.standard_normal(int(rng.integers(1, 5_000)))
        steps = np.arange(first, first + len(values))
        series.extend(steps, steps, steps, values)
        if rng.random() < 0.3:
            series.truncate(int(first * 0.8))
        np.testing.assert_array_equal(series.column_ranges(edges, "step"), looked_up(series, edges))


def test_one_spike_in_a_million_is_found() -> None:
    values = np.zeros(1_000_000)
    values[654_321] = 9.0
    low, high = by_step(values).column_ranges(np.linspace(0, 999_999, 241), "step")
    assert np.flatnonzero(high).tolist() == [int(654_321 * 240 / 999_999)]
    assert not low.any()


def test_a_resumed_run_voids_the_steps_after_its_checkpoint() -> None:
    series = by_step([0.0, 1.0, 2.0, 3.0])
    before = series.version
    series.smoothed(0.5)
    series.truncate(1)
    series.append(2, None, 1e9 + 50, 7.0)
    assert series.steps.tolist() == [0, 1, 2]
    assert series.values.tolist() == [0, 1, 7]
    assert series.smoothed(0.5).values.tolist() == by_step([0.0, 1.0, 7.0]).smoothed(0.5).values.tolist()
    assert series.version > before


def naive(values: np.ndarray, weight: float) -> list[float]:
    """TensorBoard's own loop."""
    last, count, result = 0.0, 0, []
    for value in values:
        if np.isfinite(value):
            last, count = last * weight + (1 - weight) * value, count + 1
            value = last / (1 - weight**count)
        result.append(value)
    return result


@pytest.mark.parametrize("weight", [0.01, 0.6, 0.99, 0.9999])
def test_smoothing_is_tensorboards_however_the_rows_come(weight: float) -> None:
    values = np.random.default_rng(1).standard_normal(9_000)
    values[[0, 17, 5_000]] = [np.nan, np.inf, np.nan]
    series = Series()
    for start, stop in ((0, 1), (1, 20), (20, 64), (64, 4_200), (4_200, 9_000)):
        steps = np.arange(start, stop)
        series.extend(steps, steps, steps, values[start:stop])
        smoothed = series.smoothed(weight)
        np.testing.assert_allclose(smoothed.values, naive(values[:stop], weight), rtol=1e-9, atol=1e-9)
        assert smoothed.steps.tolist() == series.steps.tolist()
    assert series.smoothed(0) is series


def test_rows_before_the_first_epoch_lie_nowhere_on_that_axis() -> None:
    series = Series()
    series.extend([1, 2, 3, 4], [np.nan, 0.5, np.nan, 1.0], [5.0, 6.0, 5.5, 7.0], [10.0, 20.0, 30.0, 40.0])
    assert series.extent("epoch") == (0.5, 1.0)
    low, high = series.column_ranges(np.array([0.0, 0.75, 1.5]), "epoch")
    assert (low.tolist(), high.tolist()) == ([20.0, 40.0], [30.0, 40.0])
    assert series.x("time", 5.0).tolist() == [0, 1, 1, 2]  # a clock that was set back stands still
    assert series.values[series.nearest(1.9, "time", 5.0)] == 40.0
    assert by_step([]).nearest(0, "step") is None


def test_a_cached_series_grows_on() -> None:
    series = Series.from_arrays({name: column.copy() for name, column in by_step([1.0, -2.0]).as_arrays().items()})
    series.append(2, 0.02, 1e9 + 2, 3.0)
    assert series.values.tolist() == [1, -2, 3]
    assert series.nonpositive() == 1
    np.testing.assert_array_equal(series.positive().values, [1, np.nan, 3])
    series.append(3, 0.03, 1e9 + 3, 0.0)
    np.testing.assert_array_equal(series.positive().values, [1, np.nan, 3, np.nan])


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="same length"):
        Series().extend([1, 2], [1, 2], [1, 2], [1])
