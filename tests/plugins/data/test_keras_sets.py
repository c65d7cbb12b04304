"""MNIST and its kin: from $AEKIT_DATA, from Keras' cache, or by Keras' loader."""

import sys
from types import ModuleType
from urllib.error import URLError

import numpy as np
import pytest
from aekit_plugins.data.keras_sets import cifar10, fashion_mnist, mnist

from aekit.errors import DataError


@pytest.fixture(autouse=True)
def folders(tmp_path, monkeypatch):
    """$AEKIT_DATA and Keras' folder, both empty."""
    monkeypatch.setenv("AEKIT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    (tmp_path / "data").mkdir()
    (tmp_path / "keras" / "datasets").mkdir(parents=True)
    return tmp_path


def arrays(shape=(28, 28), train=20, test=5, first=0):
    rng = np.random.default_rng(first)
    x_train, x_test = (rng.integers(0, 256, (n, *shape), "uint8") for n in (train, test))
    x_train[0].flat[0] = first
    y_train, y_test = (np.arange(n, dtype="uint8") % 10 for n in (train, test))
    return {"x_train": x_train, "y_train": y_train, "x_test": x_test, "y_test": y_test}


def loader(monkeypatch, name, load_data):
    """Put `load_data` in the place of Keras' loader, without importing Keras."""
    module = ModuleType(f"keras.datasets.{name}")
    module.load_data = load_data
    for parent in ("keras", "keras.datasets"):
        monkeypatch.setitem(sys.modules, parent, sys.modules.get(parent) or ModuleType(parent))
    monkeypatch.setitem(sys.modules, module.__name__, module)


def test_the_last_training_images_validate(folders):
    stored = arrays()
    np.savez(folders / "data" / "mnist.npz", **stored)
    data = mnist(validation=4)
    assert [len(split) for split in data.splits.values()] == [16, 4, 5]
    assert np.array_equal(data.validation.x[..., 0], stored["x_train"][16:])
    assert data.train.y.tolist() == stored["y_train"][:16].tolist()
    assert data.labels[7] == "7"


def test_bytes_stay_bytes_until_a_batch_is_made(folders):
    stored = arrays()
    np.savez(folders / "data" / "mnist.npz", **stored)
    data = mnist(validation=4, value_range=(-1, 1))
    assert data.train.x.dtype == np.uint8
    assert np.allclose(data.first("test", 2)[..., 0], stored["x_test"][:2] / 127.5 - 1, atol=1e-6)


def test_training_may_take_the_validation_images_too(folders):
    np.savez(folders / "data" / "mnist.npz", **arrays())
    data = mnist(validation=4, train_on_validation=True)
    assert [len(split) for split in data.splits.values()] == [20, 4, 5]


def test_the_data_folder_goes_before_keras_cache(folders):
    np.savez(folders / "keras" / "datasets" / "mnist.npz", **arrays(first=77))
    assert mnist(validation=4).train.x.flat[0] == 77
    np.savez(folders / "data" / "mnist.npz", **arrays(first=33))
    assert mnist(validation=4).train.x.flat[0] == 33


def test_keras_loader_comes_last(monkeypatch):
    stored = arrays()
    parts = (stored["x_train"], stored["y_train"]), (stored["x_test"], stored["y_test"])
    loader(monkeypatch, "fashion_mnist", lambda: parts)
    data = fashion_mnist(validation=4)
    assert np.array_equal(data.test.x[..., 0], stored["x_test"])
    assert data.labels[9] == "ankle boot"


def test_colour_images_and_labels_of_one_column(folders):
    stored = arrays((32, 32, 3))
    stored |= {key: stored[key][:, None] for key in ("y_train", "y_test")}
    np.savez(folders / "data" / "cifar10.npz", **stored)
    data = cifar10(validation=4)
    assert data.example_shape == (32, 32, 3)
    assert data.test.y.tolist() == [0, 1, 2, 3, 4]


def test_without_network_the_error_says_which_file_to_put_where(folders, monkeypatch):
    def no_network():
        raise URLError("Name or service not known")

    loader(monkeypatch, "mnist", no_network)
    with pytest.raises(DataError) as error:
        mnist()
    message = str(error.value)
    assert "Name or service not known" in message
    assert "x_train, y_train, x_test, y_test" in message
    assert str(folders / "data" / "mnist.npz") in message
    assert str(folders / "keras" / "datasets" / "mnist.npz") in message


def test_without_a_data_folder_the_error_names_its_variable(monkeypatch):
    monkeypatch.delenv("AEKIT_DATA")

    def no_network():
        raise Exception("URL fetch failure")  # Keras raises no narrower one

    loader(monkeypatch, "mnist", no_network)
    with pytest.raises(DataError, match=r"mnist.npz in a folder that \$AEKIT_DATA names"):
        mnist()


def test_a_file_that_lacks_an_array(folders):
    stored = arrays()
    del stored["y_test"]
    np.savez(folders / "data" / "mnist.npz", **stored)
    with pytest.raises(DataError, match=r"mnist.npz lacks y_test; it holds x_train, y_train, x_test"):
        mnist()


def test_a_truncated_file(folders):
    path = folders / "data" / "mnist.npz"
    np.savez(path, **arrays())
    path.write_bytes(path.read_bytes()[:1000])
    with pytest.raises(DataError, match=r"mnist.npz is damaged"):
        mnist()


def test_images_of_another_shape(folders):
    np.savez(folders / "data" / "mnist.npz", **arrays((32, 32)))
    with pytest.raises(DataError, match=r"x_train as uint8 of shape \(n, 28, 28\), received uint8 of shape"):
        mnist()


def test_validation_that_leaves_nothing_to_train_on(folders):
    np.savez(folders / "data" / "mnist.npz", **arrays())
    with pytest.raises(DataError, match="validation=20 leaves none of 20 images"):
        mnist(validation=20)
