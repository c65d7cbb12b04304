"""Finding runs by id, unique prefix, path or `last`."""

from __future__ import annotations

import os
import time
from pathlib import Path

from aekit.errors import RunError, did_you_mean
from aekit.run.paths import RunDirectory, runs_root, shown

LAST = "last"


def list_runs(root: str | Path | None = None) -> list[RunDirectory]:
    """Every run under the runs root, oldest first; empty when there is no such folder."""
    folder = runs_root(root)
    try:
        runs = [RunDirectory(path) for path in folder.iterdir()]
    except OSError:
        return []
    return sorted((run for run in runs if run.exists), key=_age_key)


def find_run(name: str | Path, root: str | Path | None = None) -> RunDirectory:
    """The run that `name` means: an id, how one (or what follows its time) begins, a path, or "last".

    Raises:
        RunError: there is none, or more than one.
    """
    text = os.fspath(name)
    at_path = RunDirectory(Path(text).expanduser())
    if (os.sep in text or text in (".", "..")) and at_path.exists:
        return at_path
    runs = list_runs(root)
    if text == LAST and runs:
        return runs[-1]
    matching = _matching(text, runs)
    if len(matching) == 1:
        return matching[0]
    if at_path.exists:
        return at_path
    raise RunError(_explain(text, matching, runs, runs_root(root)))


def _matching(text: str, runs: list[RunDirectory]) -> list[RunDirectory]:
    exact = [run for run in runs if run.id == text]
    if exact or not text:
        return exact
    return [run for run in runs if run.id.startswith(text)] or [run for run in runs if run.title.startswith(text)]


def _explain(text: str, matching: list[RunDirectory], runs: list[RunDirectory], root: Path) -> str:
    where = f"in {shown(root)}/"
    if matching:
        return f"'{text}' could be any of {len(matching)} runs {where}: {_listed(matching)}. Give more of it."
    if not runs:
        hint = "`aekit run RECIPE` starts one, --runs DIR looks elsewhere."
        return f"there is no run '{text}': there are no runs {where}. {hint}"
    hint = did_you_mean(text, [*(run.id for run in runs), *(run.title for run in runs), LAST])
    return f"there is no run '{text}' {where}.{hint} The latest: {_listed(runs)}"


def _listed(runs: list[RunDirectory], count: int = 5) -> str:
    return ", ".join(run.id for run in runs[: -count - 1 : -1])


def _age_key(run: RunDirectory) -> tuple[str, int, str]:
    """By the time in the id, then by when the recipe was written: both outlive a copy that keeps times."""
    written = run.recipe.stat()
    when = run.stamp or time.strftime("%Y-%m-%dT%H%M%S", time.gmtime(written.st_mtime))
    return when, written.st_mtime_ns, run.id
