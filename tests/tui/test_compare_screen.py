"""Screen 4: marked runs side by side."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from aekit_tui.store import comparison
from aekit_tui.store.pictures import Picture, Pictures
from aekit_tui.store.record import Record
from aekit_tui.widgets.gallery import Gallery
from aekit_tui.widgets.pixels import Pixels
from aekit_tui.widgets.plot import Plot

from aekit.run import read_events


def test_recipes_differ_key_by_key():
    one = {"encoder": {"type": "mlp", "units": [64]}, "epochs": 4, "stages": [{"name": "a", "epochs": 1}]}
    other = {"encoder": {"type": "mlp", "units": [32]}, "seed": 1, "epochs": 4, "stages": [{"name": "a", "epochs": 2}]}
    assert comparison.differences([one, other]) == [
        ("encoder.units", ("[64]", "[32]")),
        ("stages.a.epochs", ("1", "2")),
        ("seed", ("-", "1")),
    ]


@pytest.mark.parametrize(
    ("direction", "values", "best"),
    [("lower", (2.0, 1.0, None), 1), ("higher", (2.0, 1.0), 0), (None, (2.0, 1.0), None), ("lower", (1.0, 1.0), None)],
)
def test_the_best_measure_by_its_direction(direction, values, best):
    found = [{} if value is None else {"value": value, "direction": direction} for value in values]
    assert comparison.best_of(found) == best


def test_measures_on_unlike_feature_nets_are_not_compared():
    found = [{"value": value, "direction": "lower", "on": f"features digits-features {value}"} for value in (1, 2)]
    assert comparison.best_of(found) is None
    assert comparison.best_of([{**measure, "on": "pixels"} for measure in found]) == 0


def test_pictures_at_a_share_of_a_runs_steps(recorded):
    record = Record(recorded["finished"])
    record.take(read_events(record.run.events))
    pictures = Pictures(record)
    steps = [comparison.picture_at(pictures, share).step for share in (0.0, 0.3, 0.5, 1.0)]
    assert steps == [0, 1650, 3300, 6600]


def test_other_data_is_not_the_same_probes():
    rows = np.zeros((2, 3, 4, 4, 1), "float32")
    one, same = (
        Picture("reconstruction", 1, rows, (0, 1)),
        Picture("reconstruction", 9, rows + np.array([0, 1], "float32").reshape(2, 1, 1, 1, 1), (0, 1)),
    )
    assert comparison.same_probes([one, same, "missing"])
    assert not comparison.same_probes([one, Picture("reconstruction", 1, rows + 1, (0, 1))])


def marked(app, recorded):
    app.settings.marks = [recorded["finished"].id, recorded["other"].id]


def test_curves_recipes_measures_and_pictures(app, recorded, drive, text_of, until):
    async def script(pilot):
        marked(app, recorded)
        await pilot.press("4")
        await until(pilot, lambda: "encoder.units" in text_of(app))
        text = text_of(app)
        assert "A 2026-11-22T061031-digits" in text
        assert "[64]" in text and "[256]" in text
        assert "squared_error (test)" in text
        await until(pilot, lambda: app.screen.query_one(Gallery).query_one(Pixels).image is not None)
        plot = app.screen.query_one(Plot)
        await until(pilot, lambda: len(plot.chart.curves) == 4)
        await pilot.press("y", "x", "e", "down", "left")
        assert (plot.log_y, plot.axis, plot.title) == (True, "epoch", "mse")
        assert plot.smoothing == 0.6
        assert plot.cursor is not None

    drive(app, script)


def test_it_says_where_measures_do_not_compare(app, recorded, drive, text_of, until):
    async def script(pilot):
        marked(app, recorded)
        for place, run in enumerate((recorded["finished"], recorded["other"])):
            about = {"value": 1.0 + place, "n": 9, "direction": "lower", "on": f"features digits-features {place}"}
            run.metrics.write_text(json.dumps({"measures": {"fid": {"test": about}}}))
        await pilot.press("4")
        await until(pilot, lambda: "fid (test, not comparable)" in text_of(app))
        assert "1 *" not in text_of(app)

    drive(app, script)


def test_scrubbing_shows_earlier_pictures(app, recorded, drive, text_of, until):
    async def script(pilot):
        marked(app, recorded)
        await pilot.press("4")
        await until(pilot, lambda: "step 6,600" in text_of(app))
        await pilot.press(*["left_square_bracket"] * 10)
        await until(pilot, lambda: "step 0 " in text_of(app))
        await pilot.press("right_square_bracket")
        await pilot.press("z", "z", "q")
        assert app.current_mode == "compare"
        await pilot.press("q")
        assert app.current_mode == "runs"

    drive(app, script, size=(160, 40))


def test_unmarked_the_two_latest_are_compared_and_it_says_so(app, recorded, drive, text_of, until):
    async def script(pilot):
        await pilot.press("4")
        await until(pilot, lambda: "mark two or more runs" in text_of(app))
        await until(pilot, lambda: "mnist-deep" in text_of(app))

    drive(app, script, size=(80, 24))


def test_runs_that_vanish_while_compared(app, recorded, drive, text_of, until):
    async def script(pilot):
        marked(app, recorded)
        await pilot.press("4")
        await until(pilot, lambda: "encoder.units" in text_of(app))
        shutil.rmtree(recorded["other"].path)
        await pilot.press("right_square_bracket", "left_square_bracket", "i")
        await until(pilot, lambda: "B:" in text_of(app))

    drive(app, script, size=(160, 40))


def test_no_runs_at_all(app, drive, text_of, until):
    async def script(pilot):
        await pilot.press("4")
        await until(pilot, lambda: "mark two or more runs" in text_of(app))
        await pilot.press("y", "x", "e", "up", "left", "space", "i", "z", "c")

    drive(app, script)


def test_play_goes_on_to_the_newest_and_pressed_again_stops(app, recorded, drive, text_of, until):
    async def script(pilot):
        marked(app, recorded)
        await pilot.press("4")
        await until(pilot, lambda: "step 6,600" in text_of(app))
        await pilot.press("space")
        player = app.screen._player
        await pilot.press("space")
        assert player is not None and app.screen._player is None
        await until(pilot, lambda: "step 0 " in text_of(app))
        await pilot.press("space", "1")
        screen = app.get_screen_stack("compare")[-1]
        await until(pilot, lambda: screen._player is None)

    drive(app, script, size=(160, 40))


def test_pictures_of_a_log_that_was_let_go_of_are_those_of_the_log_opened_again(app, recorded, drive, text_of, until):
    async def script(pilot):
        marked(app, recorded)
        await pilot.press("4")
        await until(pilot, lambda: "step 6,600" in text_of(app))
        await pilot.press("1")
        app.store.close([recorded["finished"], recorded["other"]])
        app.settings.marks = [recorded["other"].id, recorded["failed"].id]
        await pilot.press("4")
        screen = app.screen
        await until(pilot, lambda: [pictures.record for pictures in screen._pictures] == screen._records())
        assert len(screen._pictures) == 2

    drive(app, script, size=(160, 40))


def test_what_an_overtaken_thread_read_is_not_shown(app, recorded, drive, text_of, until):
    async def script(pilot):
        marked(app, recorded)
        await pilot.press("4")
        await until(pilot, lambda: "step 6,600" in text_of(app))
        app.screen._have(app.screen._ticket - 1, [], [], ["late", "late"])
        await pilot.pause()
        assert "late" not in text_of(app)

    drive(app, script, size=(160, 40))
