"""The faces of the paper of 2006, made of generated images."""

import numpy as np
import pytest
from aekit_plugins.data import olivetti_patches as module
from aekit_plugins.data._turned import turned
from aekit_plugins.data.olivetti_patches import olivetti_patches

from aekit.training.feed import FileFeed, MemoryFeed, make_feed


@pytest.fixture(autouse=True)
def images(tmp_path, monkeypatch):
    """Four hundred images of noise on a person's shade, where the Olivetti faces are looked for."""
    monkeypatch.setenv("AEKIT_DATA", str(tmp_path))
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    person = np.arange(400) // 10
    images = (np.random.default_rng(0).random((400, 64, 64)) * 40 + 5 * person[:, None, None]).astype("uint8")
    np.savez(tmp_path / "olivetti_faces.npz", images=images, target=person)
    return images


def everything(data):
    """All images of all splits, (n, 25, 25)."""
    return np.concatenate([batch["x"] for name in data.splits for batch in data.batches(name)])[..., 0]


def test_nobody_who_is_tested_has_been_trained_on():
    data = olivetti_patches(transforms=3)
    assert [len(split) for split in data.splits.values()] == [750, 150, 300]
    persons = [set(split.y.tolist()) for split in data.splits.values()]
    assert persons == [set(range(25)), set(range(25, 30)), set(range(30, 40))]
    assert data.example_shape == (25, 25, 1) and data.value_range is None


def test_those_who_validate_may_be_trained_on_too():
    apart, joined = olivetti_patches(transforms=3), olivetti_patches(transforms=3, train_on_validation=True)
    assert set(joined.train.y.tolist()) == set(range(30))
    for rows in (np.array([899, 0, 750, 749]), np.array([5, 6]), np.array([800])):
        all_x = np.concatenate([split.read(np.arange(len(split))) for split in (apart.train, apart.validation)])
        all_y = np.concatenate([apart.train.y, apart.validation.y])
        assert np.array_equal(joined.train.read(rows), all_x[rows])
        assert np.array_equal(joined.train.y[rows], all_y[rows])
    assert np.array_equal(everything(joined)[900:], everything(apart)[750:])


def test_every_pixel_has_mean_0_and_the_mean_variance_is_1():
    x = everything(olivetti_patches(transforms=2))
    assert np.abs(x.mean(axis=0)).max() < 1e-3
    assert x.var(axis=0).mean() == pytest.approx(1, abs=1e-3)


def test_labels_belong_to_their_images():
    data = olivetti_patches(transforms=2)
    shade = data.first("train", len(data.train)).mean(axis=(1, 2, 3))
    assert np.corrcoef(shade, data.train.y)[0, 1] > 0.99
    assert len(set(data.validation.y[:10].tolist())) > 2, "the first examples are the pictures of a run's previews"


def test_the_same_options_give_the_same_images(tmp_path):
    once = everything(olivetti_patches(transforms=2))
    (file,) = (tmp_path / "cache" / "aekit" / "data").iterdir()
    file.unlink()
    assert np.array_equal(everything(olivetti_patches(transforms=2)), once)
    assert not np.array_equal(everything(olivetti_patches(transforms=2, seed=1)), once)


def test_made_once_and_again_only_for_other_faces(images, tmp_path, monkeypatch):
    made = []
    make = module._make
    monkeypatch.setattr(module, "_make", lambda *given: made.append(1) or make(*given))
    once = everything(olivetti_patches(transforms=1))
    assert np.array_equal(everything(olivetti_patches(transforms=1)), once) and len(made) == 1
    np.savez(tmp_path / "olivetti_faces.npz", images=images[:, ::-1], target=np.arange(400) // 10)
    assert not np.array_equal(everything(olivetti_patches(transforms=1)), once) and len(made) == 2


def test_whoever_waits_is_told(monkeypatch, capsys):
    monkeypatch.setattr(module, "HINT", -1)
    olivetti_patches(transforms=5)
    assert capsys.readouterr().err.splitlines()[-1] == "olivetti_patches: 100% of 2,000 images made"


def test_streamed_under_the_cap_like_from_memory():
    data = olivetti_patches(transforms=1)
    assert data.train.lazy and data.train.nbytes == 250 * 625 * 2
    feeds = [make_feed(data, 10, seed=0, memory=memory) for memory in (1 << 30, 100_000)]
    assert [type(feed) for feed in feeds] == [MemoryFeed, FileFeed]
    batches = []
    for feed in feeds:
        window = feed.window(7)
        batches.append(feed.batch(*window.inputs, window.position, 7))
        feed.close()
    for name in ("x", "y"):
        assert np.array_equal(batches[0][name], batches[1][name])


def test_an_upright_patch_at_step_1_is_the_middle_of_the_image():
    image = np.random.default_rng(0).random((2, 65, 65), "float32")
    (patch,) = turned(image, np.array([1]), np.zeros(1), np.ones(1), 25)
    assert np.array_equal(patch[0], image[1, 20:45, 20:45])


def test_turned_by_a_right_angle():
    image = np.random.default_rng(0).random((1, 65, 65), "float32")
    (patch,) = turned(image, np.zeros(1, int), np.array([np.pi / 2]), np.ones(1), 25)
    assert np.allclose(patch[0], np.rot90(image[0, 20:45, 20:45]), atol=1e-4)


def test_a_slope_is_sampled_exactly_at_any_angle_and_step():
    angle, step = np.array([0.3, -1.2]), np.array([1.3, 1.57])
    slope = np.broadcast_to(np.arange(64, dtype="float32"), (1, 64, 64))  # grows to the right
    (patch,) = turned(slope, np.zeros(2, int), angle, step, 25)
    place = np.arange(25) - 12
    for x, a, s in zip(patch, angle, step, strict=True):
        assert np.allclose(x, 31.5 + s * (np.cos(a) * place - np.sin(a) * place[:, None]), atol=1e-4)


def test_mirrored_images_are_those_turned_round():
    data = olivetti_patches(transforms=2, mirrored=True)
    x = data.first("train", 64)
    turned_round = np.array([not np.array_equal(a, b) for a, b in zip(augmented(data, x), x, strict=True)])
    assert np.array_equal(augmented(data, x)[turned_round], x[turned_round, :, ::-1])
    assert 0.2 < turned_round.mean() < 0.8
    assert olivetti_patches(transforms=2).augment is None


def augmented(data, x):
    return np.asarray(data.augment({"x": x}, 3)["x"])
