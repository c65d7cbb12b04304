"""Sets that need no file: inside the wheels, or generated."""

import numpy as np
import pytest
from aekit_plugins.data.gaussian import gaussian
from aekit_plugins.data.small_sets import digits, faces

from aekit.errors import DataError


def test_digits_are_split_in_equal_shares_of_the_classes():
    data = digits()
    assert [len(split) for split in data.splits.values()] == [1437, 180, 180]
    assert data.example_shape == (8, 8, 1)
    assert data.train.x.dtype == np.float32
    assert data.train.x.max() == 1
    for split in (data.validation, data.test):
        assert np.bincount(split.y).tolist() == pytest.approx([18] * 10, abs=1)


def test_digits_are_all_there_once_and_the_same_every_time():
    from sklearn.datasets import load_digits

    data = digits()
    rows = np.concatenate([split.x.reshape(-1, 64) for split in data.splits.values()]) * 16
    assert np.array_equal(np.sort(rows, axis=0), np.sort(load_digits().data, axis=0))
    assert data.fingerprint() == digits().fingerprint()


def test_faces_are_the_hundred_faces_and_not_the_backgrounds_after_them():
    from skimage.data import lfw_subset

    data = faces()
    assert [split.x.shape for split in data.splits.values()] == [(n, 25, 25, 1) for n in (80, 10, 10)]
    images = np.concatenate([split.x for split in data.splits.values()])[..., 0]
    assert np.isclose(images.sum(), lfw_subset()[:100].sum(), rtol=1e-6)


def test_faces_keep_their_means_at_another_size():
    small, large = faces(), faces(size=32)
    assert large.example_shape == (32, 32, 1)
    assert large.train.x.mean(axis=(1, 2, 3)) == pytest.approx(small.train.x.mean(axis=(1, 2, 3)), abs=0.01)
    assert large.test.x.min() >= 0 and large.test.x.max() <= 1


def test_gaussian_vectors_lie_on_their_subspace():
    data = gaussian(size=10, dimensions=3, noise=0.0, count=200)
    assert data.example_shape == (10,)
    assert data.value_range is None
    assert np.linalg.matrix_rank(data.train.x, tol=1e-4) == 3


def test_gaussian_noise_has_its_deviation_off_the_subspace():
    x = gaussian(size=20, dimensions=2, noise=0.5, count=20_000).train.x
    variances = np.linalg.eigvalsh(np.cov(x.T))
    assert variances[:18] == pytest.approx(np.full(18, 0.25), rel=0.1)
    assert variances[18:] == pytest.approx(np.full(2, 1.25), rel=0.1)


def test_gaussian_refuses_more_dimensions_than_numbers():
    with pytest.raises(DataError, match="5 dimensions do not fit into vectors of size 4"):
        gaussian(size=4, dimensions=5)
