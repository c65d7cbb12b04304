"""MNIST's own file format."""

import gzip
import struct

import numpy as np
import pytest
from aekit_plugins.data.idx import idx, read_idx

from aekit.errors import DataError

CODES = {"uint8": 0x08, "int8": 0x09, "int16": 0x0B, "int32": 0x0C, "float32": 0x0D, "float64": 0x0E}


def idx_bytes(array):
    head = struct.pack(f">BBBB{array.ndim}I", 0, 0, CODES[array.dtype.name], array.ndim, *array.shape)
    return head + array.astype(array.dtype.newbyteorder(">")).tobytes()


@pytest.fixture
def images():
    return np.random.default_rng(0).integers(0, 256, (20, 28, 28), "uint8")


@pytest.mark.parametrize("dtype", CODES)
@pytest.mark.parametrize("pack", [bytes, gzip.compress])
def test_every_type_is_read_packed_or_not(tmp_path, dtype, pack):
    array = np.arange(24).reshape(2, 3, 4).astype(dtype)
    path = tmp_path / "some-idx3"
    path.write_bytes(pack(idx_bytes(array)))
    assert np.array_equal(read_idx(path), array)
    assert read_idx(path).dtype == array.dtype


def test_images_and_labels_with_a_test_set(tmp_path, images):
    (tmp_path / "train.gz").write_bytes(gzip.compress(idx_bytes(images)))
    (tmp_path / "labels").write_bytes(idx_bytes(np.arange(20, dtype="uint8")))
    (tmp_path / "test").write_bytes(idx_bytes(images[:3]))
    names = {"images": "train.gz", "labels": "labels", "test_images": "test"}
    data = idx(**{key: str(tmp_path / name) for key, name in names.items()})
    assert [len(split) for split in data.splits.values()] == [18, 2, 3]
    assert np.array_equal(data.train.x[..., 0], images[data.train.y])


def test_a_bad_magic_number(tmp_path, images):
    path = tmp_path / "bad"
    path.write_bytes(b"PNG!" + idx_bytes(images)[4:])
    with pytest.raises(DataError, match=r"expected a magic number 00 00 TYPE AXES .* received 50 4e 47 21"):
        idx(images=str(path))


@pytest.mark.parametrize(("size", "words"), [(0, "received nothing"), (9, "truncated"), (1000, "holds 1000 bytes")])
def test_a_file_cut_short(tmp_path, images, size, words):
    path = tmp_path / "short"
    path.write_bytes(idx_bytes(images)[:size])
    with pytest.raises(DataError, match=words):
        idx(images=str(path))


def test_a_packed_file_cut_short(tmp_path, images):
    path = tmp_path / "short.gz"
    path.write_bytes(gzip.compress(idx_bytes(images))[:500])
    with pytest.raises(DataError, match=r"short.gz cannot be read"):
        idx(images=str(path))


def test_test_labels_need_their_images(tmp_path, images):
    with pytest.raises(DataError, match="test_labels is given without test_images"):
        idx(images="train", test_labels="labels")
