"""Screen 3: choose a recipe, change it, and run it."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from textual.widgets import Input

from aekit.errors import InputError
from aekit.recipe import RecipeError

from ..aside import aside
from ..keys import bindings
from ..launch.building import build, problems_in
from ..launch.checking import Verdict, check_text, here
from ..launch.desk import Desk
from ..launch.editing import with_changes
from ..launch.saving import proposed, save, target
from ..launch.sources import Source
from ..modals.ask import Ask
from ..modals.confirm import Confirm
from ..widgets.table import Table

if TYPE_CHECKING:
    from ..modals.form import Changes


class LaunchScreen(Desk):
    """What can be done with the recipe in the editor: run it, build it, fill in its form, save it, mend it."""

    page = "launch"
    BINDINGS = bindings("launch")

    async def _text(self) -> tuple[Source, str]:
        """The chosen recipe and its text as it stands, once it is there.

        Raises:
            InputError: it cannot be read.
        """
        await asyncio.wait_for(self.loaded.wait(), 30)
        assert self.current is not None
        if self.editor.read_only:
            raise InputError(f"{self.current.path} cannot be read")
        return self.current, self.editor.text

    # ------------------------------------------------------------------ run

    def action_launch(self) -> None:
        """Check the recipe, start it, and show the run."""
        if not self._launching:
            self._launching = True
            self.work(self._launch(), "launch")

    async def _launch(self) -> None:
        try:
            source, text = await self._text()
            verdict = await aside(check_text, text, source.path)
            self.show_verdict(verdict)
            if verdict.recipe is None:
                raise RecipeError(verdict.problems)
            with self._saying("starting ...", verdict):
                run = await asyncio.to_thread(self.aekit.launcher.launch, verdict.recipe)
        finally:
            self._launching = False
        self.show_verdict(verdict)
        self.aekit.looker.look_now()
        self.aekit.show_run(run)

    @contextmanager
    def _saying(self, words: str, verdict: Verdict) -> Iterator[None]:
        """Say what is being done; where that fails, the panel tells again what the check has found."""
        self.panel.say(words)
        try:
            yield
        except Exception:
            self.show_verdict(verdict)
            raise

    # ------------------------------------------------------------------ problems

    def action_next_problem(self) -> None:
        self._turn_problem(1)

    def action_previous_problem(self) -> None:
        self._turn_problem(-1)

    def _turn_problem(self, by: int) -> None:
        """To a problem's place; from that on to the next one."""
        verdict = self.verdict
        if verdict is None or not verdict.problems:
            self.aekit.notify("no problems", timeout=2)
            return
        if self.editor.has_focus and self._cursor_is_at(verdict):
            self.problem = (self.problem + by) % len(verdict.problems)
        problem = verdict.problems[self.problem]
        self.panel.show_verdict(verdict, self.problem)
        if here(problem, verdict):
            self.editor.go_to(problem)
        self.turn_to(editing=True)

    def _cursor_is_at(self, verdict: Verdict) -> bool:
        problem = verdict.problems[self.problem]
        return not here(problem, verdict) or self.editor.cursor_location == (problem.line - 1, problem.column - 1)

    # ------------------------------------------------------------------ build

    def action_estimate(self) -> None:
        """Let the worker that stands by make the networks: shapes, parameters, how long it will take."""
        self.work(self._build(), "build")

    async def _build(self) -> None:
        source, text = await self._text()
        verdict = await aside(check_text, text, source.path)
        self.show_verdict(verdict)
        if verdict.recipe is None:
            raise RecipeError(verdict.problems)
        launcher = self.aekit.launcher
        launcher.stand_by(self.aekit.rows)
        ready = launcher.standby is not None and launcher.standby.ready
        words = "making the networks ..." if ready else "the worker is warming up; then it makes the networks ..."
        report: dict[str, Any] = {}
        with self._saying(words, verdict):
            async for verb, answer in build(launcher, text, source.path):
                if text != self.editor.text or source != self.current:
                    return
                if verb == "check" and not answer.get("ok"):
                    self._show_refused(answer, verdict)
                elif verb == "check":
                    report = answer
                    self.panel.show_build(report, None, "trying some steps, to see how long it takes ...")
                else:
                    self.panel.show_build(report, answer)

    def _show_refused(self, answer: dict[str, Any], verdict: Verdict) -> None:
        """Problems that only the built recipe shows."""
        found = problems_in(answer)
        if not found:
            raise InputError(str(answer.get("message")))
        self.show_verdict(Verdict(verdict.text, verdict.path, found, None, verdict.catalog))

    # ------------------------------------------------------------------ form

    def action_form(self) -> None:
        """The recipe's options as a form."""
        self.work(self._open_form(), "form")

    async def _open_form(self) -> None:
        from ..launch.fields import read_fields
        from ..modals.form import Form

        source, text = await self._text()
        fields = await aside(read_fields, text, source.path)

        def take(changes: Changes | None) -> None:
            if changes:
                self.editor.put(with_changes(self.editor.text, changes))

        self.aekit.push_screen(Form(f"{source.name}: options", fields), take)

    # ------------------------------------------------------------------ save

    def action_save(self) -> None:
        """Save the recipe as it stands under a name."""
        if self.current is None:
            return
        question = "Save the recipe as (a file; .yaml is added)"
        self.aekit.push_screen(Ask(question, value=proposed(self.current)), self._save_as)

    def _save_as(self, name: str | None) -> None:
        if name is None:
            return
        path = target(name)
        if path.exists():
            question = f"{path} exists.\n\nWrite over it?"
            self.aekit.push_screen(Confirm(question, "write over it"), lambda yes: self._save(path) if yes else None)
        else:
            self._save(path)

    def _save(self, path: Path) -> None:
        self.work(self._write(path), "save")

    async def _write(self, path: Path) -> None:
        source, text = await self._text()
        await asyncio.to_thread(save, path, text)
        self.drafts.pop(source.key, None)
        self.saved(source, path, text)
        self.aekit.notify(f"saved {path}", timeout=3)

    # ------------------------------------------------------------------ moving about

    def turn_to(self, editing: bool) -> None:
        """To the editor, or to the list; where there is little room only one of them is seen."""
        self.popup.hide()
        if not editing:
            self.set_focus(None)
        if self.has_class("-mini"):
            return
        self.set_class(editing, "-editing")
        self.call_after_refresh(self.set_focus, self.editor if editing else self.table)

    def action_edit(self) -> None:
        if self.current is not None:
            self.turn_to(editing=True)

    def on_table_opened(self, message: Table.Opened) -> None:
        self.action_edit()

    def action_next_tab(self) -> None:
        self.turn_to(editing=not self.editor.has_focus)

    def action_previous_tab(self) -> None:
        self.action_next_tab()

    def action_complete(self) -> None:
        self.turn_to(editing=True)

    def on_recipe_editor_left(self) -> None:
        self.turn_to(editing=False)

    def on_descendant_focus(self) -> None:
        if self.editor.has_focus or self.table.has_focus:
            self.set_class(self.editor.has_focus, "-editing")

    def on_popup_clicked(self) -> None:
        self.editor.take()

    def action_filter(self) -> None:
        if self.has_class("-mini"):
            return
        field = self.query_one("#filter", Input)
        field.display = True
        self.set_class(False, "-editing")
        self.call_after_refresh(self.set_focus, field)

    def on_input_changed(self, event: Input.Changed) -> None:
        self._show_list()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        event.input.display = bool(event.value)
        self.turn_to(editing=False)

    def step_back(self) -> bool:
        """Escape and q leave the editor, then the filter; the screen after that."""
        field = self.query_one("#filter", Input)
        if self.editor.has_focus:
            self.turn_to(editing=False)
        elif field.display:
            field.value, field.display = "", False
            self.turn_to(editing=False)
        else:
            return False
        return True

    def action_copy(self) -> None:
        if self.current is not None:
            self.aekit.copy(str(self.current.path))
