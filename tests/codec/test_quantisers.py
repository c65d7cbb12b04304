"""Grids, rounding, and Lloyd-Max levels, by hand and by known values."""

from __future__ import annotations

import numpy as np
import pytest

from aekit.codec import AllocatedQuantiser, RoundingQuantiser, UniformQuantiser
from aekit.codec.lloyd_max import allocate
from aekit.codec.quantisers import unpack_quantiser
from aekit.errors import CodecError


def codes(depth=3, seed=0):
    return np.random.default_rng(seed).normal(0, np.arange(1, depth + 1), (20, 30, depth)).astype("float32")


def test_a_uniform_grid_has_both_its_ends():
    z = np.array([-1.0, -0.4, 0.1, 1.0], "float32").reshape(1, 4, 1)
    grid = UniformQuantiser(bits=2).fit(z)
    assert grid.quantise(z).reshape(-1).tolist() == [0, 1, 2, 3]
    assert grid.dequantise(grid.quantise(z)).reshape(-1) == pytest.approx([-1, -1 / 3, 1 / 3, 1])


def test_a_given_range_clips():
    grid = UniformQuantiser(-1.0, 1.0, bits=1).fit(codes())
    assert grid.quantise(np.full((1, 1, 3), 7.0, "float32")).tolist() == [[[1, 1, 1]]]


def test_a_code_that_never_changes_stays_as_it_is():
    z = np.full((4, 4, 2), 0.37, "float32")
    grid = UniformQuantiser(bits=6).fit(z)
    assert np.array_equal(grid.dequantise(grid.quantise(z)), z)


def test_rounding_is_off_by_half_a_step_at_most():
    quantiser = RoundingQuantiser(0.25)
    error = quantiser.dequantise(quantiser.quantise(codes())) - codes()
    assert np.abs(error).max() <= 0.125


def test_lloyd_max_of_a_gauss_distribution():
    """Two levels at +- sqrt(2 / pi), four at +- 0.4528 and 1.510 (Max 1960)."""
    samples = np.random.default_rng(0).normal(size=(200_000, 1))
    assert allocate(samples, 1, 8)[0] == pytest.approx([-0.7979, 0.7979], abs=0.01)
    assert allocate(samples, 2, 8)[0] == pytest.approx([-1.510, -0.4528, 0.4528, 1.510], abs=0.02)


def test_bits_go_where_they_count():
    """Four times the deviation is two bits more, and a constant gets none."""
    samples = np.random.default_rng(0).normal(0, [8, 2, 0], (50_000, 3))
    sizes = [len(levels) for levels in allocate(samples, 6, 8)]
    assert sizes == [16, 4, 1]


def test_allocated_levels_lose_less_than_a_grid_at_equal_bits():
    z = codes(8)
    grid, levels = (each.fit(z) for each in (UniformQuantiser(bits=3), AllocatedQuantiser(24)))
    lost = [np.square(each.dequantise(each.quantise(z)) - z).mean() for each in (grid, levels)]
    assert lost[1] < 0.6 * lost[0]


@pytest.mark.parametrize("quantiser", [UniformQuantiser(bits=5), RoundingQuantiser(0.3), AllocatedQuantiser(9)])
def test_the_parameters_in_the_file_are_exact(quantiser):
    fitted = quantiser.fit(codes())
    read = unpack_quantiser(fitted.kind, fitted.pack(), 3)
    integers = fitted.quantise(codes())
    assert read.dequantise(integers).tobytes() == fitted.dequantise(integers).tobytes()
    assert read.pack() == fitted.pack()


@pytest.mark.parametrize("kind", [0, 1, 2, 3, 9])
@pytest.mark.parametrize("data", [b"", b"\xff" * 4, b"\xff" * 25, b"\x09" * 3])
def test_damaged_parameters_are_refused(kind, data):
    with pytest.raises(CodecError):
        unpack_quantiser(kind, data, 3)
