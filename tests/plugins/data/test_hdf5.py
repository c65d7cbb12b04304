"""Examples read from HDF5 as they are needed: equal to those in memory, in any order, or a clear error."""

import multiprocessing
import os
import pickle

import h5py
import numpy as np
import pytest
from aekit_plugins.data._hdf5_rows import Hdf5Rows, runs
from aekit_plugins.data.hdf5 import hdf5

import aekit
from aekit.errors import DataError

LAYOUTS = {
    "contiguous": {},
    "chunked": {"chunks": (3, 4, 5)},
    "packed": {"chunks": (4, 2, 5), "compression": "gzip"},
}


@pytest.fixture(params=LAYOUTS)
def stored(request, tmp_path):
    """The path of a file in each layout, and its ten images."""
    x = np.random.default_rng(0).integers(0, 256, (10, 4, 5), "uint8")
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        file.create_dataset("images/train", data=x, **LAYOUTS[request.param])
        file["labels"] = np.arange(10)
    return tmp_path / "mine.h5", x


def test_random_order_equals_memory(stored):
    path, x = stored
    split = aekit.Split(Hdf5Rows(path, "images/train"))
    for seed in range(5):
        order = np.random.default_rng(seed).integers(0, 10, 17)
        assert np.array_equal(split.read(order), x[order][..., None])


def test_data_are_split_without_being_read_into_memory(stored):
    path, x = stored
    data = hdf5(path=str(path), train="images/train", train_labels="labels", validation_fraction=0.2)
    assert [len(split) for split in data.splits.values()] == [7, 2, 1]
    assert all(split.lazy for split in data.splits.values())
    assert np.array_equal(data.train.read(np.arange(7))[..., 0], x[data.train.y])
    assert np.allclose(data.first("test", 1)[..., 0], x[data.test.y] / 255, atol=1e-6)


def test_the_block_is_a_chunks_rows(stored):
    path, _ = stored
    with h5py.File(path) as file:
        chunks = file["images/train"].chunks
    assert Hdf5Rows(path, "images/train").block == (chunks[0] if chunks else 1)


def test_floats_behind_a_user_block_are_found(tmp_path):
    x = np.random.default_rng(0).standard_normal((10, 3))
    with h5py.File(tmp_path / "mine.h5", "w", userblock_size=512) as file:
        file["x"] = x
    assert np.array_equal(Hdf5Rows(tmp_path / "mine.h5", "x").read(np.array([2, 3, 7])), x[[2, 3, 7]])


def test_numbers_of_the_other_byte_order(tmp_path):
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        file["x"] = np.arange(30, dtype=">i4" if np.little_endian else "<i4").reshape(10, 3)
    assert Hdf5Rows(tmp_path / "mine.h5", "x").read(np.array([9])).tolist() == [[27, 28, 29]]


def test_rows_are_readable_in_a_forked_process(stored):
    path, x = stored
    rows = Hdf5Rows(path, "images/train")
    rows.read(np.array([0]))
    with multiprocessing.get_context("fork").Pool(1) as pool:
        assert np.array_equal(pool.apply(rows.read, (np.array([3, 8]),))[..., 0], x[[3, 8]])
    assert np.array_equal(rows.read(np.array([1]))[..., 0], x[[1]])


def test_rows_can_be_sent_to_another_process(stored):
    path, x = stored
    rows = Hdf5Rows(path, "images/train")
    rows.read(np.array([0]))
    assert np.array_equal(pickle.loads(pickle.dumps(rows)).read(np.array([4]))[..., 0], x[[4]])


def test_a_file_that_vanishes(stored):
    path, _ = stored
    rows = Hdf5Rows(path, "images/train")
    rows.read(np.array([0]))
    path.unlink()
    with pytest.raises(DataError, match=r"mine.h5 has vanished \(No such file"):
        rows.read(np.array([1]))


def test_a_file_that_is_replaced(stored):
    path, _ = stored
    rows = Hdf5Rows(path, "images/train")
    copy = path.with_name("copy.h5")
    copy.write_bytes(path.read_bytes())
    copy.replace(path)
    with pytest.raises(DataError, match=r"mine.h5 was replaced by another file"):
        rows.read(np.array([1]))


def test_a_file_that_is_cut_short_while_it_is_read(tmp_path):
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        file["x"] = np.zeros((1000, 50))
    rows = Hdf5Rows(tmp_path / "mine.h5", "x")
    os.truncate(tmp_path / "mine.h5", 4096)
    with pytest.raises(DataError, match=r"mine.h5 is truncated: 4096 bytes, 'x' ends at"):
        rows.read(np.array([999]))


def test_a_file_that_was_cut_short_before(stored):
    path, _ = stored
    os.truncate(path, path.stat().st_size - 100)
    with pytest.raises(DataError, match=r"mine.h5 cannot be opened as HDF5: .*truncated"):
        hdf5(path=str(path), train="images/train")


def test_a_chunk_that_is_damaged(tmp_path):
    x = np.random.default_rng(0).standard_normal((100, 50))
    with h5py.File(tmp_path / "mine.h5", "w") as file:
        dataset = file.create_dataset("x", data=x, chunks=(10, 50), compression="gzip", fletcher32=True)
        chunk = dataset.id.get_chunk_info(4)
    raw = bytearray((tmp_path / "mine.h5").read_bytes())
    raw[chunk.byte_offset + 100] ^= 255
    (tmp_path / "mine.h5").write_bytes(raw)
    rows = Hdf5Rows(tmp_path / "mine.h5", "x")
    assert np.array_equal(rows.read(np.array([3, 77])), x[[3, 77]])
    with pytest.raises(DataError, match=r"data set 'x', cannot be read"):
        rows.read(np.array([45]))


def test_a_data_set_that_is_not_there_gives_the_near_miss(stored):
    path, _ = stored
    with pytest.raises(
        DataError, match=r"no data set 'images/tain'. Did you mean 'images/train'\? Its data sets: images"
    ):
        hdf5(path=str(path), train="images/tain")


def test_a_file_that_is_no_hdf5(tmp_path):
    (tmp_path / "mine.h5").write_text("nothing of the kind")
    with pytest.raises(DataError, match="cannot be opened as HDF5"):
        hdf5(path=str(tmp_path / "mine.h5"))


def test_labels_need_their_examples(stored):
    path, _ = stored
    with pytest.raises(DataError, match="test_labels is given without test"):
        hdf5(path=str(path), train="images/train", test_labels="labels")


@pytest.mark.parametrize(
    ("indices", "block", "expected"),
    [([], 1, []), ([4], 1, [(0, 1)]), ([0, 1, 2, 9], 1, [(0, 3), (3, 4)]), ([0, 3, 4, 12, 15], 8, [(0, 3), (3, 5)])],
)
def test_runs_join_neighbours_and_what_shares_a_block(indices, block, expected):
    assert runs(np.array(indices, "int64"), block) == expected
