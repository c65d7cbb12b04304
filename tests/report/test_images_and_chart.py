"""What a report reads, and the chart that it draws."""

import sys

import numpy as np
import pytest
from PIL import Image

from aekit.errors import DataError, InputError
from aekit.report import Curve, Point, draw_chart, find_images, read_images


def save(path, *shape, mode=None):
    path.parent.mkdir(exist_ok=True)
    Image.fromarray(np.zeros(shape, "uint8"), mode).save(path)
    return path


def test_folders_and_files_each_once_in_order(tmp_path):
    b, a = (save(tmp_path / "in" / name, 4, 5) for name in ("b.png", "a.PNG"))
    (tmp_path / "in" / "notes.txt").write_text("no image")
    other = save(tmp_path / "z.jpg", 4, 5, 3)
    assert find_images([other, tmp_path / "in", b]) == [other, a, b]


def test_grey_stays_grey_and_colour_keeps_its_channels(tmp_path):
    files = [save(tmp_path / "grey.png", 4, 5), save(tmp_path / "colour.png", 4, 5, 3)]
    files.append(save(tmp_path / "transparent.png", 4, 5, 4))
    assert [image.shape for image in read_images(files).values()] == [(4, 5, 1), (4, 5, 3), (4, 5, 3)]
    assert {image.shape for image in read_images(files, grey=True).values()} == {(4, 5, 1)}


def test_two_files_of_one_name_are_two_images(tmp_path):
    files = [save(tmp_path / folder / "a.png", 4, 5) for folder in ("one", "two")]
    assert len(read_images(files)) == 2


def test_what_is_no_image_is_told(tmp_path):
    with pytest.raises(DataError, match="no image and no folder"):
        find_images([tmp_path / "nothing"])
    with pytest.raises(DataError, match="no image file in"):
        find_images([tmp_path])
    (tmp_path / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    with pytest.raises(DataError, match="is no picture"):
        read_images([tmp_path / "broken.png"])


def curves():
    points = tuple(Point("", bpp, 30 + bpp, 0.9, ()) for bpp in (0.5, 1.0))
    return [Curve("mine", "", points), Curve("theirs", "", points[:1])]


def test_a_chart_without_a_screen(tmp_path):
    before = "matplotlib.pyplot" in sys.modules  # other libraries of this process may use it
    with Image.open(draw_chart(curves(), tmp_path / "new" / "chart.png", "two codecs")) as image:
        assert image.width > 1000
    text = draw_chart(curves(), tmp_path / "chart.svg").read_text()
    assert text.startswith("<?xml") and text == draw_chart(curves(), tmp_path / "again.svg").read_text()
    assert ("matplotlib.pyplot" in sys.modules) == before


def test_another_ending_is_refused(tmp_path):
    with pytest.raises(InputError, match=r"\.png, \.svg, \.pdf"):
        draw_chart(curves(), tmp_path / "chart.txt")
