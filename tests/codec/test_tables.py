"""The coder works with exactly the integers of our tables."""

from __future__ import annotations

import constriction
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aekit.codec import tables

RangeDecoder, RangeEncoder = constriction.stream.queue.RangeDecoder, constriction.stream.queue.RangeEncoder


def symbol_at(model, point: int) -> int:
    """What the decoder reads where its 64-bit state is this point of its first range, 2^64 - 1 wide."""
    return RangeDecoder(np.array([point >> 32, point & 0xFFFFFFFF], "uint32")).decode(model)


def assert_exact(table: np.ndarray) -> None:
    """Every symbol begins at the sum of the frequencies before it, to the last of 2^24 points."""
    model, scale = tables.coder_model(table), ((1 << 64) - 1) >> tables.PRECISION
    for symbol, start in enumerate(np.concatenate([[0], np.cumsum(table)[:-1]])):
        assert symbol_at(model, int(start) * scale) == symbol
        if symbol:
            assert symbol_at(model, int(start) * scale - 1) == symbol - 1


@given(st.lists(st.integers(0, 1 << 40), min_size=2, max_size=300).filter(any))
@settings(max_examples=40, deadline=None)
def test_the_coder_has_exactly_our_frequencies(weights):
    table = tables.frequencies(weights)
    assert table.sum() == 1 << 24 and table.min() >= 1
    assert_exact(table)


@pytest.mark.parametrize("family", range(len(tables.FAMILIES)))
@pytest.mark.parametrize("index", [0, 17, 40, tables.CLASSES - 1])
def test_a_familys_widths_are_exact_too(family, index):
    one = tables.width(family, index)
    decoder = RangeDecoder(RangeEncoder().get_compressed())
    assert decoder.decode(one.model) == 0
    assert one.cost[0] == one.cost.min() and (np.diff(one.cost[:-1]) >= 0).all()
    assert 2.0 ** -one.cost[0] + 2 * (2.0 ** -one.cost[1:-1]).sum() + 2.0 ** -(one.cost[-1] - 32) == pytest.approx(1)


def test_known_words():
    """Frequencies 1/2, 1/4, 1/4 make the symbols' bits 0, 10 and 11: 0 2 1 0 is 0 11 10 0."""
    model = tables.coder_model(np.array([1 << 23, 1 << 22, 1 << 22]))
    encoder = RangeEncoder()
    encoder.encode(np.array([0, 2, 1, 0] * 8, "int32"), model)
    words = encoder.get_compressed()
    assert len(words) == 2
    # 24 points of 2^24 each are narrower than 2^64 - 1 by less than one in 2^40, so the bits are those of the message
    assert f"{int(words[0]):032b}"[:24] == "011100" * 4


def test_wider_widths_expect_more():
    expected = [tables.width(0, index).expected for index in range(tables.CLASSES)]
    assert expected == sorted(expected)
    assert expected[32] == pytest.approx(256 * 4 / 3, rel=0.01)  # theta = 1/2: 2 theta / (1 - theta^2)


def test_a_described_table_is_close_to_its_counts():
    counts = np.random.default_rng(0).geometric(0.2, 5000).clip(max=16) - 1
    counts = np.bincount(counts, minlength=16)
    used = tables.described_frequencies(tables.describe(counts)) / (1 << 24)
    share = counts / counts.sum()
    assert (share * np.log2(share / used)).sum() < 0.02  # bits per symbol lost by half octaves
