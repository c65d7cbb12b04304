"""The Olivetti faces from a file in the layout of $AEKIT_DATA, or by scikit-learn."""

from urllib.error import URLError

import numpy as np
import pytest
import sklearn.datasets
from aekit_plugins.data.olivetti import olivetti

from aekit.errors import DataError


@pytest.fixture
def images(tmp_path, monkeypatch):
    monkeypatch.setenv("AEKIT_DATA", str(tmp_path))
    images = np.random.default_rng(0).integers(0, 243, (400, 64, 64), "uint8")
    np.savez(tmp_path / "olivetti_faces.npz", images=images, target=np.arange(400) // 10)
    return images


def test_nobody_who_is_tested_has_been_trained_on(images):
    data = olivetti()
    persons = [set(split.y.tolist()) for split in data.splits.values()]
    assert [len(split) for split in data.splits.values()] == [250, 50, 100]
    assert persons == [set(range(25)), set(range(25, 30)), set(range(30, 40))]


def test_values_are_those_of_scikit_learn(images):
    assert np.allclose(olivetti().train.x[..., 0], images[:250] / 242, atol=1e-6)
    assert np.allclose(olivetti(value_range=(-1, 1)).train.x[..., 0], images[:250] / 121 - 1, atol=1e-6)


def test_faces_shrink(images):
    images[...] = 121
    data = olivetti(size=32)
    assert data.example_shape == (32, 32, 1)
    assert data.test.x.mean() == pytest.approx(olivetti().test.x.mean(), rel=0.01)


def test_scikit_learns_copy_serves_where_there_is_no_file(tmp_path, monkeypatch):
    monkeypatch.setenv("AEKIT_DATA", str(tmp_path))
    bunch = sklearn.utils.Bunch(images=np.full((400, 64, 64), 0.5), target=np.arange(400) // 10)
    monkeypatch.setattr(sklearn.datasets, "fetch_olivetti_faces", lambda: bunch)
    assert np.all(olivetti().train.x == 0.5)


def test_without_network_the_error_says_which_file_to_put_where(tmp_path, monkeypatch):
    def no_network():
        raise URLError("Temporary failure in name resolution")

    monkeypatch.setenv("AEKIT_DATA", str(tmp_path))
    monkeypatch.setattr(sklearn.datasets, "fetch_olivetti_faces", no_network)
    with pytest.raises(DataError) as error:
        olivetti()
    assert "Temporary failure" in str(error.value)
    assert f"at {tmp_path / 'olivetti_faces.npz'}" in str(error.value)


def test_a_file_of_other_images(tmp_path, monkeypatch):
    monkeypatch.setenv("AEKIT_DATA", str(tmp_path))
    np.savez(tmp_path / "olivetti_faces.npz", images=np.zeros((10, 64, 64)), target=np.arange(10))
    with pytest.raises(DataError, match=r"expected images \(400, 64, 64\)"):
        olivetti()
