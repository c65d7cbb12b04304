"""How training stands: gauges in charts of their own, the health pane, the list, and the way back."""

from __future__ import annotations

import numpy as np
import pytest
from aekit_tui.panes.charting import chart_curves, chart_marks, chart_names, shown_runs
from aekit_tui.panes.charts import ChartsPane
from aekit_tui.panes.head import head_lines
from aekit_tui.panes.health import HealthPane
from aekit_tui.panes.notices import notice
from aekit_tui.panes.progress import progress_of
from aekit_tui.panes.standing import RATIO, SHARE, Gauge, Scale, bar_of, course_of, gauges_of, rows
from aekit_tui.screens.steering import Steering
from aekit_tui.store.cache import load_record, save_record
from aekit_tui.store.health import since, sound_checkpoint, standing_alerts, told_of, trouble
from aekit_tui.store.record import Curve, Record
from aekit_tui.widgets.filmstrip import Filmstrip
from aekit_tui.words import listed
from textual.widgets import Input

from aekit.run import EventReader, Status, status
from benchmarks.recorded import finished
from benchmarks.recorded_game import alert, collapsed, game, kept, played, stopped_game, won


def record_of(recording):
    record = Record(recording.run)
    record.take(recording.events)
    return record


@pytest.fixture
def bad(tmp_path):
    """A game that went back once and has collapsed for good, in the folder that `app` looks at."""
    return stopped_game(tmp_path / "runs")


# ---------------------------------------------------------------------- what the log tells


def test_gauges_are_curves_of_their_own_and_no_losses(tmp_path):
    record = record_of(played(game(tmp_path), 0, 100))
    assert record.losses == ["discriminator", "generator", "loss"]
    assert list(record.gauges) == [
        "real_score", "fake_score", "saturation", "gradient_ratio", "diversity", "coverage",
    ]  # fmt: skip
    assert len(record.gauges["real_score"]) == 20, "of every step event; the means of epochs are not told twice"
    assert record.gauges["coverage"].steps.tolist() == [20, 40, 60, 80, 100]


def test_a_rollback_voids_the_steps_beyond_it_and_keeps_the_alert_on_record(tmp_path):
    record = record_of(collapsed(tmp_path))
    assert [event["step"] for event in record.alerts] == [280, 460, 500] and len(record.rollbacks) == 1
    assert [event["step"] for event in standing_alerts(record)] == [460, 500]
    assert record.gauges["real_score"].steps.tolist() == list(range(5, 561, 5))
    assert record.health == "collapsed" and trouble(record)["step"] == 500 and since(record) == 460


def test_training_that_goes_well_again_is_no_trouble(tmp_path):
    recording = alert(collapsed(tmp_path), 560, "ok")
    record = record_of(recording)
    assert record.health == "ok" and trouble(record) is None and since(record) is None


def test_the_way_back_is_the_newest_checkpoint_from_before_trouble_was_first_seen(tmp_path):
    recording = kept(collapsed(tmp_path), 560)
    record = record_of(recording)
    assert sound_checkpoint(record)["step"] == 400  # the alert of step 460 is the third bad pass, after 420 and 440
    (record.run.checkpoints / "step-000400.h5").unlink()
    assert sound_checkpoint(record)["step"] == 200
    (record.run.checkpoints / "step-000200.h5").unlink()
    assert sound_checkpoint(record) is None
    assert sound_checkpoint(record_of(kept(played(game(tmp_path / "well"), 0, 100), 100)))["step"] == 100


def test_a_cached_record_knows_its_alerts(tmp_path, bad):
    record = told_of(bad)
    reader = EventReader(bad.events)
    reader.read()
    save_record(record, reader.place, tmp_path / "cache")
    again = load_record(bad, EventReader(bad.events), tmp_path / "cache")
    assert again.alerts == record.alerts and again.rollbacks == record.rollbacks and again.health == "collapsed"


def test_odd_health_does_not_raise(tmp_path):
    recording = played(game(tmp_path), 0, 40)
    recording.add("alert", step="x", state=3, reasons="no").add("alert", state="collapsed", reasons=None)
    recording.add("rollback", step=None, resumed_from=[], rollbacks=None, rate="y", message=5)
    recording.add("alert", step=50, state="collapsed", reasons={}, message=None)
    recording.add("step", step=60, losses={}, gauges={"real_score": "high", "odd": float("nan")})
    recording.add("epoch", step=60, epoch=3.0, train={}, validation={}, gauges=[1], health="collapsed")
    record = record_of(recording)
    assert trouble(record)["step"] == 50 and [gauge.title for gauge in gauges_of(record)] == ["D on real", "odd"]
    notice(record, Status("running", "training"))
    chart_marks(record)


# ---------------------------------------------------------------------- charts


def test_players_share_a_chart_and_gauges_have_their_own(tmp_path):
    record = record_of(played(game(tmp_path), 0, 100))
    assert chart_names(record.curves) == [
        "players", "scores", "samples", "saturation", "gradient_ratio", "loss", "rate",
    ]  # fmt: skip
    shown = shown_runs(record, [], "aekit-dark")
    labels = [curve.label for curve in chart_curves("players", shown)]
    assert labels == ["discriminator", "discriminator val", "generator", "generator val"]
    real, fake = chart_curves("scores", shown)
    assert (real.label, fake.label) == ("real", "fake") and real.color != fake.color
    assert [curve.label for curve in chart_curves("saturation", shown)] == [""]


def test_two_games_have_four_colours_in_a_chart(tmp_path):
    records = [record_of(played(game(tmp_path / name, name=name), 0, 60)) for name in ("one", "two")]
    curves = chart_curves("scores", shown_runs(records[0], records, "aekit-dark"))
    assert [curve.label for curve in curves] == ["one real", "one fake", "two real", "two fake"]
    assert len({curve.color for curve in curves}) == 4


def test_gauges_of_another_trainer_are_drawn_by_themselves(tmp_path):
    recording = game(tmp_path)
    recording.add("step", step=1, losses={"loss": 2.0}, gauges={"norm": 7.0})
    recording.add("step", step=2, losses={"loss": 1.0}, gauges={"norm": 9.0})
    record = record_of(recording)
    assert chart_names(record.curves) == ["loss", "norm"]
    (gauge,) = gauges_of(record)
    assert (gauge.title, gauge.scale) == ("norm", Scale(7.0, 9.0))


def test_marks_stand_where_health_changed_and_where_it_went_back(tmp_path):
    marks = [(mark.x_step, mark.label) for mark in chart_marks(record_of(collapsed(tmp_path)))]
    assert sorted(marks) == [(200, "rolled back"), (460, "warning"), (500, "collapsed")]


def test_ratios_are_drawn_by_their_logarithm_and_shares_never(app, tmp_path, drive, until, text_of):
    run = won(tmp_path / "runs")

    async def script(pilot):
        app.show_run(run)
        app.settings.log_y = True
        await until(pilot, lambda: "D ⠤⠤ real" in text_of(app))
        plots = {plot.title: plot.log_y for plot in app.screen.query_one(ChartsPane).plots if plot.display}
        assert plots["gradient ratio"] and not plots["D"] and not plots["saturation"]

    drive(app, script)


# ---------------------------------------------------------------------- rows of the pane


def test_a_share_fills_its_bar_and_a_ratio_leans_from_the_middle():
    assert bar_of(Gauge("", np.array([0.25]), SHARE), 8) == "━━──────"
    assert bar_of(Gauge("", np.array([1.0]), RATIO), 9) == "────┼────"
    assert bar_of(Gauge("", np.array([1000.0]), RATIO), 9) == "────┿━━━━"
    assert bar_of(Gauge("", np.array([0.0]), RATIO), 9) == "━━━━┿────"
    assert bar_of(Gauge("", np.array([np.nan]), SHARE), 5) == "     "


def test_a_course_has_the_scale_of_its_gauge_and_not_its_own():
    assert course_of(Gauge("", np.array([0.5, 0.51, 0.5]), SHARE), 9) == "▅▅▅"
    assert course_of(Gauge("", np.array([0.0, np.nan, 1.0]), SHARE), 9) == "▁ █"
    assert course_of(Gauge("", np.linspace(0, 1, 800), SHARE), 8) == "▁▂▃▄▅▆▇█"
    assert course_of(Gauge("", np.zeros(0), SHARE), 8) == ""


def test_rows_keep_within_their_width(tmp_path):
    gauges = gauges_of(record_of(played(game(tmp_path), 0, 600)))
    for width in (120, 80, 44, 24, 10):
        lines = rows(gauges, width, "", "", told=False).plain.splitlines()
        assert len(lines) == 7 and all(len(line) <= max(width, 31) for line in lines)


# ---------------------------------------------------------------------- on the screen


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_the_pane_tells_state_reasons_rollbacks_and_keys(app, bad, drive, until, text_of, size):
    async def script(pilot):
        app.settings.tab = "health"
        app.show_run(bad)
        await until(pilot, lambda: "✗ collapsed  since step 460, judged at step 560" in text_of(app))
        text = text_of(app)
        assert "samples are alike: they differ by 4% of what examples differ by" in text
        assert "rolled back once, last from step 280 to 200; learning rates times 0.5" in text
        assert "f forks it from step-000400.h5" in text
        for title in ("D on real", "D on fake", "loss balance", "gradient ratio", "saturation", "diversity"):
            assert title in text
        assert ("share of examples that a sample comes near to" in text) == (size == (120, 40))
        film = app.screen.query_one(HealthPane).query_one(Filmstrip)
        await until(pilot, lambda: bool(film.size.width) == (size == (120, 40)))

    drive(app, script, size=size)


def test_only_runs_that_are_judged_have_the_pane(app, bad, tmp_path, drive, until, text_of):
    plain = finished(tmp_path / "runs")

    async def script(pilot):
        app.settings.tab = "health"
        app.show_run(bad)
        await until(pilot, lambda: "[health]" in text_of(app) and "✗ collapsed" in text_of(app))
        app.show_run(plain)
        await until(pilot, lambda: "[charts]" in text_of(app) and "best validation" in text_of(app))
        assert "health" not in text_of(app)
        app.show_run(bad)
        await until(pilot, lambda: "[health]" in text_of(app))
        await pilot.press("tab")
        await until(pilot, lambda: "[images]" in text_of(app))
        await pilot.press("shift+tab", "shift+tab")
        await until(pilot, lambda: "[charts]" in text_of(app))

    drive(app, script)


def test_a_collapsed_run_is_seen_in_the_list(app, bad, tmp_path, drive, until, text_of):
    won(tmp_path / "runs")

    async def script(pilot):
        await until(pilot, lambda: "■ collapsed gan-digits" in text_of(app) and "✓ finished  gan-rings" in text_of(app))
        await pilot.press("slash", *"collapsed")
        await until(pilot, lambda: "gan-rings" not in text_of(app))

    drive(app, script)


def test_a_list_tells_health_only_of_what_it_may_still_be_true_of():
    assert listed(Status("running", "training", health="collapsed")) == ("▶ collapsed", "error")
    assert listed(Status("running", "paused", health="warning")) == ("‖ warning", "warning")
    assert listed(Status("running", "training", health="ok")) == ("▶ training", "success")
    assert listed(Status("failed", "NaN", health="collapsed"))[0] == "✗ failed"


def test_the_head_of_a_game_has_its_scores_in_place_of_a_best_loss(tmp_path):
    record = record_of(collapsed(tmp_path))
    now = Status("running", "training")
    lines = head_lines("gan", now, progress_of(record, now), marked=False)
    said = [" ".join(part.text for part in line) for line in lines]
    assert said[0].startswith("▶ training ✗ collapsed gan")
    assert "D 0.99 on real, 0.00 on fake" in said[1] and "diversity 0.04" in said[1] and "best" not in said[1]


def test_the_banner_of_a_live_run_names_the_keys(tmp_path):
    record = record_of(collapsed(tmp_path))
    text, mild = notice(record, Status("running", "training"))
    assert text.startswith("✗ collapsed; samples are alike") and not mild
    assert text.endswith("s stops it · f forks it from step-000400.h5, from before that")


def test_f_goes_back_to_before_it_went_wrong(app, bad, drive, until, text_of, monkeypatch):
    forked = []
    monkeypatch.setattr("aekit_tui.screens.steering._forked", lambda run, words, root, step: forked.append(step) or run)

    async def script(pilot):
        app.launcher.start = lambda run, resume: None
        app.show_run(bad)
        await until(pilot, lambda: isinstance(app.screen, Steering) and "✗ collapsed" in text_of(app))
        await pilot.press("f")
        await until(pilot, lambda: app.screen.query(Input))
        assert "step-000400.h5, the last one from before it was collapsed" in " ".join(text_of(app).split())
        await pilot.press("enter")
        await until(pilot, lambda: forked == [400])

    drive(app, script)


def test_without_colours_the_state_is_told_by_word_and_sign(app, bad, drive, until, text_of, monkeypatch):
    from aekit_tui.app import AekitApp

    monkeypatch.setenv("NO_COLOR", "1")
    plain = AekitApp(bad.path.parent, standby=False)

    async def script(pilot):
        plain.settings.tab = "health"
        plain.show_run(bad)
        await until(pilot, lambda: "✗ collapsed" in text_of(plain))
        film = plain.screen.query_one(HealthPane).query_one(Filmstrip)
        await until(pilot, lambda: film.size.width and film.layout_shown)

    drive(plain, script)


def test_status_of_the_recordings(bad, tmp_path):
    assert status(bad).health == "collapsed" and status(won(tmp_path / "well")).health == "ok"
    assert Curve("diversity", "gauge") in told_of(bad).curves
