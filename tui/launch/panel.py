"""What stands below the editor: problems, or what the recipe makes and how long that takes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.table import Table as RichTable
from rich.text import Text
from textual.app import ComposeResult
from textual.containers import VerticalScroll
from textual.widgets import Static

from aekit.recipe import Problem

from ..words import count, duration, number
from .checking import Verdict, parts


class Panel(VerticalScroll, can_focus=False):
    """A few lines, as many as they need up to a third of the screen."""

    DEFAULT_CSS = """
    Panel { height: auto; max-height: 35%; background: $surface; padding: 0 1; scrollbar-size-vertical: 1; }
    Panel Static { width: 1fr; height: auto; }
    """

    def compose(self) -> ComposeResult:
        yield Static(id="words", markup=False)

    @property
    def words(self) -> Static:
        return self.query_one("#words", Static)

    def say(self, text: str, color: str = "secondary") -> None:
        """A line that will soon be replaced, such as "checking"."""
        self.words.update(Text(text, self._style(color)))

    def show_verdict(self, verdict: Verdict, chosen: int, after: str = "") -> None:
        """What a check found.

        Args:
            chosen: the problem that is told in full.
            after: what else is known of a recipe that is right, such as how long it took last.
        """
        if verdict.problems:
            self.words.update(self._problems(verdict.problems, chosen))
        elif verdict.recipe:
            self.words.update(self._right(parts(verdict.recipe), verdict.recipe.notes, after))
        self.scroll_home(animate=False)

    def _style(self, color: str) -> str:
        return self.app.theme_variables.get(color, "").replace("ansi_", "") if color else ""

    def _problems(self, problems: tuple[Problem, ...], chosen: int) -> Group:
        """The chosen one first, whole: it must be seen where there is room for little."""
        several = f"{len(problems)} problems   F8 goes to the next" if len(problems) > 1 else "1 problem"
        lines: list[RenderableType] = [Text(f"✗ {several}", f"bold {self._style('error')}")]
        lines.append(Padding(Text(head(problems[chosen]), "bold"), (0, 0, 0, 2)))
        for note in [*problems[chosen].notes, *_defined(problems[chosen])]:
            lines.append(Padding(Text(note), (0, 0, 0, 4)))
        for place, problem in enumerate(problems):
            if place != chosen:
                lines.append(Padding(Text(head(problem), self._style("secondary")), (0, 0, 0, 2)))
        return Group(*lines)

    def _right(self, summary: str, notes: Iterable[str], after: str) -> Group:
        text = Text.assemble(("✓ nothing wrong", f"bold {self._style('success')}"), f"   {after}" if after else "")
        table = RichTable.grid(padding=(0, 2))
        for line in summary.splitlines():
            part, _, rest = line.partition("  ")
            table.add_row(Text(part, self._style("secondary")), Text(rest))
        told = [Text(f"note: {note}", self._style("warning")) for note in notes]
        return Group(text, Padding(Group(table, *told), (0, 0, 0, 2)))

    # ------------------------------------------------------------------ after a build

    def show_build(self, report: dict[str, Any], estimate: dict[str, Any] | None, waiting: str = "") -> None:
        """What building the networks has shown.

        Args:
            report: the answer to `check`.
            estimate: the answer to `estimate`, None before it came.
            waiting: what is still being done.
        """
        if estimate:
            first = f"✓ {time_line(estimate)}" if estimate.get("ok") else f"no estimate: {estimate.get('message')}"
        else:
            first = waiting
        table = RichTable.grid(padding=(0, 2))
        for justify in ("left", "left", "right"):
            table.add_column(justify=justify)
        for part, shapes, parameters in build_rows(report):
            table.add_row(Text(part, self._style("secondary")), shapes, parameters)
        below = Group(table, *map(Text, build_lines(report)))
        self.words.update(Group(Text(first, f"bold {self._style('success')}"), Padding(below, (0, 0, 0, 2))))
        self.scroll_home(animate=False)


def head(problem: Problem) -> str:
    """Where, and what: "mine.yaml:7:16: encoder 'mlp' has no option 'unit'"."""
    return str(problem).splitlines()[0]


def _defined(problem: Problem) -> list[str]:
    return [f"defined at {problem.place}"] if problem.place else []


def build_rows(report: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(part, shapes, parameters) of each network, from an answer to `check`."""
    parameters = report.get("parameters", {})
    rows = [
        (role, f"{shape(taken)} -> {shape(given)}", f"{parameters.get(role, 0):,} parameters")
        for role, (taken, given) in report.get("shapes", {}).items()
    ]
    return rows + ([("in all", "", f"{sum(parameters.values()):,} parameters")] if len(rows) > 1 else [])


def build_lines(report: dict[str, Any]) -> list[str]:
    """Data, steps and compilation, and what is worth knowing, from an answer to `check`."""
    data = ", ".join(f"{size:,} {split}" for split, size in report.get("data", {}).items())
    steps = report.get("steps", {})
    told = ", ".join(f"{many:,} steps" + (f" of {stage}" if len(steps) > 1 else "") for stage, many in steps.items())
    lines = [f"{data or 'a stream of'} examples ({count(report.get('data_bytes', 0))}B)"]
    return [*lines, f"{told}, compiled as {report.get('compile')}", *(f"note: {n}" for n in report.get("notes", ()))]


def shape(axes: Iterable[int | None]) -> str:
    return " x ".join("?" if axis is None else str(axis) for axis in axes)


def time_line(estimate: dict[str, Any]) -> str:
    """ "about 40 s of training here (1.2 ms a step, 2.1 s to compile)"."""
    per_step = estimate.get("seconds_per_step")
    pace = f"{number(per_step * 1000, 3)} ms a step, " if per_step else ""
    compiling = f"{duration(estimate.get('seconds_to_compile'))} to compile"
    return f"about {duration(estimate.get('seconds'))} of training here ({pace}{compiling})"
