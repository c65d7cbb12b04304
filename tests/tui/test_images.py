"""Pictures: preview events to arrays, and the pane that shows them; nothing in a run makes either raise."""

from __future__ import annotations

import json
import math

import numpy as np
import pytest
from aekit_tui.panes.browsing import Browsing
from aekit_tui.panes.flipbook import write_gif
from aekit_tui.panes.images import ImagesPane
from aekit_tui.panes.views import View, caption, enlarged, rows_of, views
from aekit_tui.pixels.modes import HALF
from aekit_tui.store.pictures import Picture, Pictures, shown_range
from aekit_tui.store.record import Record
from aekit_tui.widgets.choices import Choices
from aekit_tui.widgets.filmstrip import Film, Filmstrip, arrange
from aekit_tui.widgets.pixels import Pixels
from aekit_tui.widgets.slider import Slider
from textual.screen import Screen

from aekit.errors import RunError
from aekit.run import read_events
from benchmarks.recorded import Recording
from benchmarks.recorded_game import stopped_game, won


class Alone(Screen):
    """A screen with nothing but the pane."""

    def compose(self):
        yield ImagesPane()


def record_of(run):
    record = Record(run)
    record.take(list(read_events(run.events)))
    return record


def film(count, rows=3, side=8, labels=True):
    content = np.zeros((count, side, side, 1), "uint8")
    return Film((content,) * rows, ("0.1",) * (count if labels else 0))


# ---------------------------------------------------------------------- events to arrays


def test_a_preview_event_gives_rows_in_data_units(recorded):
    pictures = Pictures(record_of(recorded["finished"]))
    assert pictures.kinds == ["reconstruction"]
    events = pictures.events("reconstruction")
    assert [event["step"] for event in events] == [0, 1650, 3300, 4950, 6600]
    picture = pictures.load(events[-1])
    assert picture.rows.shape == (2, 8, 8, 8, 1) and picture.rows.dtype == "float32" and picture.range == (0.0, 1.0)
    assert picture.errors == pytest.approx(events[-1]["errors"], abs=1e-5)
    assert pictures.load(events[-1]) is picture


def test_psnr_of_a_tenth_off_everywhere_is_20_decibel():
    rows = np.stack([np.zeros((1, 4, 4, 1)), np.full((1, 4, 4, 1), 0.1)]).astype("float32")
    picture = Picture("reconstruction", 1, rows, (0.0, 1.0))
    assert picture.errors == pytest.approx([0.16]) and picture.psnr == pytest.approx([20.0])
    assert Picture("reconstruction", 1, 2 * rows - 1, (-1.0, 1.0)).psnr == pytest.approx([20.0])


def test_the_worst_come_first_and_what_is_no_number_is_the_worst():
    rows = np.zeros((2, 4, 3), "float32")
    rows[1, :, 0] = [0.1, 0.9, 0.5, math.nan]
    picture = Picture("reconstruction", 1, rows, (0.0, 1.0))
    assert picture.order(worst=True).tolist() == [3, 1, 2, 0]
    assert picture.order(worst=False).tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (None, "is not here (yet)"),
        (b"", "is not whole (yet)"),
        (b"\x93NUMPY\x01\x00garbage", "is not whole (yet)"),
        ("half", "is not whole (yet)"),
        (np.zeros((4, 4)), "no rows of examples"),
        (np.array([["a"]]), "no array of numbers"),
        (np.array([{}], dtype=object), "is not whole (yet), or no array file"),
    ],
)
def test_a_file_that_cannot_be_shown_gives_a_reason(recorded, content, said):
    run = recorded["finished"]
    pictures = Pictures(record_of(run))
    event = pictures.events("reconstruction")[-1]
    path = run.path / event["arrays"]
    if content is None:
        path.unlink()
    elif isinstance(content, str):
        path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    elif isinstance(content, bytes):
        path.write_bytes(content)
    else:
        np.save(path, content, allow_pickle=True)
    assert said in pictures.load(event)


@pytest.mark.parametrize("arrays", [None, 3, "../other/previews/x.npy", "/etc/passwd"])
def test_arrays_outside_the_run_are_not_read(recorded, arrays):
    pictures = Pictures(record_of(recorded["finished"]))
    event = {**pictures.events("reconstruction")[0], "arrays": arrays}
    assert "no arrays in this run's folder" in pictures.load(event)


def test_a_file_that_was_written_again_is_read_again(recorded):
    run = recorded["finished"]
    pictures = Pictures(record_of(run))
    event = pictures.events("reconstruction")[-1]
    np.save(run.path / event["arrays"], np.ones((2, 3, 5), "float32"))
    assert pictures.load(event).rows.shape == (2, 3, 5)


@pytest.mark.parametrize(
    ("given", "values", "expected"),
    [
        ([-2, 2], [0, 1], (-2, 2)),
        (None, [0.1, 0.9], (0, 1)),
        (None, [-0.5, 0.9], (-1, 1)),
        ([1, 1], [-3.0, 5.0], (-3, 5)),
        ([None, 1], [7.0, 7.0], (7, 8)),
        ("x", [math.nan, math.nan], (0, 1)),
    ],
)
def test_a_range_that_is_not_given_is_guessed_from_the_inputs(given, values, expected):
    assert shown_range({"range": given}, np.array([values, [99.0, 99.0]])) == expected


# ---------------------------------------------------------------------- views and steps


def test_an_answer_to_a_request_is_a_kind_of_its_own(tmp_path):
    recording = Recording(tmp_path).stage().preview(100, 0.5)
    given = {key: value for key, value in recording.events[-1].items() if key not in ("n", "time", "type")}
    recording.add("preview", **given, index=17)
    recording.add("preview", step=100, kind="samples", arrays="previews/none.npy", grid=[1, 8], errors=[])
    known = views(Pictures(record_of(recording.write())))
    whole = [view for view in known if not view.part]
    assert [str(view) for view in whole] == ["reconstruction", "example 17", "samples"]
    assert [view.part for view in known if view.kind == "samples"] == [""]
    assert [view.part for view in known if view.kind == "reconstruction"] == ["", "output", "error", "signed error"]


def test_the_error_map_is_black_where_right_and_white_from_a_quarter_of_the_range_on():
    rows = np.zeros((2, 1, 1, 3, 1), "float32")
    rows[1, 0, 0, :, 0] = [0.0, 0.25, -0.9]
    shown = rows_of(Picture("reconstruction", 1, rows, (-0.5, 0.5)), "", np.array([0]))
    assert len(shown) == 3 and shown[2][0, 0, :, 0].tolist() == [0, 255, 255]
    signed = rows_of(Picture("reconstruction", 1, rows, (-0.5, 0.5)), "signed error", np.array([0]))[0][0, 0]
    assert signed.tolist() == [[255, 255, 255], [230, 97, 1], [33, 102, 172]]


def test_an_example_is_enlarged_as_fits_better():
    rows = [np.zeros((1, 8, 8, channels), "uint8") for channels in (3, 3, 1)]
    assert enlarged(rows, (20, 30))[0].shape == (26, 8, 3)
    assert enlarged(rows, (60, 10))[0].shape == (8, 26, 3)


def test_browsing_follows_the_newest_until_one_goes_back(tmp_path):
    recording = Recording(tmp_path).stage().preview(100, 0.1).preview(200, 0.2)
    record = record_of(recording.write())
    here = Browsing(record)
    here.look_again()
    assert here.event["step"] == 200
    record.take(recording.preview(300, 0.3).events[-1:])
    assert here.event["step"] == 300
    here.go_to(1)
    record.take(recording.preview(400, 0.4).events[-1:])
    assert here.event["step"] == 200
    here.go_to(99)
    record.take(recording.preview(500, 0.5).events[-1:])
    assert here.event["step"] == 500


def test_choosing_goes_through_the_shown_order_and_past_the_ends_to_none():
    here = Browsing()
    seen = []
    for _ in range(4):
        here.choose(1, [2, 0, 1])
        seen.append(here.chosen)
    assert seen == [2, 0, 1, None]
    here.choose(-1, [2, 0, 1])
    assert here.chosen == 1


# ---------------------------------------------------------------------- layout


def test_a_wide_field_has_one_band_and_a_narrow_one_wraps():
    assert arrange(film(8), (80, 20), HALF).bands == 1
    assert arrange(film(8), (40, 40), HALF).bands == 2


def test_bands_are_of_one_length_and_a_square_is_one_picture():
    assert (arrange(film(16), (110, 40), HALF).columns, arrange(film(16), (110, 40), HALF).bands) == (8, 2)
    assert arrange(film(16, rows=1, labels=False), (60, 30), HALF).columns == 4


def test_examples_that_would_be_too_small_go_to_pages_that_follow_the_choice():
    layout = arrange(film(16, side=64), (80, 16), HALF)
    assert layout.shown < 16
    chosen = Film(film(16, side=64).rows, (), chosen=15)
    page = arrange(chosen, (80, 16), HALF)
    assert page.first <= 15 < page.first + page.shown


@pytest.mark.parametrize("size", [(1, 1), (2, 1), (1, 9), (20, 3), (200, 60)])
@pytest.mark.parametrize("count", [1, 3, 17])
def test_any_size_is_laid_out(size, count):
    layout = arrange(film(count, rows=2), size, HALF)
    assert layout.shown >= 1 and layout.columns >= 1 and layout.lines >= 1


# ---------------------------------------------------------------------- the pane


def open_pane(app, run):
    async def opened(pilot):
        await app.push_screen(Alone())
        pane = app.screen.query_one(ImagesPane)
        pane.show_run(app.store.open(run))
        return pane

    return opened


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_reconstructions_with_an_error_for_each(app, recorded, drive, until, text_of, size):
    async def script(pilot):
        pane = await open_pane(app, recorded["finished"])(pilot)
        await until(pilot, lambda: pane.record.previews)
        pane.refresh_pictures()
        await until(pilot, lambda: "0.0138" in text_of(app))
        text = text_of(app)
        assert "8 examples · mean squared error 0.009974, PSNR 38.7 dB" in text
        assert "[reconstruction]" in text and "step 6,600 (newest)" in text and "5/5" in text

    drive(app, script, size=size)


def test_bits_per_pixel_of_a_run_that_counts_them(app, tmp_path, drive, until, text_of):
    bits = [0.5, *(7 * [1.0])]
    run = Recording(tmp_path / "runs").stage().preview(100, 0.5, bits_per_pixel=bits).write()

    async def script(pilot):
        pane = await open_pane(app, run)(pilot)
        await until(pilot, lambda: pane.record.previews)
        pane.refresh_pictures()
        await until(pilot, lambda: " dB, 0.938 bpp" in text_of(app))
        pane.select(1)
        await until(pilot, lambda: " dB, 0.500 bpp · mean" in text_of(app))

    drive(app, script)


@pytest.mark.parametrize("bits", [None, 0.5, [], [0.5], [0.5] * 7 + [None], ["0.5"] * 8])
def test_bits_per_pixel_are_left_out_where_they_are_none(tmp_path, bits):
    run = Recording(tmp_path).stage().preview(100, 0.5, bits_per_pixel=bits).write()
    pictures = Pictures(record_of(run))
    picture = pictures.load(pictures.events("reconstruction")[0])
    assert picture.bits_per_pixel is None and "bpp" not in caption(picture, "", None, False)


def test_the_keys_of_the_pictures(app, recorded, drive, until, text_of):
    async def script(pilot):
        pane = await open_pane(app, recorded["finished"])(pilot)
        await until(pilot, lambda: pane.record.previews)
        pane.refresh_pictures()
        await until(pilot, lambda: pane.picture)
        pane.step(-1)
        await until(pilot, lambda: pane.picture.step == 4950)
        assert "4/5" in text_of(app) and "newest" not in text_of(app)
        pane.toggle_worst()
        await until(pilot, lambda: "worst first" in text_of(app))
        pane.select(1)
        worst = int(pane.picture.errors.argmax())
        await until(pilot, lambda: f"example {worst}: squared error" in text_of(app))
        large = pane.query_one("#enlarged", Pixels)
        await until(pilot, lambda: large.size.width > 20 and large.image is not None)
        pane.select(-1)
        assert pane.browsing.chosen is None
        pane.next_kind()
        await until(pilot, lambda: "[output]" in text_of(app))
        assert len(pane.query_one(Filmstrip).film.rows) == 1 and app.settings.image_mode == "reconstruction output"

    drive(app, script)


def test_play_goes_through_all_steps_and_ends_at_the_newest(app, recorded, drive, until):
    async def script(pilot):
        pane = await open_pane(app, recorded["finished"])(pilot)
        await until(pilot, lambda: pane.record.previews)
        pane.refresh_pictures()
        await until(pilot, lambda: pane.picture)
        seen = set()
        pane.play()
        await until(pilot, lambda: seen.add(pane.picture.step) or (len(seen) == 5 and pane._player is None))
        assert pane.browsing.at is None

    drive(app, script)


def test_pictures_that_come_are_shown(app, tmp_path, drive, until, text_of):
    recording = Recording(tmp_path / "runs").stage()
    run = recording.write()

    async def script(pilot):
        pane = await open_pane(app, run)(pilot)
        await until(pilot, lambda: "no pictures yet" in text_of(app))
        recording.preview(50, 0.5).write()
        await until(pilot, lambda: pane.record.previews)
        pane.refresh_pictures()
        await until(pilot, lambda: "step 50 (newest)" in text_of(app) and pane.picture)
        path = recording.run.previews / "reconstruction-000060.npy"
        recording.preview(60, 0.5)
        content = path.read_bytes()
        path.write_bytes(content[:100])
        recording.write()
        await until(pilot, lambda: len(pane.record.previews) == 2)
        pane.refresh_pictures()
        await until(pilot, lambda: "is not whole (yet)" in text_of(app))
        path.write_bytes(content)
        pane.refresh_pictures()
        await until(pilot, lambda: pane.picture and pane.picture.step == 60)

    drive(app, script)


def test_another_run_and_none(app, recorded, drive, until, text_of):
    async def script(pilot):
        pane = await open_pane(app, recorded["finished"])(pilot)
        await until(pilot, lambda: pane.record.previews)
        pane.refresh_pictures()
        await until(pilot, lambda: pane.picture)
        pane.show_run(app.store.open(recorded["failed"]))
        await until(pilot, lambda: app.store.records[recorded["failed"]].log)
        pane.refresh_pictures()
        await until(pilot, lambda: "this run wrote no pictures" in text_of(app))
        pane.show_run(None)
        await until(pilot, lambda: "no run is chosen" in text_of(app))

    drive(app, script)


def test_a_click_chooses_an_example_a_view_and_a_step(app, recorded, drive, until):
    async def script(pilot):
        pane = await open_pane(app, recorded["finished"])(pilot)
        await until(pilot, lambda: pane.record.previews)
        pane.refresh_pictures()
        film_strip = pane.query_one(Filmstrip)
        await until(pilot, lambda: film_strip.layout_shown)
        left, top, *_ = film_strip._place
        await pilot.click(Filmstrip, offset=(left + 1, top + 1))
        await until(pilot, lambda: pane.browsing.chosen == 0)
        await pilot.click(Slider, offset=(30, 0))
        await until(pilot, lambda: pane.browsing.at is not None)
        await pilot.click(Choices, offset=(18, 0))
        await until(pilot, lambda: pane.browsing.view == View("reconstruction", "output"))

    drive(app, script)


def test_a_gif_of_all_steps_lands_in_the_current_folder(app, recorded, drive, until, tmp_path, monkeypatch):
    from PIL import Image

    monkeypatch.chdir(tmp_path)
    run = recorded["finished"]

    async def script(pilot):
        pane = await open_pane(app, run)(pilot)
        await until(pilot, lambda: pane.record.previews)
        pane.refresh_pictures()
        await until(pilot, lambda: pane.picture)
        pane.gif()
        await until(pilot, lambda: any("5 steps" in toast.message for toast in app._notifications))

    drive(app, script)
    with Image.open(tmp_path / f"{run.id}-reconstruction.gif") as picture:
        assert picture.n_frames == 5 and picture.info["duration"] == 250


def test_a_gif_of_nothing_says_why(recorded, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    pictures = Pictures(record_of(recorded["finished"]))
    events = pictures.events("reconstruction")
    for event in events:
        (recorded["finished"].path / event["arrays"]).unlink()
    with pytest.raises(RunError, match="none of the 5 pictures can be read"):
        write_gif(pictures, events, View("reconstruction"), np.arange(8))


@pytest.mark.parametrize("shape", [(2, 5, 40), (1, 36, 12, 12, 3), (2, 1, 16, 16, 1), (3, 4, 8, 8)])
@pytest.mark.parametrize("size", [(80, 24), (20, 6), (44, 12)])
def test_all_sorts_of_examples_at_all_sorts_of_sizes(app, tmp_path, drive, until, shape, size):
    recording = Recording(tmp_path / "runs").stage()
    name = "previews/things-000001.npy"
    np.save(recording.run.path / name, np.random.default_rng(0).normal(size=shape).astype("float32"))
    recording.add("preview", step=1, kind="things", arrays=name, grid=list(shape[:2]), errors=[])
    run = recording.write()

    async def script(pilot):
        pane = await open_pane(app, run)(pilot)
        await until(pilot, lambda: pane.record.previews)
        pane.refresh_pictures()
        await until(pilot, lambda: pane.picture)
        for _ in range(3):
            pane.select(1)
            pane.next_kind()
            await pilot.pause()

    drive(app, script, size=size)


def test_odd_events_do_no_harm(tmp_path):
    recording = Recording(tmp_path).stage()
    for fields in ({"grid": "x"}, {"grid": []}, {"errors": None}, {"index": "x"}, {"range": [1]}, {"arrays": {}}):
        recording.add("preview", **{"step": 3, "kind": "odd", "arrays": "previews/none.npy", **fields})
    pictures = Pictures(record_of(recording.write()))
    for event in pictures.record.previews:
        assert isinstance(pictures.load(event), str)
    assert views(pictures) == [View("odd")]
    assert json.dumps(pictures.kinds) == '["odd"]'


# ---------------------------------------------------------------------- grids of samples


def test_a_grid_of_samples_is_no_pair_and_has_no_errors(tmp_path):
    pictures = Pictures(record_of(won(tmp_path)))
    assert views(pictures) == [View("samples")]
    picture = pictures.load(pictures.events("samples")[-1])
    assert picture.rows.shape == (1, 64, 8, 8, 1) and picture.columns == 8
    assert not picture.is_pair and caption(picture, "", None, worst=True) == "64 samples"
    assert picture.order(worst=True).tolist() == list(range(64))
    assert [row.shape for row in rows_of(picture, "", np.arange(64))] == [(64, 8, 8, 1)]


def test_a_grid_keeps_its_columns_where_its_samples_can_be_seen():
    content = np.zeros((64, 8, 8, 1), "uint8")
    grid = Film((content,), columns=8)
    assert (arrange(grid, (120, 34), HALF).columns, arrange(grid, (44, 34), HALF).columns) == (8, 8)
    small = arrange(grid, (80, 15), HALF)
    assert small.shown < 64 and small.shown % 8 == 0, "pages of whole rows"


def test_the_flip_book_of_a_grid_is_square(tmp_path, monkeypatch):
    from PIL import Image

    monkeypatch.chdir(tmp_path)
    pictures = Pictures(record_of(stopped_game(tmp_path / "runs")))
    said = write_gif(pictures, pictures.events("samples"), View("samples"), np.arange(64))
    assert said.endswith("-samples.gif: 28 steps")
    with Image.open(next(tmp_path.glob("*.gif"))) as gif:
        assert gif.size[0] == gif.size[1] and gif.n_frames > 1
