"""Screen 3: choose a recipe, change it, see what is wrong with it, run it."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from aekit_tui.app import AekitApp
from aekit_tui.launch.building import last_time
from aekit_tui.launch.checking import check_text
from aekit_tui.launch.panel import build_lines, build_rows, time_line
from aekit_tui.launch.saving import target
from aekit_tui.launch.sources import find_sources
from aekit_tui.launching import Launcher
from aekit_tui.modals.card import Card
from aekit_tui.modals.form import Form
from aekit_tui.store.listing import Listing
from textual.pilot import Pilot

from aekit.errors import InputError
from aekit.recipe import Recipe, RecipeError, load_recipe
from aekit.run import RunDirectory

BROKEN = "data: {type: digit}\nencoder: {type: mlp, unit: [3]}\nlatent: {type: plain, size: 0}\n"
MINE = """\
# Mine.
data: {type: digits}   # small
encoder: {type: mlp, units: [4]}
latent: {type: plain, size: 2}
decoder: {type: mlp, units: [4]}
trainer: {type: autoencoder}
losses: {mse: {}}
epochs: 2
"""


class FakeLauncher(Launcher):
    """Notes what would be started."""

    note = ""  # type: ignore[assignment]

    def __init__(self, root: Path) -> None:
        super().__init__(root, wanted=False)
        self.launched: list[Recipe] = []

    def launch(self, recipe: Recipe) -> RunDirectory:
        self.launched.append(recipe)
        return RunDirectory(self.root / "2026-11-22T120000-made")

    def stand_by(self, rows: object) -> None: ...

    def close(self) -> None: ...


@pytest.fixture(autouse=True)
def own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A working folder with one recipe in it."""
    folder = tmp_path / "work"
    folder.mkdir()
    (folder / "mine.yaml").write_text(MINE)
    monkeypatch.chdir(folder)
    monkeypatch.delenv("AEKIT_RECIPES", raising=False)
    return folder


@pytest.fixture
def launcher(app: AekitApp) -> FakeLauncher:
    fake = FakeLauncher(app.root)
    app.launcher = fake  # type: ignore[assignment]
    return fake


Go = Callable[[Pilot], Any]


@pytest.fixture
def on_launch(app: AekitApp, drive: Any, until: Any) -> Callable[..., None]:
    """Run a script on the launch screen, once its first recipe has been checked."""

    def run(script: Go, size: tuple[int, int] = (120, 40)) -> None:
        async def whole(pilot: Pilot) -> None:
            await pilot.press("3")
            await until(pilot, lambda: getattr(app.screen, "verdict", None))
            await script(pilot)

        drive(app, whole, size)

    return run


async def choose(app: Any, pilot: Pilot, until: Any, name: str) -> None:
    """Put the list's cursor on a recipe and wait until it has been looked at."""
    screen = app.screen
    await until(pilot, lambda: any(source.name == name for source in screen.sources))
    source = next(source for source in screen.sources if source.name == name)
    screen.table.go_to(source.key)
    await until(pilot, lambda: screen.current == source and screen.loaded.is_set())


# ---------------------------------------------------------------------- launching


@pytest.mark.parametrize("size", [(120, 40), (80, 24)])
def test_n_and_f5_run_the_demo(
    app: Any, launcher: FakeLauncher, drive: Any, until: Any, text_of: Any, size: tuple[int, int]
) -> None:
    async def script(pilot: Pilot) -> None:
        await until(pilot, lambda: "press n" in text_of(app))
        await pilot.press("n", "f5")
        await until(pilot, lambda: launcher.launched)
        await until(pilot, lambda: app.current_mode == "run")

    drive(app, script, size)
    assert [recipe.name for recipe in launcher.launched] == ["digits"]
    assert launcher.launched[0] == load_recipe("digits")
    assert app.settings.last_run == "2026-11-22T120000-made"


def test_f5_runs_what_stands_in_the_editor(app: Any, launcher: FakeLauncher, on_launch: Any, until: Any) -> None:
    async def script(pilot: Pilot) -> None:
        await choose(app, pilot, until, "mine.yaml")
        app.screen.editor.put(MINE.replace("epochs: 2", "epochs: 7"))
        await pilot.press("f5")
        await until(pilot, lambda: launcher.launched)

    on_launch(script)
    assert launcher.launched[0].stages[0].epochs == 7
    assert Path("mine.yaml").read_text() == MINE


def test_f5_on_a_broken_recipe_starts_nothing(app: Any, launcher: FakeLauncher, on_launch: Any, until: Any) -> None:
    async def script(pilot: Pilot) -> None:
        await choose(app, pilot, until, "mine.yaml")
        app.screen.editor.put(BROKEN)
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, Card))
        assert "there is no data 'digit'. Did you mean 'digits'?" in app.screen.text
        await pilot.press("enter")
        assert app.current_mode == "launch"
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, Card))

    on_launch(script)
    assert launcher.launched == []


def test_a_launch_that_fails_is_told(app: Any, launcher: FakeLauncher, on_launch: Any, until: Any) -> None:
    def refuse(recipe: Recipe) -> RunDirectory:
        raise InputError("no run can be made here")

    launcher.launch = refuse  # type: ignore[method-assign]

    async def script(pilot: Pilot) -> None:
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, Card))
        assert "no run can be made here" in app.screen.text

    on_launch(script)


def test_the_recipe_of_a_run_can_be_run_again(
    app: Any, launcher: FakeLauncher, recorded: dict[str, RunDirectory], on_launch: Any, until: Any
) -> None:
    async def script(pilot: Pilot) -> None:
        await choose(app, pilot, until, "faces")
        source = next(source for source in app.screen.sources if source.kind == "run")
        app.screen.table.go_to(source.key)
        await until(pilot, lambda: app.screen.current == source and app.screen.loaded.is_set())
        await pilot.press("f5")
        await until(pilot, lambda: launcher.launched)
        assert launcher.launched[0].path == source.path

    on_launch(script)


# ---------------------------------------------------------------------- checking


def test_problems_are_those_that_loading_tells(tmp_path: Path) -> None:
    path = Path("broken.yaml").absolute()
    path.write_text(BROKEN)
    with pytest.raises(RecipeError) as told:
        load_recipe(path)
    verdict = check_text(BROKEN, path)
    assert list(verdict.problems) == told.value.problems
    assert len(verdict.problems) > 3
    assert verdict.catalog and verdict.catalog.find("encoder", "mlp")


def test_problems_come_as_one_types_and_go_when_they_are_mended(
    app: Any, on_launch: Any, until: Any, text_of: Any
) -> None:
    async def script(pilot: Pilot) -> None:
        await choose(app, pilot, until, "mine.yaml")
        await until(pilot, lambda: "nothing wrong" in text_of(app))
        await pilot.press("e")
        await until(pilot, lambda: app.screen.editor.has_focus)
        await pilot.press("x")
        await until(pilot, lambda: "1 problem" in text_of(app))
        await until(pilot, lambda: "│2✗ " in text_of(app))
        await until(pilot, lambda: "mine.yaml:2:" in text_of(app))
        await pilot.press("backspace")
        await until(pilot, lambda: "nothing wrong" in text_of(app))

    on_launch(script)


def test_f8_goes_from_problem_to_problem(app: Any, on_launch: Any, until: Any) -> None:
    async def script(pilot: Pilot) -> None:
        await choose(app, pilot, until, "mine.yaml")
        screen = app.screen
        screen.editor.put(BROKEN)
        await until(pilot, lambda: screen.verdict and screen.verdict.problems)
        places = [(problem.line - 1, problem.column - 1) for problem in screen.verdict.problems]
        seen = []
        for _ in range(len(places) + 1):
            await pilot.press("f8")
            await until(pilot, lambda: screen.editor.has_focus)
            seen.append(screen.editor.cursor_location)
        assert seen == [*places, places[0]]
        await pilot.press("shift+f8")
        assert screen.editor.cursor_location == places[-1]

    on_launch(script)


def test_a_broken_plugin_folder_and_a_missing_one_are_told(
    app: Any, on_launch: Any, until: Any, text_of: Any, own_folder: Path
) -> None:
    (own_folder / "parts").mkdir()
    (own_folder / "parts" / "bad.py").write_text("import aekit\n@aekit.encoder('bad')\ndef bad(:\n")
    (own_folder / "mine.yaml").write_text(MINE.replace("type: mlp", "type: bad") + "plugins: [parts, gone]\n")

    async def script(pilot: Pilot) -> None:
        await choose(app, pilot, until, "mine.yaml")
        await until(pilot, lambda: "there is no plugin folder or file gone" in text_of(app))
        await until(pilot, lambda: "encoder 'bad' cannot be used: SyntaxError" in text_of(app))

    on_launch(script)


def test_files_that_cannot_be_read_or_vanish_are_told(
    app: Any, launcher: FakeLauncher, on_launch: Any, until: Any, text_of: Any, own_folder: Path
) -> None:
    (own_folder / "bytes.yaml").write_bytes(b"data: \xff")
    (own_folder / "zz.yaml").write_text(MINE)

    async def script(pilot: Pilot) -> None:
        await choose(app, pilot, until, "bytes.yaml")
        await until(pilot, lambda: "is not UTF-8" in text_of(app))
        await pilot.press("f5")
        await until(pilot, lambda: isinstance(app.screen, Card))
        await pilot.press("enter")
        (own_folder / "zz.yaml").unlink()
        await choose(app, pilot, until, "zz.yaml")
        await until(pilot, lambda: "cannot be read" in text_of(app))

    on_launch(script)
    assert launcher.launched == []


def test_what_is_no_recipe_is_not_listed(own_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (own_folder / "compose.yaml").write_text("services: {web: {}}\n")
    (own_folder / "recipes").mkdir()
    (own_folder / "recipes" / "inner.yaml").write_text(MINE)
    (own_folder / "more").mkdir()
    (own_folder / "more" / "far.yml").write_text("extends: digits\n")
    monkeypatch.setenv("AEKIT_RECIPES", str(own_folder / "more"))
    names = [source.name for source in find_sources() if source.kind == "file"]
    assert names == ["mine.yaml", "recipes/inner.yaml", "more/far.yml"]
    assert find_sources()[0].name == "digits"


# ---------------------------------------------------------------------- editing


def test_completion_is_shown_and_taken(app: Any, on_launch: Any, until: Any, text_of: Any) -> None:
    async def script(pilot: Pilot) -> None:
        await choose(app, pilot, until, "mine.yaml")
        screen = app.screen
        await until(pilot, lambda: screen.editor.catalog and screen.verdict)
        await pilot.press("e")
        await until(pilot, lambda: screen.editor.has_focus)
        screen.editor.move_cursor((2, len("encoder: {type: mlp, units: [4]")))
        await pilot.press("comma", "space", "n", "o")
        await until(pilot, lambda: screen.popup.is_open)
        await until(pilot, lambda: "of each layer's sums" in text_of(app))
        await pilot.press("tab")
        await pilot.press("b")
        await until(pilot, lambda: screen.popup.is_open)
        await pilot.press("enter")
        assert screen.editor.text.splitlines()[2] == "encoder: {type: mlp, units: [4], normalization: batch}"
        await until(pilot, lambda: screen.verdict and screen.verdict.recipe)

    on_launch(script)


def test_escape_closes_the_list_then_leaves_the_editor(app: Any, on_launch: Any, until: Any) -> None:
    async def script(pilot: Pilot) -> None:
        screen = app.screen
        await pilot.press("e")
        await until(pilot, lambda: screen.editor.has_focus)
        await pilot.press("ctrl+end", "tab")
        screen.editor.move_cursor(screen.editor.document.end)
        await pilot.press("tab")
        await until(pilot, lambda: screen.popup.is_open)
        await pilot.press("escape")
        assert not screen.popup.is_open and screen.editor.has_focus
        await pilot.press("escape")
        await until(pilot, lambda: screen.table.has_focus)
        assert app.current_mode == "launch"
        await pilot.press("escape")
        await until(pilot, lambda: app.current_mode == "runs")

    on_launch(script)


def test_a_new_line_begins_where_the_block_does(app: Any, on_launch: Any, until: Any) -> None:
    async def script(pilot: Pilot) -> None:
        screen = app.screen
        await pilot.press("e")
        await until(pilot, lambda: screen.editor.has_focus)
        screen.editor.put("trainer:")
        screen.editor.move_cursor((0, 8))
        await pilot.press("enter", "a", "escape", "enter", "b")
        assert screen.editor.text == "trainer:\n  a\n  b"

    on_launch(script)


def test_unsaved_changes_are_kept_for_each_recipe(app: Any, on_launch: Any, until: Any, text_of: Any) -> None:
    async def script(pilot: Pilot) -> None:
        screen = app.screen
        await choose(app, pilot, until, "mine.yaml")
        screen.editor.put(MINE + "seed: 3\n")
        await choose(app, pilot, until, "faces")
        assert "Faces" in screen.editor.text
        await pilot.press("1", "3")
        await choose(app, pilot, until, "mine.yaml")
        assert screen.editor.text == MINE + "seed: 3\n"
        await until(pilot, lambda: "edited, not saved" in text_of(app))

    on_launch(script)


def test_the_form_edits_the_text_and_keeps_comments(app: Any, on_launch: Any, until: Any) -> None:
    async def script(pilot: Pilot) -> None:
        screen = app.screen
        await choose(app, pilot, until, "mine.yaml")
        await pilot.press("o")
        form = await until(pilot, lambda: isinstance(app.screen, Form) and app.screen)
        await until(pilot, lambda: form.query("Table") and form.table.lines)
        form.table.go_to("decoder.tied")
        await pilot.press("space")
        form.table.go_to("latent.size")
        await pilot.press("enter", "backspace", "0", "enter")
        assert form.line.display, "0 is refused"
        await pilot.press("backspace", "5", "enter", "y")
        await until(pilot, lambda: app.screen is screen)
        wanted = MINE.replace("size: 2", "size: 5").replace(
            "decoder: {type: mlp, units: [4]}", "decoder: {type: mlp, units: [4], tied: true}"
        )
        assert screen.editor.text == wanted
        await until(pilot, lambda: screen.verdict and screen.verdict.recipe)

    on_launch(script, (80, 24))


def test_a_form_that_is_left_changes_nothing(app: Any, on_launch: Any, until: Any) -> None:
    async def script(pilot: Pilot) -> None:
        screen, before = app.screen, app.screen.editor.text
        await pilot.press("o")
        form = await until(pilot, lambda: isinstance(app.screen, Form) and app.screen)
        await until(pilot, lambda: form.query("Table") and form.table.lines)
        form.table.go_to("decoder.tied")
        await pilot.press("space", "escape")
        await until(pilot, lambda: app.screen is screen)
        assert screen.editor.text == before

    on_launch(script)


def test_save_as_asks_before_it_writes_over_a_file(app: Any, on_launch: Any, until: Any, own_folder: Path) -> None:
    async def save_as(pilot: Pilot, *keys: str) -> None:
        await pilot.press("f2")
        await until(pilot, lambda: app.screen.is_modal)
        await pilot.press("enter", *keys)

    async def script(pilot: Pilot) -> None:
        screen = app.screen
        await choose(app, pilot, until, "digits")
        screen.editor.put(screen.editor.text.replace("epochs: 300", "epochs: 3"))
        await save_as(pilot)
        await until(pilot, lambda: screen.current.name == "digits.yaml")
        assert "epochs: 3\n" in (own_folder / "digits.yaml").read_text()
        await until(pilot, screen.loaded.is_set)
        screen.editor.put(screen.editor.text.replace("epochs: 3", "epochs: 4"))
        await save_as(pilot, "n")
        await until(pilot, lambda: app.screen is screen)
        assert "epochs: 3\n" in (own_folder / "digits.yaml").read_text()
        await save_as(pilot, "y")
        await until(pilot, lambda: "epochs: 4\n" in (own_folder / "digits.yaml").read_text())
        await until(pilot, lambda: not any("digits.yaml" in key for key in screen.drafts))

    on_launch(script)


def test_shipped_recipes_are_never_written_over() -> None:
    shipped = find_sources()[0].path
    with pytest.raises(InputError, match="stay as they are"):
        target(str(shipped))
    with pytest.raises(InputError, match="there is no folder"):
        target("nowhere/mine")
    assert target("new") == Path("new.yaml").resolve()


# ---------------------------------------------------------------------- building


class FakeStandby:
    """Answers like the worker that stands by."""

    alive = ready = True
    busy = False

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []

    def ask(self, verb: str, **arguments: Any) -> int:
        self.asked.append((verb, arguments))
        return len(self.asked)

    def wait(self, number: int, timeout: float | None = None) -> dict[str, Any]:
        return CHECK if self.asked[number - 1][0] == "check" else ESTIMATE


CHECK: dict[str, Any] = {
    "ok": True, "message": "", "shapes": {"encoder": [[8, 8, 1], [128]], "latent": [[128], [8]]}, "problems": [],
    "parameters": {"encoder": 49536, "latent": 1032}, "compile": "graph", "data": {"train": 1437, "test": 180},
    "data_bytes": 459_840, "steps": {"train": 6600}, "notes": [],
}  # fmt: skip
ESTIMATE = {"ok": True, "seconds_to_compile": 1.9, "seconds_per_step": 0.0012, "steps": 6600, "seconds": 9.8}


def test_b_shows_shapes_parameters_and_how_long_it_takes(
    app: Any, launcher: FakeLauncher, on_launch: Any, until: Any, text_of: Any
) -> None:
    launcher.standby = FakeStandby()

    async def script(pilot: Pilot) -> None:
        text = app.screen.editor.text
        await pilot.press("b")
        await until(pilot, lambda: "about 9.8 s of training here (1.2 ms a step, 1.9 s to compile)" in text_of(app))
        await until(pilot, lambda: "8 x 8 x 1 -> 128" in text_of(app))
        assert [verb for verb, _ in launcher.standby.asked] == ["check", "estimate"]
        assert launcher.standby.asked[0][1]["text"] == text

    on_launch(script)


def test_b_tells_problems_that_only_the_built_recipe_has(
    app: Any, launcher: FakeLauncher, on_launch: Any, until: Any, text_of: Any
) -> None:
    launcher.standby = FakeStandby()
    problem = {"file": "x", "line": 0, "column": 0, "length": 0, "message": "cross_entropy needs data in [0, 1]"}
    launcher.standby.wait = lambda number, timeout: {"ok": False, "problems": [problem | {"notes": []}]}

    async def script(pilot: Pilot) -> None:
        await pilot.press("b")
        await until(pilot, lambda: "cross_entropy needs data in [0, 1]" in text_of(app))
        assert len(launcher.standby.asked) == 1

    on_launch(script)


@pytest.mark.parametrize("before", [True, False])
def test_a_late_check_of_the_same_text_leaves_what_the_build_said(
    app: Any, launcher: FakeLauncher, on_launch: Any, until: Any, text_of: Any, before: bool
) -> None:
    launcher.standby = FakeStandby()

    async def script(pilot: Pilot) -> None:
        screen = app.screen
        if before:
            screen.verdict = None
            screen.check_soon(0)
        await pilot.press("b")
        await until(pilot, lambda: "about 9.8 s of training here" in text_of(app))
        screen.check_soon(0)
        await pilot.pause(0.05)
        await until(pilot, lambda: not any(worker.group == "check" for worker in app.workers))
        await pilot.pause()
        assert "about 9.8 s of training here" in text_of(app)

    on_launch(script)


def test_b_without_a_worker_says_why(
    app: Any, launcher: FakeLauncher, on_launch: Any, until: Any, text_of: Any
) -> None:
    async def script(pilot: Pilot) -> None:
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, Card))
        assert "no worker stands by" in app.screen.text
        await pilot.press("escape")
        await until(pilot, lambda: "nothing wrong" in text_of(app))

    on_launch(script)


def test_the_build_in_words() -> None:
    assert build_rows(CHECK)[0] == ("encoder", "8 x 8 x 1 -> 128", "49,536 parameters")
    assert build_rows(CHECK)[-1] == ("in all", "", "50,568 parameters")
    assert build_lines(CHECK) == ["1,437 train, 180 test examples (459.8kB)", "6,600 steps, compiled as graph"]
    assert time_line(ESTIMATE | {"seconds_per_step": None}) == "about 9.8 s of training here (1.9 s to compile)"


def test_the_time_of_the_last_finished_run_is_known(recorded: dict[str, RunDirectory], app: AekitApp) -> None:
    rows = Listing(app.root).rows()
    finished = next(row for row in rows if row.status.state == "finished")
    events = [json.loads(line) for line in finished.run.events.read_text().splitlines()]
    assert last_time(rows, finished.run.title) == events[-1]["seconds"]
    assert last_time(rows, "nothing-like-it") is None


# ---------------------------------------------------------------------- the rest


@pytest.mark.parametrize("size", [(120, 40), (80, 24), (60, 16), (44, 12), (20, 6)])
def test_every_size_can_be_used(app: Any, drive: Any, until: Any, size: tuple[int, int]) -> None:
    async def script(pilot: Pilot) -> None:
        await pilot.press("3")
        await until(pilot, lambda: getattr(app.screen, "verdict", None))
        await pilot.press("e", "tab", "down", "escape", "3", "slash", "d", "i", "escape", "3", "o")
        await until(pilot, lambda: isinstance(app.screen, Form))
        await pilot.press("down", "enter", "escape", "escape")

    drive(app, script, size)


@pytest.mark.parametrize("theme", ["aekit-light", "aekit-ansi", "aekit-colour-blind"])
def test_every_theme_draws_problems(
    app: Any, on_launch: Any, until: Any, text_of: Any, theme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def script(pilot: Pilot) -> None:
        app.theme = theme
        await choose(app, pilot, until, "mine.yaml")
        app.screen.editor.put(BROKEN)
        await until(pilot, lambda: "problems" in text_of(app))

    on_launch(script)


def test_no_color(app: Any, on_launch: Any, until: Any, text_of: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NO_COLOR", "1")

    async def script(pilot: Pilot) -> None:
        await pilot.press("e", "x")
        await until(pilot, lambda: "problem" in text_of(app))

    on_launch(script)


def test_the_screen_imports_no_keras(tmp_path: Path) -> None:
    code = """
import asyncio, sys
from pathlib import Path
from aekit_tui.app import AekitApp

async def main():
    app = AekitApp(Path(sys.argv[1]), standby=False)
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("3")
        while not getattr(app.screen, "verdict", None):
            await pilot.pause(0.02)
        await pilot.press("o")
        await pilot.pause(0.5)
        assert app.screen.is_modal

asyncio.run(main())
forbidden = ("keras", "tensorflow", "aekit.training", "aekit_plugins", "scipy", "PIL")
print([name for name in forbidden if name in sys.modules])
"""
    done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.stdout.strip().endswith("[]"), done.stderr
