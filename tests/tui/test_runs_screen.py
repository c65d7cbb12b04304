"""Screen 1 as its user sees it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys

import pytest
from aekit_tui.app import AekitApp
from aekit_tui.widgets.table import Column, Line, Table
from textual.app import App

from aekit.run import RunDirectory, pending


def test_every_run_with_a_sign_and_a_word_for_its_state(app, recorded, drive, text_of):
    async def script(pilot):
        text = text_of(app)
        for line in ("✓ finished  digits", "■ stopped   faces", "✗ failed    gan-digits", "? lost      mnist-deep"):
            assert line in text
        assert "▶ training  digits-conv" in text
        assert "36%" in text

    drive(app, script)


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 16), (44, 12), (20, 6), (8, 3), (2, 1)])
def test_any_size_shows_something_and_nothing_breaks(app, recorded, drive, text_of, until, size):
    async def script(pilot):
        await until(pilot, lambda: "digits"[: size[0] - 12] in text_of(app) or size[0] < 20)
        await pilot.resize_terminal(100, 30)
        await pilot.pause()
        await until(pilot, lambda: "gan-digits" in text_of(app))
        await pilot.resize_terminal(*size)
        await pilot.pause()

    drive(app, script, size)


def test_the_filter_narrows_and_escape_ends_it(app, recorded, drive, text_of, until):
    async def script(pilot):
        await pilot.press("slash", *"failed")
        await until(pilot, lambda: "faces" not in text_of(app))
        await until(pilot, lambda: "gan-digits" in text_of(app))
        await pilot.press("enter", "escape")
        await until(pilot, lambda: "faces" in text_of(app))
        await pilot.press("slash", *"nothing-like-it")
        await until(pilot, lambda: "nothing matches the filter" in text_of(app))

    drive(app, script)


def test_marks_stay_for_the_next_time(app, recorded, drive, tmp_path, text_of, until):
    async def script(pilot):
        await pilot.press("j", "m")
        await until(pilot, lambda: "●" in text_of(app))
        await pilot.press("q")

    drive(app, script)
    again = AekitApp(tmp_path / "runs", standby=False)
    assert again.settings.marks == [recorded["lost"].id]


def test_no_runs_yet_says_what_to_press(app, drive, text_of, until):
    async def script(pilot):
        await until(pilot, lambda: "no runs yet: press n" in text_of(app))

    drive(app, script)


def test_a_run_that_vanishes_leaves_the_list(app, recorded, drive, text_of, until):
    async def script(pilot):
        shutil.rmtree(recorded["failed"].path)
        app.looker.look_now()
        await until(pilot, lambda: "gan-digits" not in text_of(app))

    drive(app, script)


def test_what_cannot_be_stopped_is_told(app, recorded, drive, until):
    async def script(pilot):
        app.screen.table.go_to(recorded["finished"].id)
        await pilot.press("s")
        await until(pilot, lambda: any("there is nothing to stop" in n.message for n in app._notifications))

    drive(app, script)


def test_pause_leaves_a_request_and_tells_the_answer(app, recorded, drive, until):
    run = recorded["running"]

    async def script(pilot):
        app.screen.table.go_to(run.id)
        await pilot.press("p")
        request = await until(pilot, lambda: pending(run))
        assert request[0].verb == "pause"
        with run.events.open("a") as log:
            answer = {"request": request[0].id, "verb": "pause", "ok": True, "message": "paused at step 2400"}
            log.write(json.dumps({"n": 9000, "time": 1.9e9, "type": "answer", **answer}) + "\n")
        await until(pilot, lambda: any("paused at step 2400" in n.message for n in app._notifications))

    drive(app, script)


@pytest.fixture
def sleeper(recorded):
    """The running run belongs to a process that may be stopped."""
    process = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    run: RunDirectory = recorded["running"]
    from aekit.run import process_start

    text = run.events.read_text().replace(f'"pid": {os.getpid()}', f'"pid": {process.pid}')
    run.events.write_text(text.replace(str(process_start(os.getpid())), str(process_start(process.pid))))
    yield process
    process.kill()
    process.wait()


def test_stop_asks_first(app, recorded, sleeper, drive, text_of, until):
    async def script(pilot):
        app.screen.table.go_to(recorded["running"].id)
        await pilot.press("s")
        await until(pilot, lambda: "Stop 2" in text_of(app))
        await pilot.press("n", "s", "y")
        await until(pilot, lambda: sleeper.poll() is not None)

    drive(app, script)
    assert sleeper.returncode == -signal.SIGTERM


def test_an_error_in_a_handler_is_a_card_and_the_screen_goes_on(
    app, recorded, drive, text_of, until, monkeypatch, tmp_path
):
    async def script(pilot):
        screen = app.screen
        monkeypatch.setattr(screen, "action_new", lambda: 1 / 0)
        await pilot.press("n")
        await until(pilot, lambda: "ZeroDivisionError" in text_of(app))
        await pilot.press("enter")
        await until(pilot, lambda: "mnist-deep" in text_of(app))
        await pilot.press("j", "m")
        await until(pilot, lambda: "●" in text_of(app))

    drive(app, script)
    assert "ZeroDivisionError" in (tmp_path / "state" / "aekit" / "ui.log").read_text()


def test_help_lists_the_keys_of_the_screen_first(app, recorded, drive, text_of, until):
    async def script(pilot):
        await pilot.press("question_mark")
        await until(pilot, lambda: "stop the run after a checkpoint" in text_of(app))
        await pilot.press("escape")
        await until(pilot, lambda: "mnist-deep" in text_of(app))

    drive(app, script)


def test_the_palette_knows_every_action_and_run(app, recorded, drive, text_of, until):
    async def script(pilot):
        await pilot.press("colon")
        await pilot.press(*"gan-dig")
        await until(pilot, lambda: "run 2026-11-22T081031-gan-digits" in text_of(app))

    drive(app, script)


def test_themes_go_round_and_are_remembered(app, recorded, drive, tmp_path):
    async def script(pilot):
        first = app.theme
        seen = []
        for _ in range(4):
            await pilot.press("t")
            seen.append(app.theme)
        assert first == seen[-1]
        assert len(set(seen)) == 4
        await pilot.press("t", "q")

    drive(app, script)
    assert AekitApp(tmp_path / "runs", standby=False).settings.theme == "aekit-light"


def test_what_goes_wrong_again_and_again_is_one_card(app, recorded, drive):
    async def script(pilot):
        for _ in range(3):
            app.tell("the same")
            await pilot.pause()
        app.tell("another")
        await pilot.pause()
        assert [screen.text for screen in app.screen_stack[1:]] == ["the same", "another"]

    drive(app, script)


def test_marks_are_kept_when_the_terminal_is_lost(app, recorded, drive, tmp_path, until):
    async def script(pilot):
        await pilot.press("m")
        await until(pilot, lambda: AekitApp(tmp_path / "runs", standby=False).settings.marks == app.settings.marks)

    drive(app, script)


def test_the_filter_has_the_keys_at_once(app, recorded, drive):
    async def script(pilot):
        app.screen.action_filter()
        assert app.focused is app.screen.query_one("#filter")

    drive(app, script)


def test_the_run_that_the_application_was_opened_with_is_remembered(recorded, drive, tmp_path):
    app = AekitApp(tmp_path / "runs", standby=False, run=recorded["stopped"])

    async def script(pilot):
        await app.action_quit()

    drive(app, script)
    assert AekitApp(tmp_path / "runs", standby=False).settings.last_run == recorded["stopped"].id


def test_a_scroll_bar_covers_no_column(drive, text_of):
    class Tall(App):
        listed = True

        def compose(self):
            yield Table((Column("name", 0), Column("end", 5)))

        def on_mount(self):
            self.query_one(Table).show([Line(str(n), ((f"row {n}", ""), ("12345", ""))) for n in range(40)])

    async def script(pilot):
        await pilot.pause()
        rows = [line for line in text_of(pilot.app).splitlines() if "row" in line]
        assert len(rows) == 9 and all("12345" in line for line in rows)

    drive(Tall(), script, (30, 10))
