"""A folder of pictures: splits, classes, sizes, and files that cannot be read."""

import numpy as np
import pytest
from aekit_plugins.data.image_folder import image_folder
from PIL import Image

from aekit.errors import DataError


def paint(path, colour=(200, 100, 50), size=(30, 20)):
    """A picture of one colour; `size` is width and height, as Pillow counts."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)


@pytest.fixture
def folder(tmp_path):
    """Ten dark pictures of one class and ten bright ones of another."""
    for number in range(10):
        paint(tmp_path / "dark" / f"{number}.png", (number, 0, 0))
        paint(tmp_path / "bright" / f"{number}.jpg", (255, 255, 240 + number))
    return tmp_path


def test_pictures_of_any_size_become_one_size(folder):
    data = image_folder(folder=str(folder), size=(8, 16), validation_fraction=0.2)
    assert data.example_shape == (8, 16, 3)
    assert [len(split) for split in data.splits.values()] == [14, 4, 2]
    assert data.train.lazy
    assert data.train.read(np.array([3, 0])).dtype == np.uint8


def test_sub_folders_are_classes_where_that_is_asked(folder):
    data = image_folder(folder=str(folder), size=4, classes=True)
    assert data.labels == ("bright", "dark")
    for split in data.splits.values():
        bright = split.read(np.arange(len(split))).mean(axis=(1, 2, 3)) > 128
        assert np.array_equal(bright, split.y == 0)
    assert image_folder(folder=str(folder), size=4).train.y is None


def test_folders_named_like_splits_are_the_splits(tmp_path):
    for part, colour in (("train", 10), ("validation", 20), ("test", 30)):
        for number in range(3):
            paint(tmp_path / part / "cats" / f"{number}.png", (colour,) * 3)
    data = image_folder(folder=str(tmp_path), size=4, classes=True)
    assert [split.read(np.arange(3)).mean() for split in data.splits.values()] == [10, 20, 30]
    assert data.labels == ("cats",)


def test_crop_keeps_the_centre_and_stretch_the_whole(tmp_path):
    picture = np.zeros((10, 30, 3), "uint8")
    picture[:, 10:20] = 255
    for number in range(3):
        Image.fromarray(picture).save(tmp_path / f"{number}.png")
    assert image_folder(folder=str(tmp_path), size=10).train.read(np.array([0])).min() == 255
    stretched = image_folder(folder=str(tmp_path), size=10, fit="stretch").train.read(np.array([0]))
    assert stretched[0, 0, 0, 0] == 0


def test_grey_and_deep_and_transparent_pictures(tmp_path):
    Image.fromarray(np.full((9, 9), 0x8000, "uint16")).save(tmp_path / "deep.png")
    Image.new("LA", (9, 9), (128, 255)).save(tmp_path / "alpha.png")
    Image.new("P", (9, 9)).save(tmp_path / "palette.png")
    data = image_folder(folder=str(tmp_path), size=3, channels=1)
    values = sorted(float(split.read(np.array([0])).mean()) for split in data.splits.values())
    assert values == [0, 128, 128]


def test_pictures_are_turned_upright(tmp_path):
    picture = Image.new("RGB", (20, 10))
    picture.paste((255, 255, 255), (0, 0, 10, 10))
    exif = picture.getexif()
    exif[0x0112] = 6  # turned a quarter
    for number in range(3):
        picture.save(tmp_path / f"{number}.png", exif=exif)
    upright = image_folder(folder=str(tmp_path), size=(20, 10)).train.read(np.array([0]))[0, ..., 0]
    assert upright[2].min() > 250
    assert upright[-3].max() < 5


def test_files_without_a_picture_are_listed(folder):
    (folder / "dark" / "notes.png").write_text("no picture")
    (folder / "bright" / "empty.jpg").touch()
    with pytest.raises(DataError, match=r"(?s)2 unreadable image files in .*bright/empty.jpg: .*dark/notes.png: Unid"):
        image_folder(folder=str(folder))


def test_a_picture_that_breaks_off_is_named_when_it_is_read(tmp_path):
    for number in range(3):
        noise = np.random.default_rng(number).integers(0, 256, (64, 64, 3), "uint8")
        Image.fromarray(noise).save(tmp_path / f"{number}.png")
    whole = (tmp_path / "1.png").read_bytes()
    (tmp_path / "1.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(DataError, match=r"(?s)1 unreadable image file in .*\n  1.png: OSError"):
        image_folder(folder=str(tmp_path))


def test_a_picture_that_vanishes_is_named(folder):
    data = image_folder(folder=str(folder), size=4)
    for number in range(10):
        (folder / "dark" / f"{number}.png").unlink()
    with pytest.raises(DataError, match=r"dark/\d.png: FileNotFoundError"):
        data.train.read(np.arange(len(data.train)))


def test_at_most_ten_files_are_listed(tmp_path):
    for number in range(12):
        (tmp_path / f"{number:02}.png").touch()
    with pytest.raises(DataError, match=r"(?s)12 unreadable.*09.png.*and 2 more") as error:
        image_folder(folder=str(tmp_path))
    assert "10.png" not in str(error.value)


def test_an_empty_folder(tmp_path):
    with pytest.raises(DataError, match=r"no picture in .*; looked for files that end in .bmp"):
        image_folder(folder=str(tmp_path))


def test_a_picture_without_a_class(folder):
    paint(folder / "stray.png")
    with pytest.raises(DataError, match=r"stray.png lies in no sub-folder"):
        image_folder(folder=str(folder), classes=True)
