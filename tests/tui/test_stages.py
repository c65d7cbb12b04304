"""A run of several stages: what its head, track, charts, overview and pictures say, over recorded runs."""

from __future__ import annotations

import json
import time
from typing import Any

import numpy as np
import pytest
from aekit_tui.panes.charting import chart_marks
from aekit_tui.panes.charts import ChartsPane
from aekit_tui.panes.facts import Files, sections
from aekit_tui.panes.log import event_line
from aekit_tui.panes.progress import progress_of
from aekit_tui.panes.track import Course, Track, pieces
from aekit_tui.panes.views import caption
from aekit_tui.store.cache import load_record, save_record
from aekit_tui.store.phases import phases_of
from aekit_tui.store.pictures import Pictures
from aekit_tui.store.record import Curve, Record

from aekit.run import EventReader, RunDirectory, Status, read_events
from benchmarks.recorded import Recording
from benchmarks.recorded_stages import LAYERS, layer_trained, pretraining, staged

FINISHED = Status("finished", "")
TRAINING = Status("running", "training")


def read(run: RunDirectory) -> Record:
    record = Record(run)
    record.take(read_events(run.events))
    return record


def told(recording: Recording) -> Record:
    record = Record(recording.run)
    record.take(recording.events)
    return record


@pytest.fixture
def record(tmp_path) -> Record:
    return read(staged(tmp_path))


def line(
    record: Record, now: Status, width: int, stages: tuple[str, ...] = ("pretrain", "finetune"), chosen: Any = None
):
    return "".join(piece.text for piece in pieces(Course(tuple(record.phases), stages, now, chosen), width))


# ---------------------------------------------------------------------- phases and their curves


def test_phases_are_told_by_the_log(record):
    assert [phase.title for phase in record.phases] == [*(f"pretrain {layer}" for layer in LAYERS), "finetune"]
    assert [(phase.first, phase.end) for phase in record.phases] == [(0, 400), (400, 800), (800, 1200), (1200, None)]


def test_a_phase_has_the_rows_of_its_own_steps_and_its_own_epochs(record):
    second, last = record.curves_of(record.phases[1]), record.curves_of(record.phases[-1])
    loss = second[Curve("loss")]
    assert (loss.steps[0], loss.steps[-1], loss.epochs[0], loss.epochs[-1]) == (410, 800, 1, 40)
    whole = record.curves[Curve("loss")]
    np.testing.assert_array_equal(loss.values, whole.values[(whole.steps > 400) & (whole.steps <= 800)])
    assert Curve("mse") not in second and Curve("free_energy") not in last
    assert last[Curve("mse", "validation")].steps[-1] == 2000


def test_epochs_of_the_whole_run_go_on_through_its_phases(record):
    assert record.curves[Curve("loss")].epochs[-1] == 160


def test_the_rows_of_a_phase_follow_the_run(tmp_path):
    recording = pretraining(tmp_path, 2)
    record = told(recording)
    assert record.curves_of(record.phases[1]) == {}
    begun = len(recording.events)
    layer_trained(recording, 1)
    record.take(recording.events[begun:-30])
    series = record.curves_of(record.phases[1])[Curve("loss")]
    before = len(series)
    record.take(recording.events[-30:])
    assert record.curves_of(record.phases[1])[Curve("loss")] is series
    assert (len(series), series.steps[-1]) == (40, 800)
    assert before < 40


def test_a_resume_begins_a_phase_anew(tmp_path):
    recording = layer_trained(pretraining(tmp_path, 2), 1)
    record = told(recording)
    assert len(record.curves_of(record.phases[1])[Curve("loss")]) == 40
    record.take([{"n": 900, "time": recording.time, "type": "started", "resumed_from": 600}])
    record.take([{**recording.events[-1], **record.stages[-1], "n": 901}])
    assert [phase.name for phase in record.phases] == list(LAYERS[:2])
    again = [{"step": step, "losses": {"loss": 5.0}} for step in range(610, 810, 10)]
    record.take([{"n": 902 + n, "time": recording.time, "type": "step", **event} for n, event in enumerate(again)])
    values = record.curves_of(record.phases[1])[Curve("loss")].values
    assert (len(values), set(values[20:])) == (40, {5.0})


def test_a_remembered_record_has_its_phases_and_measures(record, tmp_path):
    reader = EventReader(record.run.events)
    reader.read()
    save_record(record, reader.place, tmp_path / "cache")
    loaded = load_record(record.run, EventReader(record.run.events), tmp_path / "cache")
    assert loaded is not None
    assert (loaded.phases, loaded.measured) == (record.phases, record.measured)
    epochs = loaded.curves_of(loaded.phases[1])[Curve("loss")].epochs
    assert (epochs[0], epochs[-1]) == (1, 40)


def test_nothing_in_a_stage_event_makes_it_raise():
    odd = [None, "x", -1, 1.5, [], {}, [1], float("inf"), True, 10**400, 10**200]
    for key in ("name", "index", "phase", "phases", "first_step", "steps_per_epoch", "total_stages"):
        for value in odd:
            good = {"name": "a", "index": 0, "phase": "p", "phases": ["p", "q"], "first_step": 0, "steps_per_epoch": 5}
            found = phases_of([good, {**good, "phase": "q", "first_step": 10, key: value}])
            pieces(Course(tuple(found), ("a", "b"), TRAINING, found[-1].key), 20)


# ---------------------------------------------------------------------- the head


def test_the_best_is_of_the_present_phase(tmp_path):
    record = told(layer_trained(pretraining(tmp_path, 2), 1))
    first, second = (record.curves_of(phase)[Curve("loss", "validation")].values for phase in record.phases)
    assert first.min() < second.min()
    assert progress_of(record, TRAINING).best == ("loss", second.min(), 800)


def test_a_phase_without_a_validation_pass_has_no_best_yet(tmp_path):
    assert progress_of(told(pretraining(tmp_path, 2)), TRAINING).best is None


def test_the_time_left_is_of_the_phase_and_by_its_own_speed(tmp_path):
    recording = pretraining(tmp_path, 2)
    recording.add("step", 0.1, step=401, losses={"other": 1.0}).add("step", 1.0, step=501, losses={"other": 0.5})
    at = progress_of(told(recording), TRAINING)
    assert at.left == pytest.approx(2.99)
    assert at.within == "phase"


def test_the_last_phase_is_the_rest_of_its_stage_and_the_last_stage_of_the_run(tmp_path):
    recording = layer_trained(pretraining(tmp_path, 3), 2)
    assert progress_of(told(recording), TRAINING).within == "stage"
    recording.stage(800, name="finetune", index=1, first_step=1200, total_stages=2)
    assert progress_of(told(recording), TRAINING).within == ""


# ---------------------------------------------------------------------- the track


def test_a_finished_run_has_everything_ticked(record):
    assert line(record, FINISHED, 120) == (
        "[all]  ✓ pretrain  layer 1, 64-256  layer 2, 256-64  layer 3, 64-8   ✓ finetune "
    )


def test_what_is_done_present_and_to_come_has_its_sign(tmp_path):
    record = told(pretraining(tmp_path, 2))
    expected = "[all]  pretrain ✓ layer 1 ▶ layer 2 ○ layer 3   ○ finetune "
    assert line(record, TRAINING, len(expected)) == expected
    paused = Status("running", "paused")
    assert "‖ layer 2 ○ layer 3" in line(record, paused, 70)
    assert "✗ layer 2 ○ layer 3" in line(record, Status("failed", ""), 70)


def test_a_narrow_track_has_numbers_and_a_narrower_one_its_middle(tmp_path):
    record = told(pretraining(tmp_path, 2))
    assert line(record, TRAINING, 50) == "[all]  pretrain ✓ 1 ▶ 2 ○ 3   ○ finetune "
    assert line(record, TRAINING, 50, chosen=record.phases[0].key) == " all   pretrain ✓[1]▶ 2 ○ 3   ○ finetune "
    narrow = line(record, TRAINING, 20)
    assert "▶ 2 " in narrow and narrow.startswith("…") and narrow.endswith("…") and len(narrow) <= 20
    for width in range(1, 100):
        assert len(line(record, TRAINING, width)) <= max(width, 6)


def test_a_stage_that_another_run_has_trained_is_done(tmp_path):
    recording = Recording(tmp_path).stage(name="finetune", index=1, total_stages=2)
    assert line(told(recording), TRAINING, 50) == "[all]  ✓ pretrain   ▶ finetune "


# ---------------------------------------------------------------------- charts


def test_marks_of_a_phase_are_within_it(record):
    assert [mark.label for mark in chart_marks(record)] == [*LAYERS[1:], "finetune"]
    record.take([{"n": 9000, "time": 2e9, "type": "started", "resumed_from": 1500}])
    assert [mark.label for mark in chart_marks(record, record.phases[-1])] == ["resumed"]
    assert chart_marks(record, record.phases[1]) == []


@pytest.fixture
def charts(app, until, text_of):
    """`await charts(pilot, run)` shows a run on screen 2 and gives its charts."""

    async def show(pilot: Any, run: RunDirectory) -> ChartsPane:
        app.settings.tab = "charts"
        app.show_run(run)
        await until(pilot, lambda: "pretrain" in text_of(app) and app.screen.query(ChartsPane))
        pane = app.screen.query_one(ChartsPane)
        await until(pilot, lambda: pane.names)
        return pane

    return show


def test_keys_go_through_the_whole_run_and_its_phases(app, tmp_path, drive, charts, until, text_of):
    run = staged(tmp_path / "runs")

    async def script(pilot):
        pane = await charts(pilot, run)
        await until(pilot, lambda: pane.names == ["loss", "free_energy", "mse", "learning_rate", "rate"])
        await pilot.press(">")
        await until(pilot, lambda: pane.names == ["loss", "free_energy", "learning_rate", "rate"])
        await until(pilot, lambda: pane.big.chart.extent() == (10, 400))
        await until(pilot, lambda: "✓ pretrain [layer 1, 64-256]" in text_of(app))
        await until(pilot, lambda: "pretrain layer 1, 64-256 · x step" in text_of(app))
        await pilot.press("<", "<")
        await until(pilot, lambda: pane.names == ["loss", "mse", "learning_rate", "rate"])
        await until(pilot, lambda: "✓[finetune]" in text_of(app))
        assert max(pane.big.chart.curves[0].series.values) < 1
        await pilot.press("x", ">")
        await until(pilot, lambda: "[all]" in text_of(app) and pane.big.chart.extent()[1] == 160)

    drive(app, script)


def test_the_keys_are_told_only_where_there_are_phases(app, recorded, tmp_path, drive, charts, until, text_of):
    run = staged(tmp_path / "runs")

    async def script(pilot):
        await charts(pilot, run)
        await until(pilot, lambda: "> stage" in text_of(app))
        app.show_run(recorded["finished"])
        await until(pilot, lambda: "digits  train" in text_of(app) and "> stage" not in text_of(app))
        await until(pilot, lambda: not app.screen.query_one(Track).display)
        await pilot.press("tab", ">")
        await until(pilot, lambda: "[images]" in text_of(app))

    drive(app, script)


def test_a_click_on_the_track_shows_the_charts_of_a_phase(app, tmp_path, drive, charts, until, text_of):
    run = staged(tmp_path / "runs")

    async def script(pilot):
        pane = await charts(pilot, run)
        await pilot.press("tab")
        await until(pilot, lambda: "[images]" in text_of(app))
        row = text_of(app).splitlines()[3]
        await pilot.click(Track, offset=(row.index("layer 2"), 0))
        await until(pilot, lambda: "[charts]" in text_of(app) and "[layer 2, 256-64]" in text_of(app))
        assert pane.phase == (0, LAYERS[1])
        await pilot.click(Track, offset=(2, 0))
        await until(pilot, lambda: "[all]" in text_of(app) and pane.phase is None)

    drive(app, script)


def test_a_zoom_ends_with_the_phase_and_the_measure_stays(app, tmp_path, drive, charts, until, text_of):
    run = staged(tmp_path / "runs")

    async def script(pilot):
        pane = await charts(pilot, run)
        await pilot.press(">", "down", "plus")
        await until(pilot, lambda: pane.big.zoomed and pane.big.title == "free_energy")
        await pilot.press(">")
        await until(pilot, lambda: not pane.big.zoomed and pane.big.chart.extent() == (410, 800))
        assert pane.big.title == "free_energy"

    drive(app, script)


def test_the_newest_phase_is_followed_and_another_one_stays(app, tmp_path, drive, charts, until, text_of):
    recording = layer_trained(pretraining(tmp_path / "runs", 2), 1)
    run = recording.write()

    def begin(place: int) -> None:
        recording.stage(
            400, name="pretrain", phase=LAYERS[place], phases=list(LAYERS), first_step=400 * place, total_stages=2
        )
        recording.add("step", step=400 * place + 10, epoch=1.0, losses={"loss": 7.0}, rate=10.0)
        with run.events.open("a") as log:
            log.writelines(json.dumps({**event, "time": time.time()}) + "\n" for event in recording.events[-2:])

    async def script(pilot):
        pane = await charts(pilot, run)
        await pilot.press("<")
        await until(pilot, lambda: "layer 2, 256-64 (newest)" in text_of(app))
        begin(2)
        await until(pilot, lambda: "layer 3, 64-8 (newest)" in text_of(app) and pane.phase == (0, LAYERS[2]))
        await until(pilot, lambda: "▶[layer 3, 64-8]" in text_of(app))
        await pilot.press("<")
        await until(pilot, lambda: pane.phase == (0, LAYERS[1]) and not pane.follows)

    drive(app, script)


def test_stages_to_come_are_named_as_in_the_recipe(app, tmp_path, drive, charts, until, text_of):
    run = layer_trained(pretraining(tmp_path / "runs", 2), 1).write()

    async def script(pilot):
        await charts(pilot, run)
        await until(
            pilot, lambda: "pretrain ✓ layer 1, 64-256 ▶ layer 2, 256-64 ○ layer 3, 64-8   ○ finetune" in text_of(app)
        )

    drive(app, script)


def test_a_marked_run_lies_over_the_same_phase(app, tmp_path, drive, charts, until):
    run, other = staged(tmp_path / "runs"), staged(tmp_path / "runs", 1_795_340_000.0)

    async def script(pilot):
        app.settings.marks.append(other.id)
        pane = await charts(pilot, run)
        await pilot.press(">")
        await until(pilot, lambda: pane.phase and len(pane.big.chart.curves) == 4)
        await until(pilot, lambda: {curve.series.steps[-1] for curve in pane.big.chart.curves} == {400})

    drive(app, script)


@pytest.mark.parametrize("size", [(80, 24), (60, 16), (44, 12), (20, 6)])
def test_no_size_breaks_the_track(app, tmp_path, drive, charts, until, text_of, size):
    run = staged(tmp_path / "runs")

    async def script(pilot):
        await charts(pilot, run)
        await pilot.resize_terminal(*size)
        await pilot.press(">", ">")
        if size[0] >= 60:
            await until(pilot, lambda: "[layer 2, 256-64]" in text_of(app) or "[layer 2]" in text_of(app))

    drive(app, script, (120, 40))


# ---------------------------------------------------------------------- log, overview, pictures


def test_the_log_says_what_a_stage_has_reached(record):
    cells = event_line(record.measured[0], record.began).cells
    assert [text for text, _ in cells[1:]] == [
        "measured",
        "after stage pretrain, validation: squared_error 2.442 ± 0.078",
    ]


def test_the_overview_has_the_measures_of_each_stage(record):
    found = {section.title: section.rows for section in sections(record, Files())}
    assert [row[:3] for row in found["measures after pretrain"]] == [("squared_error", "validation", "2.442 ± 0.078")]
    assert found["measures"][0][:2] == ("squared_error", "test")
    assert found["training"][0] == ("stage", "finetune")


def test_filters_are_called_filters_and_have_no_error(record):
    pictures = Pictures(record)
    picture = pictures.load(pictures.events("filters")[-1])
    assert caption(picture, "", None, False) == "8 filters"
    assert caption(picture, "", 3, False) == "filter 3"
