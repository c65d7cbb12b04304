"""Frames of photos; the only tests of data that import Keras, for the stream inside the compiled step."""

import keras
import numpy as np
import pytest
from aekit_plugins.data._frames import draw_frames, pack
from aekit_plugins.data.photo_patches import photo_patches
from PIL import Image

import aekit
from aekit.errors import DataError


def positions(height, width, first=0):
    """An image of two channels in which a pixel tells its place: image number and row, column."""
    rows, columns = np.mgrid[:height, :width]
    return np.stack([first + rows, columns], axis=-1).astype("uint8")


@pytest.fixture
def two_photos(tmp_path):
    """A folder of two grey photos, each with a value of its own in every row."""
    for name, (height, width, first) in {"a.png": (40, 30, 0), "b.png": (20, 50, 100)}.items():
        pixels = np.repeat(first + np.arange(height, dtype="uint8")[:, None], width, axis=1)
        Image.fromarray(pixels).save(tmp_path / name)
    return tmp_path


def drawn(data, count, seed=0):
    arrays = {name: keras.ops.convert_to_tensor(array) for name, array in data.train.arrays.items()}
    return keras.ops.convert_to_numpy(data.train.sample(arrays, keras.random.SeedGenerator(seed), count)["x"])


def test_frames_are_whole_and_every_place_of_every_size_is_drawn():
    packed = pack([positions(5, 7), positions(9, 4, 100)], 3, "train")
    frames = draw_frames(packed, 3, 4000, (0,))
    corners = {tuple(corner) for corner in frames[:, 0, 0].tolist()}
    assert corners == {(r, c) for r in range(3) for c in range(5)} | {(100 + r, c) for r in range(7) for c in range(2)}
    assert np.array_equal(frames - frames[:, :1, :1], np.broadcast_to(positions(3, 3), frames.shape))


def test_every_place_is_equally_likely():
    packed = pack([positions(5, 7), positions(9, 4, 100)], 3, "train")
    corners = draw_frames(packed, 3, 29_000, (0,))[:, 0, 0]
    _, counts = np.unique(corners, axis=0, return_counts=True)
    assert counts == pytest.approx(np.full(29, 1000), rel=0.15)


def test_the_stream_draws_the_training_part_in_data_units(two_photos):
    data = photo_patches(folder=str(two_photos), size=4, value_range=(-1, 1), held_out=0.2)
    frames = drawn(data, 5000)
    assert frames.shape == (5000, 4, 4, 1)
    assert frames.dtype == np.float32
    rows = np.unique(np.round((frames + 1) * 127.5))
    assert rows.tolist() == [*range(24), *range(100, 112)]


def test_validation_and_test_come_from_strips_that_training_never_sees(two_photos):
    data = photo_patches(folder=str(two_photos), size=4, held_out=0.2, frames=500)
    assert set(np.unique(data.validation.x)) == {*range(24, 32), *range(112, 116)}
    assert set(np.unique(data.test.x)) == {*range(32, 40), *range(116, 120)}
    assert data.train.epoch_length == (24 // 4) * (30 // 4) + (12 // 4) * (50 // 4)


def test_a_strip_is_at_least_one_frame_high(two_photos):
    data = photo_patches(folder=str(two_photos), size=6, held_out=0.01, frames=500)
    assert set(np.unique(data.test.x)) == {*range(34, 40), *range(114, 120)}


def test_fixed_frames_are_the_same_every_time_and_follow_the_seed(two_photos):
    first, again, other = (photo_patches(folder=str(two_photos), size=4, seed=seed) for seed in (1, 1, 2))
    assert first.fingerprint() == again.fingerprint() != other.fingerprint()
    assert not np.array_equal(first.validation.x, first.test.x)


def test_the_stream_is_a_function_of_its_seed(two_photos):
    data = photo_patches(folder=str(two_photos), size=4)
    assert np.array_equal(drawn(data, 9, seed=3), drawn(data, 9, seed=3))
    assert not np.array_equal(drawn(data, 9, seed=3), drawn(data, 9, seed=4))


@pytest.mark.parametrize("xla", [False, True])
def test_the_stream_runs_inside_a_compiled_step(two_photos, xla):
    import tensorflow as tf

    data = photo_patches(folder=str(two_photos), size=4)
    seed = keras.random.SeedGenerator(0)
    arrays = {name: tf.constant(array) for name, array in data.train.arrays.items()}
    step = tf.function(lambda: data.train.sample(arrays, seed, 6)["x"], jit_compile=xla)
    assert step().shape == (6, 4, 4, 1)
    assert not np.array_equal(step(), step())


def test_the_fused_and_the_plain_gather_agree(two_photos):
    data = photo_patches(folder=str(two_photos), size=4)
    frames = np.round(drawn(data, 200)[..., 0] * 255)
    assert np.array_equal(frames[:, 1:, 0] - frames[:, :-1, 0], np.ones((200, 3)))
    assert np.array_equal(frames[:, :, 1:], frames[:, :, :-1])


def test_photos_of_their_own_are_left_out_of_training(two_photos):
    data = photo_patches(folder=str(two_photos), size=4, test_image="b.png", held_out=0.2)
    assert drawn(data, 2000).max() < 0.2
    assert data.test.x.min() >= 100
    assert data.validation.x.min() >= 32


def test_without_strips_all_see_the_whole_photo(two_photos):
    data = photo_patches(image=str(two_photos / "a.png"), size=4, held_out=0, frames=2000)
    assert set(np.unique(data.test.x)) == set(np.unique(np.round(drawn(data, 2000) * 255))) == set(range(40))


def test_a_photo_that_scikit_image_carries():
    data = photo_patches(image="camera", size=8, side=256, value_range=[-1, 1])
    assert data.example_shape == (8, 8, 1)
    assert data.train.arrays["widths"].tolist() == [256]
    assert "camera: CC0" in data.licence


def test_colour_photos_of_both_wheels():
    data = photo_patches(image=["coffee", "china"], size=16, channels=3, frames=10)
    assert data.validation.x.shape == (10, 16, 16, 3)


def test_a_misspelt_photo():
    with pytest.raises(DataError, match=r"no photo 'camra'. Did you mean 'camera'\? Photos: astronaut"):
        photo_patches(image="camra")


def test_frames_that_do_not_fit():
    with pytest.raises(DataError, match=r"frames of 200 x 200 do not fit into the train part of a photo, 112 x 512"):
        photo_patches(image="camera", size=200)


def test_an_unreadable_photo(tmp_path):
    (tmp_path / "mine.png").write_text("no picture")
    with pytest.raises(DataError, match="1 unreadable image file"):
        photo_patches(image=str(tmp_path / "mine.png"))


def test_nothing_left_to_train_on():
    with pytest.raises(DataError, match="no photo is left to train on"):
        photo_patches(image="camera", test_image="camera")


def test_image_and_folder_exclude_each_other(tmp_path):
    with pytest.raises(DataError, match="give image or folder, not both"):
        photo_patches(image="camera", folder=str(tmp_path))


def test_pca_is_fitted_on_frames_drawn_from_the_stream(two_photos):
    data = photo_patches(folder=str(two_photos), size=4)
    pca = aekit.fit_pca(data, 2, fit_examples=3000)
    assert pca.fitted_on == 3000
    frames = drawn(data, 100)
    assert np.allclose(pca.reconstruct(frames), frames, atol=1e-4)
    assert isinstance(data.train, aekit.Stream)
