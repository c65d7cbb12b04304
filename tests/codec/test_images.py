"""Whole images to bytes and back, and everything that a file may be instead."""

from __future__ import annotations

import hashlib
import struct
import tracemalloc
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aekit.codec import (
    AllocatedQuantiser,
    RoundingQuantiser,
    UniformQuantiser,
    compress,
    container,
    decompress,
    info,
    pca_transform,
)
from aekit.codec.images import decode_integers
from aekit.errors import CodecError


def picture(height: int, width: int, channels: int, seed: int = 0) -> np.ndarray:
    """A smooth image with some noise, uint8."""
    rng = np.random.default_rng(seed)
    y, x = np.mgrid[0:height, 0:width][..., None] / 9 + rng.random((2, 1, 1, channels)) * 6
    return np.clip(128 + 90 * np.sin(x + y / 2) + rng.normal(0, 6, (height, width, channels)), 0, 255).astype("uint8")


PCA = pca_transform(picture(64, 64, 1), components=16)
QUANTISERS = [UniformQuantiser(bits=4), UniformQuantiser(bits=6), AllocatedQuantiser(40), RoundingQuantiser(12.0)]


def psnr(a, b) -> float:
    return 10 * np.log10(255**2 / np.square(a.astype("float64") - b).mean())


def sealed(body: bytes) -> bytes:
    """A file with a checksum that fits, as a hostile one has."""
    return body + struct.pack("<I", zlib.crc32(body))


@contextmanager
def at_most(size: int) -> Iterator[None]:
    """So many bytes of memory at a time, whatever else happens."""
    tracemalloc.start()
    try:
        yield
    finally:
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert peak < size


@given(st.integers(1, 40), st.integers(1, 40), st.sampled_from([1, 3]), st.sampled_from(QUANTISERS), st.booleans())
@settings(max_examples=60, deadline=None)
def test_an_image_of_any_size_comes_back_as_its_codes_say(height, width, channels, quantiser, entropy):
    entropy = entropy or quantiser.kind == RoundingQuantiser.kind
    image = picture(height, width, channels)
    data = compress(image, PCA, quantiser, entropy=entropy)
    codes = PCA.analyse(image)
    fitted = quantiser.fit(codes)
    expected = PCA.synthesise(fitted.dequantise(fitted.quantise(codes)), image.shape)
    assert np.array_equal(decompress(data, PCA), expected)


@pytest.mark.parametrize("channels", [1, 3])
def test_it_is_the_image_that_comes_back(channels):
    image = picture(100, 130, channels)
    full = pca_transform(image, components=64)
    assert psnr(decompress(compress(image, full, RoundingQuantiser(1.0)), full), image) > 45


def test_fixed_codes_take_their_bits():
    """16 codes of 6 bits for 64 pixels: 1.5 bits per pixel, and the header, the grid and the checksum."""
    image = picture(256, 256, 1)
    facts = info(compress(image, PCA, UniformQuantiser(bits=6), entropy=False))
    assert facts["payload_bytes"] == 256 * 256 * 1.5 / 8
    assert facts["bytes"] == facts["payload_bytes"] + 48 + 1 + 2 * 4 * 16 + 4
    assert facts["bits_per_pixel"] == facts["bytes"] * 8 / 256**2


def test_entropy_coding_makes_files_smaller_and_changes_nothing():
    image = picture(128, 128, 1)
    for quantiser in QUANTISERS[:3]:
        coded, plain = (compress(image, PCA, quantiser, entropy=each) for each in (True, False))
        assert len(coded) < len(plain)
        assert np.array_equal(decompress(coded, PCA), decompress(plain, PCA))


def test_another_machines_floats_change_pixels_a_little_and_integers_never():
    image = picture(80, 72, 3)
    data = compress(image, PCA, RoundingQuantiser(8.0))
    rng = np.random.default_rng(0)
    # analysis with noise, too: a decoder never looks at it
    other = replace(
        PCA, decode=lambda z: PCA.decode(z) + rng.normal(0, 0.05, (len(z), 64)), encode=lambda x: x * np.nan
    )
    here, there = decompress(data, PCA).astype(int), decompress(data, other).astype(int)
    assert 0 < np.abs(here - there).max() <= 1
    before = RoundingQuantiser(8.0).quantise(PCA.analyse(image))
    assert np.array_equal(decode_integers(container.unpack(data))[1], before)


def test_another_model_is_refused_by_name():
    data = compress(picture(16, 16, 1), PCA)
    other = pca_transform(picture(64, 64, 1, seed=1), components=16)
    with pytest.raises(CodecError, match=f"made by the model {PCA.identity[:32]}, this one is {other.identity[:32]}"):
        decompress(data, other)


def test_a_model_with_another_layout_is_refused_before_decoding():
    data = compress(picture(16, 16, 1), PCA)
    with pytest.raises(CodecError, match="the model has"):
        decompress(data, replace(PCA, size=15))


@pytest.mark.parametrize(
    "image",
    [np.zeros((4, 4), "uint8"), np.zeros((4, 4, 1)), np.zeros((4, 4, 2), "uint8"), np.zeros((0, 4, 1), "uint8")],
)
def test_what_is_no_image_is_refused(image):
    with pytest.raises(CodecError, match="an image to code is"):
        compress(image, PCA)


def test_an_image_larger_than_the_format_is_refused_at_once():
    huge = np.broadcast_to(np.zeros(1, "uint8"), (65536, 8, 1))
    with pytest.raises(CodecError, match="1 to 65535 rows"), at_most(1_000_000):
        compress(huge, PCA)


def test_codes_that_are_not_finite_are_refused():
    with pytest.raises(CodecError, match="not finite"):
        compress(picture(8, 8, 1), replace(PCA, encode=lambda x: np.full((len(x), 16), np.nan)))


def test_integers_without_bounds_have_no_fixed_length():
    with pytest.raises(CodecError, match="no fixed length"):
        compress(picture(8, 8, 1), PCA, RoundingQuantiser(1.0), entropy=False)


def test_every_truncation_is_refused():
    data = compress(picture(24, 24, 3), PCA, RoundingQuantiser(6.0))
    for length in range(len(data)):
        with pytest.raises(CodecError):
            decompress(data[:length], PCA)


def test_every_flipped_bit_is_refused():
    data = compress(picture(16, 16, 1), PCA)
    for bit in range(8 * len(data)):
        changed = bytearray(data)
        changed[bit // 8] ^= 1 << bit % 8
        with pytest.raises(CodecError):
            decompress(bytes(changed), PCA)


@pytest.mark.parametrize(
    ("field", "offset", "value", "message"),
    [
        ("<H", 8, 65535, "the model has"),
        ("<HH", 8, (65535, 65535), "at most 67108864 pixels"),
        ("<B", 12, 2, "1 or 3 channels"),
        ("<H", 14, 65535, "the model has"),
        ("<HHH", 14, (65535, 65535, 4096), "at most 67108864 numbers"),
        ("<H", 18, 65535, "4096 numbers"),
        ("<H", 16, 0, "rows"),
        ("<I", 40, 0xFFFFFFFF, "truncated"),
        ("<B", 4, 2, "has format 2; this version"),
        ("<B", 6, 77, "quantiser of kind 77"),
        ("<B", 7, 5, "does not know"),
    ],
)
def test_a_hostile_header_is_refused_before_memory_is_taken(field, offset, value, message):
    body = bytearray(compress(picture(16, 16, 1), PCA)[:-4])
    struct.pack_into(field, body, offset, *(value if isinstance(value, tuple) else (value,)))
    with pytest.raises(CodecError, match=message), at_most(1_000_000):
        decompress(sealed(bytes(body)), PCA)


@pytest.mark.parametrize("quantiser", QUANTISERS)
def test_damage_behind_a_fitting_checksum_never_escapes_as_something_else(quantiser):
    """What a checksum cannot tell: any bytes give an image or a CodecError."""
    rng = np.random.default_rng(0)
    good = compress(picture(24, 40, 1), PCA, quantiser)
    refused = 0
    for _ in range(300):
        body = bytearray(good[:-4])
        for place in rng.integers(36, len(body), rng.integers(1, 6)):
            body[place] = rng.integers(256)
        try:
            assert decompress(sealed(bytes(body)), PCA).shape == (24, 40, 1)
        except CodecError:
            refused += 1
    assert refused > 100


@given(st.binary(max_size=200))
@settings(max_examples=100, deadline=None)
def test_random_bytes_are_refused(data):
    for each in (data, container.MAGIC + data, container.MAGIC + b"\x01" + data):
        with pytest.raises(CodecError):
            decompress(each, PCA)


def test_a_table_that_inflates_without_end_is_refused():
    content = container.unpack(compress(picture(64, 64, 1), PCA))
    bomb = replace(content, tables=b"\x00\x01" + zlib.compress(bytes(50_000_000), 9))
    with pytest.raises(CodecError, match="tables are damaged"), at_most(2_000_000):
        decompress(container.pack(bomb), PCA)


@pytest.mark.parametrize(
    ("name", "digest"),
    [("rounding", "eaca666808f7afdce22fb495c3f7230f"), ("uniform", "933d7f7b61a53906e78011d1f3cfc9c5")],
)
def test_files_of_this_version_stay_readable(name, digest):
    """Kept files, with contexts, predictions and tables of their own: their integers are the ones they were made of."""
    data = (Path(__file__).parent / "files" / f"version-1-{name}.aek").read_bytes()
    integers = decode_integers(container.unpack(data))[1]
    assert hashlib.sha256(integers.astype("<i4").tobytes()).hexdigest()[:32] == digest
