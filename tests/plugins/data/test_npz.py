"""A user's npz file, and the rules by which arrays become splits."""

import numpy as np
import pytest
from aekit_plugins.data.npz import npz

from aekit.errors import DataError


@pytest.fixture
def save(tmp_path):
    def saved(**arrays):
        np.savez(tmp_path / "mine.npz", **arrays)
        return str(tmp_path / "mine.npz")

    return saved


def pixels(n, *shape):
    return np.arange(n * int(np.prod(shape)), dtype="int64").reshape(n, *shape) % 256


def test_one_array_is_split_by_a_seeded_permutation(save):
    path = save(x=pixels(100, 4, 5), y=np.arange(100))
    data = npz(path=path, validation_fraction=0.2, test_fraction=0.1, seed=3)
    assert [len(split) for split in data.splits.values()] == [70, 20, 10]
    assert sorted(np.concatenate([split.y for split in data.splits.values()])) == list(range(100))
    assert data.fingerprint() == npz(path=path, validation_fraction=0.2, test_fraction=0.1, seed=3).fingerprint()
    assert data.fingerprint() != npz(path=path, validation_fraction=0.2, test_fraction=0.1, seed=4).fingerprint()


def test_whole_numbers_up_to_255_are_pixels_of_one_channel(save):
    data = npz(path=save(x=pixels(20, 4, 5)))
    assert data.example_shape == (4, 5, 1)
    assert data.train.x.dtype == np.uint8
    assert data.value_range == (0, 1)


def test_splits_that_are_given_are_kept_and_the_missing_one_is_drawn(save):
    test = pixels(7, 3)
    data = npz(path=save(x_train=pixels(50, 3), y_train=np.arange(50), x_test=test), validation_fraction=0.2)
    assert [len(split) for split in data.splits.values()] == [40, 10, 7]
    assert np.array_equal(data.test.x, test)
    assert data.test.y is None
    assert not set(data.train.y) & set(data.validation.y)


def test_three_given_splits_stay_in_their_order(save):
    parts = {f"x_{part}": pixels(n, 6) for part, n in (("train", 5), ("validation", 3), ("test", 2))}
    data = npz(path=save(**parts))
    assert np.array_equal(data.train.x, parts["x_train"])


@pytest.mark.parametrize(
    ("low", "high", "found"), [(0, 1, (0, 1)), (-1, 1, (-1, 1)), (-0.2, 0.9, (-1, 1)), (-3, 3, None), (0, 255, None)]
)
def test_the_value_range_of_floats_is_found(save, low, high, found):
    x = np.linspace(low, high, 60).reshape(20, 3)
    assert npz(path=save(x=x)).value_range == found


def test_the_value_range_may_be_stated(save):
    path = save(x=np.linspace(0, 1, 60).reshape(20, 3))
    assert npz(path=path, value_range=(-1, 1)).value_range == (-1, 1)
    assert npz(path=path, value_range=None).value_range is None
    with pytest.raises(DataError, match=r"outside its range \[0, 0.5\]"):
        npz(path=path, value_range=(0, 0.5))


def test_one_hot_labels_become_class_numbers(save):
    data = npz(path=save(x_train=pixels(10, 4), x_validation=pixels(3, 4), x_test=pixels(3, 4), y_train=np.eye(10)))
    assert data.train.y.tolist() == list(range(10))


@pytest.mark.parametrize("y", [np.array(list("abcdefghij")), np.ones((10, 3)), np.zeros((10, 1, 1))])
def test_labels_that_are_no_class_numbers(save, y):
    with pytest.raises(DataError, match=r"'y'.*(expected numbers|expected to be one-hot)"):
        npz(path=save(x=pixels(10, 4), y=y))


def test_missing_keys_give_the_near_miss(save):
    with pytest.raises(
        DataError, match=r"holds 'X_train', 'labels'; expected 'x', or 'x_train' .* Did you mean 'x_train'"
    ):
        npz(path=save(X_train=pixels(10, 4), labels=np.arange(10)))


def test_labels_without_examples(save):
    with pytest.raises(DataError, match="'y_test' without 'x_test'"):
        npz(path=save(x_train=pixels(10, 4), y_test=np.arange(10)))


def test_examples_and_labels_that_differ_in_number(save):
    with pytest.raises(DataError, match="10 examples and 9 labels"):
        npz(path=save(x=pixels(10, 4), y=np.arange(9)))


@pytest.mark.parametrize(
    "x", [np.array(["a", "b"]), np.arange(5), np.zeros((2, 2, 2, 2, 2)), np.zeros((3, 3), complex)]
)
def test_what_is_neither_images_nor_vectors(save, x):
    with pytest.raises(DataError, match="expected numbers of shape"):
        npz(path=save(x=x))


def test_pickled_objects_are_refused(tmp_path):
    path = tmp_path / "objects.npz"
    np.savez(path, x=np.array([{"a": 1}], dtype=object))
    with pytest.raises(DataError, match="allow_pickle=False"):
        npz(path=str(path))


def test_too_few_examples(save):
    with pytest.raises(DataError, match="2 examples leave none to train on beside 1 for test and 1 for validation"):
        npz(path=save(x=pixels(2, 4)))


def test_arrays_of_other_names_are_left_alone(tmp_path):
    path = tmp_path / "more.npz"
    np.savez(path, x=pixels(20, 4), about=np.array([{"by": "me"}], dtype=object))
    assert len(npz(path=str(path)).train) == 16


def test_a_file_without_names(tmp_path):
    np.save(tmp_path / "mine.npy", pixels(10, 4))
    with pytest.raises(DataError, match=r"a single array without a name; save it by np.savez"):
        npz(path=str(tmp_path / "mine.npy"))


def test_a_relative_path_is_found_inside_the_data_folder(save, tmp_path, monkeypatch):
    save(x=pixels(20, 4))
    monkeypatch.setenv("AEKIT_DATA", str(tmp_path))
    assert npz(path="mine.npz").name == "mine"


def test_a_missing_file_gives_the_near_miss(save, tmp_path, monkeypatch):
    save(x=pixels(20, 4))
    monkeypatch.setenv("AEKIT_DATA", str(tmp_path))
    with pytest.raises(DataError, match=r"no npz file at .*main.npz or .*\. Did you mean 'mine.npz'\?"):
        npz(path="main.npz")
