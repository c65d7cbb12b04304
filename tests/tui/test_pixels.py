"""Pictures in cells: dots, colours, sizes, the probe and the widget."""

from __future__ import annotations

import unicodedata

import numpy as np
import pytest
from aekit_tui.pixels import colors, glyphs, grid, modes
from aekit_tui.pixels.cells import Lines, Look, draw, group, runs, split
from aekit_tui.pixels.export import save_gif
from aekit_tui.pixels.modes import ASCII, HALF, OCTANT, QUADRANT, RAMP, SEXTANT, Mode
from aekit_tui.pixels.resize import fit, resize
from rich.color import Color
from rich.segment import Segment
from rich.style import Style

RED, BLUE = (255, 0, 0), (0, 0, 255)


def drawn(image: np.ndarray, size: tuple[int, int], mode: Mode, depth: modes.Depth = "truecolor") -> Lines:
    return draw(image, size, Look(mode, depth, Style()))


def one_cell(dots: list[list[object]], mode: Mode) -> Segment:
    """The one segment that a cell of dots becomes; a dot is a colour, or ink as true and ground as false."""
    image = np.array(dots, "uint8")
    dots_of_cell = image if image.ndim == 3 else image[..., None] * np.uint8(255)
    pattern, above, below = split(group(dots_of_cell, mode))
    (line,) = runs(pattern, colors.quantise(above, "truecolor"), colors.quantise(below, "truecolor"), mode)
    (segment,) = line
    return segment


def test_a_half_block_has_its_two_dots_exactly():
    text, style, _ = one_cell([[RED], [BLUE]], HALF)
    assert text == "▀"
    assert style == Style.from_color(Color.from_rgb(*RED), Color.from_rgb(*BLUE))


def test_colours_of_one_luminance_are_told_apart():
    grey_as_bright_as_red = (76, 76, 76)
    text, style, _ = one_cell([[RED], [grey_as_bright_as_red]], HALF)
    assert text != " " and style is not None and style.color != style.bgcolor


@pytest.mark.parametrize(
    ("dots", "character"),
    [
        ([[1, 0], [0, 0], [0, 0]], "\U0001fb00"),  # BLOCK SEXTANT-1
        ([[0, 0], [1, 1], [1, 1]], "\U0001fb39"),  # BLOCK SEXTANT-3456
        ([[0, 1], [1, 1], [1, 1]], "\U0001fb3b"),  # BLOCK SEXTANT-23456
        ([[1, 0], [1, 0], [1, 0]], "▌"),
        ([[0, 1], [0, 1], [0, 1]], "▐"),
    ],
)
def test_a_sextant_shows_its_dots(dots, character):
    assert one_cell(dots, SEXTANT).text == character


@pytest.mark.parametrize("dots", [[[0, 0]] * 3, [[1, 1]] * 3])
def test_a_cell_of_one_colour_is_its_ground(dots):
    text, style, _ = one_cell(dots, SEXTANT)
    assert text == " " and style is not None and style.color == style.bgcolor


@pytest.mark.parametrize("mode", [HALF, QUADRANT, SEXTANT, OCTANT])
def test_every_pattern_has_its_own_character(mode):
    assert len(set(mode.characters)) == len(mode.characters) == 2 ** (mode.across * mode.down)


@pytest.mark.parametrize(
    ("dots", "character"),
    [
        ("3", 0x1CD00), ("23", 0x1CD01), ("14", 0x1CD04), ("135", 0x1CD0D), ("2357", 0x1CD49), ("1234567", 0x1CD70),
        ("18", 0x1CD71), ("468", 0x1CD96), ("2345678", 0x1CDE5), ("13", 0x2598), ("1", 0x1CEA8), ("8", 0x1CEA0),
        ("35", 0x1FBE6), ("12", 0x1FB82), ("345678", 0x2586),
    ],
)  # fmt: skip
def test_octants_are_numbered_as_unicode_16_has_them(dots, character):
    assert ord(glyphs.octants()[_pattern(dots)]) == character


def test_names_in_unicode_data_agree():
    for kind, table in (("SEXTANT", glyphs.sextants()), ("OCTANT", glyphs.octants())):
        names = {pattern: unicodedata.name(character, "") for pattern, character in enumerate(table)}
        named = {pattern: name for pattern, name in names.items() if name.startswith(f"BLOCK {kind}-")}
        assert all(_pattern(name.split("-")[1]) == pattern for pattern, name in named.items())
        if kind == "SEXTANT" or unicodedata.unidata_version >= "16":
            assert len(named) == {"SEXTANT": 60, "OCTANT": 230}[kind]


def _pattern(dots: str) -> int:
    return sum(1 << int(dot) - 1 for dot in dots)


def test_runs_of_one_style_are_one_segment():
    image = np.zeros((2, 10), "uint8")
    image[0, 4:6] = 255
    (line,) = drawn(image, (10, 1), HALF)
    assert [segment.text for segment in line] == ["    ▀▀    "]


def test_grey_takes_the_palette_and_colour_does_not():
    grey, color = np.full((2, 1), 128, "uint8"), np.full((2, 1, 3), RED, "uint8")
    assert drawn(grey, (1, 1), HALF)[0][0].style.bgcolor == Color.from_ansi(244)
    assert drawn(color, (1, 1), HALF)[0][0].style.bgcolor == Color.from_rgb(255, 0, 0)
    assert drawn(color, (1, 1), HALF, "256")[0][0].style.bgcolor == Color.from_ansi(196)
    assert drawn(color, (1, 1), HALF, "16")[0][0].style.bgcolor == Color.from_ansi(9)


def test_no_colour_is_far_from_its_own():
    every = np.stack(np.meshgrid(*[np.arange(0, 256, 15)] * 3), axis=-1).reshape(-1, 3).astype("uint8")
    codes = colors.quantise(every, "truecolor")
    back = np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=-1)
    assert np.abs(back - every).max() <= 5


@pytest.mark.parametrize(("mode", "text"), [(RAMP, " ░▒▓█"), (ASCII, " :=#@")])
def test_a_ramp_goes_from_dark_to_bright(mode, text):
    ramp = np.linspace(0, 255, 5).astype("uint8")[None].repeat(2, axis=0)
    (line,) = draw(ramp, (5, 1), Look(mode, "none", Style()))
    assert line[0].text == text
    (line,) = draw(ramp, (5, 1), Look(mode, "none", Style(), inverted=True))
    assert line[0].text[0] == mode.characters[-1] and line[0].text[-1] == mode.characters[0]


@pytest.mark.parametrize(
    ("shape", "size", "mode", "dots"),
    [
        ((28, 28), (80, 24), HALF, (28, 28)),  # 48 dots high: once
        ((28, 28), (120, 28), HALF, (56, 56)),  # twice
        ((28, 28), (80, 24), QUADRANT, (28, 56)),  # a dot is half as wide as high
        ((28, 28), (80, 24), OCTANT, (84, 84)),
        ((100, 200), (50, 50), HALF, (25, 50)),  # shrinks, and keeps its aspect
        ((100, 200), (50, 50), SEXTANT, (38, 100)),
        ((1, 1000), (10, 1), HALF, (1, 10)),
    ],
)
def test_pictures_fit_and_keep_their_aspect(shape, size, mode, dots):
    assert fit(shape, size, mode) == dots


def test_shrinking_averages_and_growing_repeats():
    image = np.array([[0, 100], [200, 100]], "uint8")[..., None]
    assert resize(image, (1, 1)).item() == 100
    assert resize(image, (2, 1)).ravel().tolist() == [50, 150]
    np.testing.assert_array_equal(resize(image, (4, 2))[..., 0], [[0, 100], [0, 100], [200, 100], [200, 100]])
    thirds = resize(np.array([0, 90, 240], "uint8")[:, None, None], (2, 1)).ravel()
    assert thirds.tolist() == [30, 190]  # (0 + 90 / 2) / 1.5, (90 / 2 + 240) / 1.5


def test_tiles_of_a_sheet_shrink_alike():
    sheet = grid.sheet(np.full((9, 10, 10, 1), 255, "uint8"), 3, paper=0)
    small = resize(sheet, (20, 20), (3, 3))[..., 0]
    assert small.shape == (20, 20)
    assert np.flatnonzero(small[0] == 0).tolist() == [6, 13]
    assert set(small.ravel().tolist()) == {0, 255}


def test_examples_are_shown_by_the_range_of_the_data():
    faint = np.full((1, 2, 2, 1), 0.1, "float32")
    assert grid.to_bytes(faint, (0, 1)).max() == 26
    assert grid.to_bytes(faint, (-1, 1)).max() == 140
    assert grid.to_bytes(faint + 5, (0, 1)).max() == 255


def test_nan_is_magenta_and_stays_where_it_is():
    x = np.zeros((2, 2, 2, 1), "float32")
    x[1, 0, 1] = np.nan
    content = grid.to_bytes(x, (0, 1))
    assert content[1, 0, 1].tolist() == list(grid.MAGENTA)
    assert content.sum() == sum(grid.MAGENTA)
    assert grid.error_map(x, np.zeros_like(x), (0, 1), signed=True)[1, 0, 1].tolist() == list(grid.MAGENTA)


def test_a_sheet_of_examples():
    x = np.ones((5, 3, 4, 1), "float32")
    sheet = grid.compose(x, (0, 1), columns=3)
    assert sheet.shape == (3 + 1 + 3, 4 * 3 + 2, 1)
    assert (sheet[:, 4] == grid.PAPER).all() and (sheet[4:, 10:] == grid.PAPER).all()  # gap, and no sixth example


def test_vectors_become_lines():
    assert grid.compose(np.zeros((3, 20)), (0, 1), columns=1).shape == (3 * grid.LINE + 2, 20, 1)


def test_errors_are_parts_of_the_range():
    x = np.zeros((1, 1, 3, 1))
    x_hat = np.array([-2.0, 0.0, 1.0]).reshape(x.shape)
    assert grid.error_map(x, x_hat, (-1, 1)).ravel().tolist() == [255, 0, 128]
    below, same, above = grid.error_map(x, x_hat, (-1, 1), signed=True)[0, 0].tolist()
    assert below == list(grid.BLUE) and same == [255, 255, 255]
    assert above == [243, 176, 128]  # half way from white to orange


def test_rows_of_grey_and_of_colour_make_one_picture():
    x = np.zeros((4, 5, 5, 1))
    rows = [grid.to_bytes(x, (0, 1)), grid.error_map(x[:3], x[:3], (0, 1), signed=True)]
    assert grid.compose_rows(rows).shape == (11, 23, 3)


def test_the_ladder_and_what_is_asked_for():
    utf = ("truecolor", "utf-8")
    assert modes.choose_mode({}, *utf) is HALF
    assert modes.choose_mode({"AEKIT_PIXELS": "sextant"}, *utf) is SEXTANT
    assert modes.choose_mode({"AEKIT_PIXELS": "octant"}, *utf) is HALF
    assert modes.choose_mode({"AEKIT_PIXELS": "octant"}, *utf, probed=True) is OCTANT
    assert modes.choose_mode({"NO_COLOR": "1"}, *utf) is RAMP
    assert modes.choose_mode({}, None, "UTF-8") is RAMP
    assert modes.choose_mode({}, "truecolor", "ANSI_X3.4-1968") is ASCII


def test_a_flip_book_opens_again(tmp_path):
    from PIL import Image

    frames = [np.full((6, 8, 1), shade, "uint8") for shade in (0, 120, 255)]
    save_gif(frames, tmp_path / "run.gif", 0.25)
    with Image.open(tmp_path / "run.gif") as image:
        assert (getattr(image, "n_frames", 1), image.size, image.info["duration"]) == (3, (8, 6), 250)
        image.seek(1)
        assert image.convert("L").getpixel((0, 0)) == 120
    with pytest.raises(ValueError, match="one size"):
        save_gif([frames[0], frames[0][:3]], tmp_path / "other.gif")
    assert [file.name for file in tmp_path.iterdir()] == ["run.gif"]
