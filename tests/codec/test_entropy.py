"""Integers come back from their bytes, whatever they are."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from aekit.codec import entropy, fixed
from aekit.codec.plan import EXPLICIT, unpack_plan
from aekit.codec.predictors import LEFT, PLANE, PREDICTORS, predicted, restored
from aekit.codec.quantisers import LIMIT
from aekit.errors import CodecError

SHAPES = st.tuples(st.integers(1, 9), st.integers(1, 9), st.integers(1, 11))


def unbounded(values):
    return SHAPES.flatmap(lambda shape: arrays.arrays("int32", shape, elements=values))


ANY = unbounded(st.integers(-LIMIT, LIMIT)) | unbounded(st.integers(-3, 3)) | unbounded(st.integers(-3000, 3000))


@given(ANY)
@settings(max_examples=40, deadline=None)
def test_integers_without_bounds_come_back(integers):
    tables, payload = entropy.encode(integers, None)
    assert np.array_equal(entropy.decode(tables, payload, integers.shape, None), integers)


@given(st.data(), SHAPES)
@settings(max_examples=40, deadline=None)
def test_codes_of_some_bits_come_back(data, shape):
    bits = np.array(data.draw(st.lists(st.integers(0, 8), min_size=shape[2], max_size=shape[2])))
    raw = data.draw(arrays.arrays("int32", shape, elements=st.integers(0, 255)))
    integers = (raw & ((1 << bits) - 1)).astype("int32")
    tables, payload = entropy.encode(integers, bits)
    assert np.array_equal(entropy.decode(tables, payload, shape, bits), integers)
    assert np.array_equal(fixed.decode(fixed.encode(integers, bits), shape, bits), integers)


def busy_and_calm(shape=(40, 60, 24), seed=0) -> np.ndarray:
    """Codes like a picture's: one half busy, one calm."""
    scale = np.where(np.arange(shape[1]) < shape[1] // 2, 6.0, 0.3)[None, :, None] / np.arange(1, shape[2] + 1) ** 0.5
    return np.rint(np.random.default_rng(seed).laplace(0, scale, shape)).astype("int32")


def test_contexts_find_where_a_picture_is_busy():
    integers = busy_and_calm()
    tables, payload = entropy.encode(integers, None)
    assert unpack_plan(tables, integers.shape[2], None).changes is not None
    assert np.array_equal(entropy.decode(tables, payload, integers.shape, None), integers)
    rng = np.random.default_rng(1)
    shuffled = rng.permuted(integers.reshape(-1, integers.shape[2]), axis=0).reshape(integers.shape)
    assert len(payload) < 0.85 * len(entropy.encode(shuffled, None)[1])


def test_the_payload_is_near_its_entropy():
    """A thousand and one numbers of a known distribution: within 1 % and the tables of what Shannon asks for."""
    rng = np.random.default_rng(0)
    integers = rng.choice(16, (100, 100, 1), p=np.arange(1, 17) / 136).astype("int32")
    share = np.bincount(integers.reshape(-1)) / integers.size
    bits = -(share * np.log2(share)).sum() * integers.size
    tables, payload = entropy.encode(integers, np.array([4]))
    assert bits / 8 <= len(payload) + 8 < 1.01 * bits / 8 + 16 and len(tables) < 32
    assert unpack_plan(tables, 1, np.array([4])).widths[0] == EXPLICIT


@pytest.mark.parametrize("predictor", range(PREDICTORS))
def test_predictions_are_undone(predictor):
    planes, centres = np.random.default_rng(0).integers(-99, 99, (2, 5, 7)), np.array([3, -5])
    found = restored(predicted(planes, predictor, centres), predictor)
    assert np.array_equal(found + centres[:, None, None], planes)


def test_predictions_by_hand():
    plane, centre = np.array([[[5, 6, 8], [7, 8, 10]]]), np.array([5])
    assert predicted(plane, LEFT, centre).tolist() == [[[0, 1, 2], [2, 1, 2]]]
    assert predicted(plane, PLANE, centre).tolist() == [[[0, 1, 2], [2, 0, 0]]]


@pytest.mark.parametrize("predictor", range(PREDICTORS))
def test_the_largest_magnitude_of_residuals_is_bounded(predictor):
    """What the encoder's counts rely on: each difference at most doubles a magnitude."""
    planes = np.where(np.indices((1, 6, 6)).sum(0) % 2, 31, -31)
    assert np.abs(predicted(planes, predictor, np.zeros(1, int))).max() == 31 << predictor


def test_fixed_codes_by_hand():
    assert fixed.encode(np.array([[[5, 1]]]), np.array([3, 2])) == bytes([0b10101000])


@pytest.mark.parametrize("cut", [0, 3, 4, 8, -4])
def test_a_short_payload_is_refused(cut):
    integers = busy_and_calm((6, 6, 3))
    integers[0, 0, 0] = 1 << 20  # an outlier, which follows the coder's words
    tables, payload = entropy.encode(integers, None)
    with pytest.raises(CodecError):
        entropy.decode(tables, payload[:cut], integers.shape, None)
