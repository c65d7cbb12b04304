"""Screen 2: a run's charts, log and overview, and what it says when something is wrong."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from aekit_tui.modals.ask import Ask
from aekit_tui.modals.card import Card
from aekit_tui.panes.charts import ChartsPane
from aekit_tui.panes.facts import colored_recipe
from aekit_tui.panes.images import ImagesPane
from aekit_tui.panes.progress import progress_of, state_of
from aekit_tui.store.record import Record
from aekit_tui.widgets.plot import Plot
from textual.widgets import Input

from aekit.run import RunDirectory, Status, read_events
from benchmarks.recorded import Recording


def charts(app: Any) -> ChartsPane:
    return app.screen.query_one(ChartsPane)


def labels(plot: Plot) -> list[str]:
    return [curve.label for curve in plot.chart.curves]


def append(run: RunDirectory, *events: dict[str, Any]) -> None:
    """Let a recorded log grow as the engine lets it grow."""
    number = read_events(run.events)[-1]["n"]
    with run.events.open("a") as file:
        for place, event in enumerate(events, number + 1):
            file.write(json.dumps({"n": place, "time": time.time(), **event}) + "\n")


@pytest.fixture
def opened(app, recorded, until, text_of):
    """`await opened(pilot, "failed")` shows that run on screen 2, its log read."""

    async def show(pilot, state: str, holds: str = "best validation") -> RunDirectory:
        app.show_run(recorded[state])
        await until(pilot, lambda: holds in text_of(app))
        return recorded[state]

    return show


# ---------------------------------------------------------------------- charts


def test_loss_and_validation_are_drawn_together(app, drive, opened, until):
    async def script(pilot):
        await opened(pilot, "finished")
        await until(pilot, lambda: labels(charts(app).big) == ["train", "validation"])
        assert charts(app).names == ["loss", "mse", "learning_rate", "rate"]
        train, validation = charts(app).big.chart.curves
        assert (len(train.series), train.dotted, validation.dotted) == (100, False, True)

    drive(app, script)


def test_a_large_screen_has_small_charts_and_a_small_one_has_the_chosen(app, drive, opened, until):
    async def script(pilot):
        await opened(pilot, "finished")
        await until(pilot, lambda: [plot.title for plot in charts(app).plots if plot.display][1:])
        assert [plot.title for plot in charts(app).plots if plot.display] == [
            "loss",
            "mse",
            "learning rate",
            "examples/s",
        ]
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: [plot.title for plot in charts(app).plots if plot.display] == ["loss"])
        await pilot.press("down")
        assert [plot.title for plot in charts(app).plots if plot.display] == ["mse"]
        await pilot.press("up", "up")
        assert charts(app).big.title == "examples/s"

    drive(app, script)


def test_a_total_of_one_loss_is_not_drawn_twice(tmp_path):
    from aekit_tui.panes.charting import chart_names

    recording = Recording(tmp_path).stage()
    recording.add("step", step=1, losses={"mse": 0.5, "loss": 0.5}).add(
        "step", step=2, losses={"mse": 0.4, "loss": 0.4}
    )
    record = Record(recording.run)
    record.take(recording.events)
    assert chart_names(record.curves) == ["loss"]


def test_a_marked_run_lies_over_the_run(app, recorded, drive, opened, until):
    async def script(pilot):
        app.settings.marks.append(recorded["stopped"].id)
        await opened(pilot, "finished")
        await until(pilot, lambda: labels(charts(app).big) == ["digits", "digits val", "faces", "faces val"])
        own, other = charts(app).big.chart.curves[0], charts(app).big.chart.curves[2]
        assert own.color != other.color
        assert (len(own.series), len(other.series)) == (100, 20)

    drive(app, script)


def test_runs_of_one_name_are_told_apart_by_their_time(app, recorded, drive, opened, until):
    async def script(pilot):
        app.settings.marks.append(recorded["other"].id)
        await opened(pilot, "finished")
        await until(pilot, lambda: labels(charts(app).big)[::2] == ["digits 06:10:31", "digits 06:40:31"])

    drive(app, script)


def test_the_way_charts_are_looked_at_is_remembered(app, drive, opened, until, text_of):
    async def script(pilot):
        await opened(pilot, "finished")
        await until(pilot, lambda: "x step · y linear" in text_of(app))
        await pilot.press("y", "x", "e")
        await until(pilot, lambda: "x epoch · y log" in text_of(app))
        assert (app.settings.axis, app.settings.log_y, app.settings.smoothing) == ("epoch", True, 0.6)
        assert (charts(app).big.axis, charts(app).big.log_y, charts(app).big.smoothing) == ("epoch", True, 0.6)
        await pilot.press("x", "x")
        assert charts(app).big.axis == "step"

    drive(app, script)


def test_the_crosshair_stands_in_every_chart(app, drive, opened, until):
    async def script(pilot):
        await opened(pilot, "finished")
        await until(pilot, lambda: charts(app).plots[1].display)
        await pilot.press("left", "left")
        x = await until(pilot, lambda: charts(app).big.cursor)
        await until(pilot, lambda: charts(app).plots[1].cursor == x)
        await pilot.press("plus")
        assert charts(app).big.zoomed
        await pilot.press("0")
        assert not charts(app).big.zoomed
        assert charts(app).plots[1].cursor is None

    drive(app, script)


def test_z_shows_the_chart_alone_and_q_ends_it(app, drive, opened, until):
    async def script(pilot):
        await opened(pilot, "finished")
        height = await until(pilot, lambda: charts(app).big.size.height)
        await pilot.press("z")
        await until(pilot, lambda: charts(app).big.size.height > height)
        assert charts(app).big.size.width == 120
        await pilot.press("q")
        await until(pilot, lambda: charts(app).big.size.height == height)
        assert app.current_mode == "run"

    drive(app, script)


def test_stages_resumes_and_failures_are_marked(tmp_path):
    from aekit_tui.panes.charting import chart_marks

    recording = Recording(tmp_path).stage().train(600, 60)
    recording.add("started", resumed_from=300, pid=1, host="there")
    recording.add("stage", name="fine-tune", phase="train", first_step=400, steps=10, status="tracing")
    recording.add("failed", step=405, message="NaN")
    record = Record(recording.run)
    record.take(recording.events)
    assert [(mark.x_step, mark.label) for mark in chart_marks(record)] == [
        (400, "fine-tune"),
        (300, "resumed"),
        (405, "failed"),
    ]


# ---------------------------------------------------------------------- live


def test_a_growing_log_is_followed(app, drive, opened, until, text_of):
    async def script(pilot):
        run = await opened(pilot, "running")
        await until(pilot, lambda: "step 2,400 of 6,600" in text_of(app))
        append(run, {"type": "step", "step": 3300, "epoch": 20.0, "losses": {"loss": 0.5, "mse": 0.25}, "rate": 1000.0})
        await until(pilot, lambda: "step 3,300 of 6,600  50%" in text_of(app))
        await until(pilot, lambda: "train 0.5" in text_of(app))
        append(run, {"type": "finished", "step": 3300, "seconds": 1.0, "measures": {}})
        await until(pilot, lambda: "✓ finished" in text_of(app))

    drive(app, script)


def test_tracing_is_said_where_the_chart_will_be(app, tmp_path, drive, until, text_of):
    recording = Recording(tmp_path / "runs", began=time.time() - 9, alive=True).stage()
    run = recording.write()

    async def script(pilot):
        app.show_run(run)
        await until(pilot, lambda: "tracing the first step, for" in text_of(app))
        append(run, {"type": "step", "step": 1, "losses": {"loss": 0.125}})
        await until(pilot, lambda: "train 0.125" in text_of(app))
        assert "tracing" not in text_of(app)

    drive(app, script)


def test_the_time_left_comes_from_the_last_steps(tmp_path):
    recording = Recording(tmp_path, began=time.time() - 60, alive=True).stage(steps=1000)
    recording.train(400, 10)  # 40 events, one every tenth of a second: 100 steps a second
    record = Record(recording.run)
    record.take(recording.events)
    at = progress_of(record, Status("running", "training"))
    assert at.left == pytest.approx(6.0)
    assert at.share == pytest.approx(0.4)
    assert progress_of(record, Status("running", "paused")).left is None


def test_steps_are_counted_within_the_stage(tmp_path):
    recording = Recording(tmp_path).stage()
    recording.add("stage", name="layers", phase="layer 2", index=1, total_stages=3, first_step=1000, steps=400)
    recording.add("step", step=1100, losses={"loss": 1.0})
    record = Record(recording.run)
    record.take(recording.events)
    at = progress_of(record, Status("running", "training"))
    assert (at.stage, at.done, at.steps, at.share) == ("stage 2 of 3, layers layer 2", 100, 400, 0.25)


def test_the_end_in_the_log_outruns_the_list_of_runs(tmp_path):
    recording = Recording(tmp_path).stage().train(60, 60).add("failed", step=60, message="out of memory")
    record = Record(recording.run)
    record.take(recording.events)
    now = state_of(record, Status("running", "training"))
    assert (now.state, now.detail) == ("failed", "out of memory")


# ---------------------------------------------------------------------- what went wrong


def test_a_failed_run_says_why_and_what_to_do(app, drive, opened, text_of, until):
    async def script(pilot):
        await opened(pilot, "failed", "✗ loss became NaN or infinite at step 340")
        await until(pilot, lambda: "r goes on from step-000300.h5 · f forks it with other values" in text_of(app))
        await pilot.press("1")
        await opened(pilot, "finished", "✓ finished")
        await until(pilot, lambda: "NaN" not in text_of(app))

    drive(app, script, size=(80, 24))


def test_a_directory_that_vanishes_leaves_what_was_read(app, drive, opened, until, text_of):
    async def script(pilot):
        run = await opened(pilot, "stopped")
        shutil.rmtree(run.path)
        app.looker.look_now()
        await until(pilot, lambda: "its directory is gone" in text_of(app))
        assert labels(charts(app).big) == ["train", "validation"]
        for key in ("tab", "tab", "tab", "tab", "w", "p", "c"):
            await pilot.press(key)
        assert not isinstance(app.screen, Card)

    drive(app, script)


def test_a_garbled_log_is_shown_as_far_as_it_can_be_read(app, recorded, drive, opened, until, text_of):
    lines = recorded["stopped"].events.read_bytes().splitlines(keepends=True)
    lines[5:7] = [b"\x00\xff\x1b[2J not an event\n", b'{"n": 6, "time": "soon", "type": "step"}\n']
    strange = {"n": 900, "time": 1795331500.0, "type": "warning", "message": "\x1b[2Jone\ntwo"}
    recorded["stopped"].events.write_bytes(b"".join(lines) + json.dumps(strange).encode() + b"\n")

    async def script(pilot):
        await opened(pilot, "stopped")
        await until(pilot, lambda: "2 unreadable lines in its log" in text_of(app))
        await pilot.press("tab", "tab")
        await until(pilot, lambda: "warning:" in text_of(app))
        assert "\x1b" not in text_of(app)

    drive(app, script)


# ---------------------------------------------------------------------- tabs


def test_tabs_come_by_key_and_click_and_the_last_is_remembered(app, drive, opened, until, text_of):
    async def script(pilot):
        await opened(pilot, "finished")
        await pilot.press("shift+tab")
        await until(pilot, lambda: "[overview]" in text_of(app) and "type: digits" in text_of(app))
        assert app.settings.tab == "overview"
        await pilot.click("#tabs", offset=(18, 0))
        await until(pilot, lambda: "[log]" in text_of(app) and "finished at step 6,600" in text_of(app))

    drive(app, script)


def test_the_log_follows_its_end_until_the_cursor_leaves_it(app, drive, opened, until, text_of):
    async def script(pilot):
        run = await opened(pilot, "running")
        await pilot.press("tab", "tab")
        table = await until(pilot, lambda: next(iter(app.screen.query("#log")), None))
        await until(pilot, lambda: len(table.lines) > 30 and table.cursor == len(table.lines) - 1)
        append(run, {"type": "warning", "message": "the first"})
        await until(pilot, lambda: "warning: the first" in text_of(app))
        assert table.key == table.lines[-1].key
        await pilot.press("up")
        above = table.key
        append(run, {"type": "warning", "message": "the second"})
        await until(pilot, lambda: "the second" in table.lines[-1].cells[-1][0])
        assert table.key == above

    drive(app, script)


def test_what_a_failed_process_printed_stands_under_its_log(app, recorded, drive, opened, until, text_of):
    recorded["failed"].output.write_text("loading\nValueError: \x1b[31mno such layer\n")

    async def script(pilot):
        await opened(pilot, "failed", "✗ failed")
        await pilot.press("tab", "tab")
        await until(pilot, lambda: "no such layer" in text_of(app))
        await pilot.press("c")
        assert app.clipboard == "ValueError:  [31mno such layer"
        await pilot.press("u")
        await until(pilot, lambda: "no such layer" not in text_of(app))

    drive(app, script, size=(120, 40))


def test_the_overview_puts_measures_beside_the_recipe(app, recorded, drive, opened, until, text_of):
    async def script(pilot):
        app.settings.tab = "overview"
        await opened(pilot, "finished", "recipe.yaml")
        for fact in (
            "0.818 ± 0.033",
            "pca_baseline.squared_error  test  1.566 ± 0.050",
            "16,640 parameters",
            "aekit run digits",
        ):
            await until(pilot, lambda: fact in text_of(app))  # noqa: B023
        await pilot.press("c")
        assert app.clipboard == recorded["finished"].recipe.read_text()

    drive(app, script, size=(140, 50))


def test_colours_leave_a_recipe_as_it_is():
    recipe = "# head\ndata: {type: digits, path: 'a#b'}  # why\nlosses:\n- mse: {}\n"
    text = colored_recipe(recipe, "blue", "green")
    assert text.plain == recipe
    assert [recipe[span.start : span.end] for span in text.spans if span.style == "green"] == [
        "# head",
        "# why",
    ]
    assert [recipe[span.start : span.end] for span in text.spans if span.style == "blue"] == [
        "data",
        "type",
        "path",
        "losses",
        "mse",
    ]


# ---------------------------------------------------------------------- the screen itself


def test_without_a_run_it_says_how_to_get_one(app, tmp_path, drive, until, text_of):
    async def script(pilot):
        await pilot.press("2")
        await until(pilot, lambda: "n begins one" in text_of(app))
        for key in ("tab", "y", "x", "left", "down", "z", "z", "m", "w", "c", "space", "i", "u", "v", "d"):
            await pilot.press(key)
        assert not isinstance(app.screen, Card)

    drive(app, script)


def test_it_opens_the_newest_run_where_none_is_remembered(app, recorded, drive, until, text_of):
    async def script(pilot):
        app.settings.last_run = "a run that was removed"
        await pilot.press("2")
        await until(pilot, lambda: "digits-conv" in text_of(app) and "best validation" in text_of(app))

    drive(app, script)


@pytest.mark.parametrize("size", [(44, 12), (20, 6), (60, 16), (200, 60)])
def test_no_size_breaks_it(app, recorded, drive, until, size: tuple[int, int]):
    async def script(pilot):
        app.show_run(recorded["finished"])
        await until(pilot, lambda: app.current_mode == "run" and app.screen.is_mounted)
        for key in ("down", "left", "z", "tab", "tab", "up", "tab", "down", "tab", "z", "y", "e"):
            await pilot.press(key)
        await pilot.resize_terminal(80, 24)
        await pilot.press("down")
        assert not isinstance(app.screen, Card)

    drive(app, script, size=size)


def test_nothing_is_drawn_while_nothing_happens(app, recorded, drive, opened, until):
    drawn: list[object] = []

    async def script(pilot):
        await opened(pilot, "finished")
        await until(pilot, lambda: charts(app).big.chart.curves)
        app.looker.look_now()
        screen = app.screen
        screen._draw_soon()
        await until(pilot, lambda: not screen._due)
        await pilot.pause()
        for widget in screen.walk_children():
            widget.refresh = lambda *regions, widget=widget, **more: (drawn.append(widget), widget)[1]
        screen._draw_soon()
        await until(pilot, lambda: not screen._due)
        await pilot.pause()
        for widget in screen.walk_children():
            del widget.refresh
        assert not drawn

    drive(app, script)


def test_logs_of_runs_no_longer_shown_are_let_go(app, recorded, drive, opened, until, tmp_path: Path):
    async def script(pilot):
        first = await opened(pilot, "finished")
        app.settings.marks.append(recorded["other"].id)
        await until(pilot, lambda: first in app.store.records)
        await opened(pilot, "failed", "✗ failed")
        assert first not in app.store.records
        assert recorded["failed"] in app.store.records

    drive(app, script)


def test_another_log_in_the_place_of_one_is_read_anew(app, drive, opened, until, text_of):
    async def script(pilot):
        run = await opened(pilot, "stopped", "stopped")
        await pilot.press("tab", "tab")
        await until(pilot, lambda: "[log]" in text_of(app) and "started" in text_of(app))
        events = [{"n": n, "time": 1.8e9 + n, "type": "note", "said": f"word {n}"} for n in range(4)]
        run.events.write_text("".join(json.dumps(event) + "\n" for event in events))
        await until(pilot, lambda: all(f"word {n}" in text_of(app) for n in range(4)))

    drive(app, script)


def test_a_run_that_was_resumed_and_fell_at_once_still_has_its_checkpoint(app, recorded, drive, opened, until, text_of):
    run = recorded["failed"]
    (run.checkpoints / "step-000320.h5").parent.mkdir(exist_ok=True)
    (run.checkpoints / "step-000320.h5").write_bytes(b"")
    append(run, {"type": "started", "pid": 1, "resumed_from": 320}, {"type": "failed", "message": "again", "step": 321})

    async def script(pilot):
        await opened(pilot, "failed", "r goes on from step-000320.h5")
        await pilot.press("f")
        await until(pilot, lambda: f"Fork {run.id} from step-000320.h5" in text_of(app))
        await pilot.press(*"no=1", "enter")
        await until(pilot, lambda: isinstance(app.screen, Card))
        await pilot.press("enter", "f")
        await until(pilot, lambda: isinstance(app.screen, Ask))
        assert app.screen.query_one(Input).value == "no=1"

    drive(app, script)


def test_a_run_is_not_resumed_twice(app, recorded, drive, opened, until, text_of, monkeypatch):
    begun = []

    def start(run, resume):
        begun.append(subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"]))
        return begun[-1]

    monkeypatch.setattr("aekit.run.start_worker", start)

    async def script(pilot):
        await opened(pilot, "stopped", "■ stopped")
        await pilot.press("r")
        await until(pilot, lambda: "○ starting" in text_of(app))
        await pilot.press("r", "1")
        await until(pilot, lambda: "○ starting  faces" in text_of(app))
        assert len(begun) == 1
        begun[0].kill()
        await until(pilot, lambda: "■ stopped   faces" in text_of(app))
        assert app.launcher.starting == []

    drive(app, script)


def test_what_fails_in_a_thread_of_a_pane_is_told(app, drive, opened, until, text_of):
    async def script(pilot):
        await opened(pilot, "finished")
        await pilot.press("tab")
        pane = await until(pilot, lambda: next(iter(app.screen.query(ImagesPane)), None))
        pane._in_thread(lambda: 1 / 0, "gif")
        await until(pilot, lambda: "ZeroDivisionError" in text_of(app))

    drive(app, script)
