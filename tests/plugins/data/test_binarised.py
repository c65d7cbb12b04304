"""Black and white from grey."""

import numpy as np
import pytest
from aekit_plugins.data.keras_sets import mnist
from aekit_plugins.data.small_sets import digits


@pytest.fixture
def grey(tmp_path, monkeypatch):
    """An MNIST of one shade, 0.3, but for a black and a white row."""
    x = np.full((600, 28, 28), 77, "uint8")
    x[:, 0], x[:, 1] = 0, 255
    y = np.zeros(600, "uint8")
    np.savez(tmp_path / "mnist.npz", x_train=x, y_train=y, x_test=x[:200], y_test=y[:200])
    monkeypatch.setenv("AEKIT_DATA", str(tmp_path))


def test_a_pixels_value_is_its_probability_of_being_white(grey):
    data = mnist(validation=100, binarise="static")
    for name in ("train", "validation", "test"):
        x = data.first(name, 200)
        assert set(np.unique(x)) == {0, 1}
        assert (x[:, 0] == 0).all() and (x[:, 1] == 1).all()
        assert x[:, 2:].mean() == pytest.approx(77 / 255, abs=0.01)
    assert data.augment is None


def test_what_is_drawn_once_is_the_same_every_time_whatever_validates(grey):
    one, other = mnist(validation=100, binarise="static"), mnist(validation=50, binarise="dynamic")
    assert np.array_equal(one.test.x, other.test.x)
    assert one.fingerprint() == mnist(validation=100, binarise="static").fingerprint()


def test_dynamic_training_images_are_drawn_at_every_step():
    from aekit.training.seeds import KeyedSeed

    data = digits(binarise="dynamic")
    assert len(np.unique(data.train.x)) == 17 and set(np.unique(data.test.x)) == {0, 255}
    x = data.first("train", 500)
    first, again, later = (np.asarray(data.augment({"x": x}, KeyedSeed(3, step))["x"]) for step in (1, 1, 2))
    assert set(np.unique(first)) == {0, 1} and np.array_equal(first, again) and not np.array_equal(first, later)
    assert np.abs((first + later).mean(axis=0) / 2 - x.mean(axis=0)).max() < 0.08


def test_distortions_come_before_the_draw(grey):
    from aekit.training.seeds import KeyedSeed

    data = mnist(validation=100, binarise="dynamic", distortion=1.0)
    drawn = np.asarray(data.augment({"x": data.first("train", 20)}, KeyedSeed(0, 0))["x"])
    assert set(np.unique(drawn)) == {0, 1} and drawn[:, 0].any(), "the black row has been turned away"


def test_values_that_are_no_probabilities_are_refused(grey):
    with pytest.raises(ValueError, match=r"binarise needs pixels in \[0, 1\]"):
        mnist(validation=100, value_range=(-1, 1), binarise="dynamic")
    with pytest.raises(ValueError, match="binarised once"):
        mnist(validation=100, distortion=0.5, binarise="static")
