"""Run directories: made without collisions, with copies of plugins, and found again."""

from __future__ import annotations

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from aekit.errors import RunError
from aekit.run import RunDirectory, create_run, find_run, list_runs, read_info, runs_root

NOON = datetime(2026, 11, 22, 12, 0, 0, tzinfo=UTC)


@dataclass(frozen=True)
class Reference:
    path: Path
    sha256: str | None = None
    copy: str | None = None


@dataclass(frozen=True)
class FakeRecipe:
    """What create_run needs of a recipe."""

    name: str = "rings"
    seed: int = 3
    plugins: tuple[Reference, ...] = ()
    path: Path = Path("rings.yaml")

    def dump(self) -> str:
        return "".join(f"{ref.path} {ref.sha256} {ref.copy}\n" for ref in self.plugins) or "seed: 3\n"


def make(root: Path, name: str = "rings", hour: int = 12) -> RunDirectory:
    return create_run(FakeRecipe(name), ["aekit", "run", name], root, NOON.replace(hour=hour))


def test_a_run_has_its_recipe_and_what_asked_for_it(tmp_path):
    run = make(tmp_path / "deep" / "runs")
    assert run.id == "2026-11-22T120000-rings"
    assert run.recipe.read_text() == "seed: 3\n"
    info = read_info(run)
    assert (info["id"], info["command"], info["seed"], info["plugins"]) == (
        run.id,
        ["aekit", "run", "rings"],
        3,
        {},
    )


def test_runs_of_one_second_do_not_collide(tmp_path):
    names = [make(tmp_path).id for _ in range(3)]
    assert names == [f"2026-11-22T120000-rings{end}" for end in ("", "-2", "-3")]
    assert [run.id for run in list_runs(tmp_path)] == names


def test_an_odd_recipe_name_becomes_a_folder_name(tmp_path):
    assert make(tmp_path, "../my recipe/ä").id == "2026-11-22T120000-my-recipe-ä"


def test_plugin_files_are_copied_with_their_helpers_and_hashes(tmp_path):
    folder = tmp_path / "mine"
    (folder / "shapes").mkdir(parents=True)
    text = "from ._grey import grey\nfrom .shapes.ring import ring\n"
    files = {
        "rings.py": text,
        "_grey.py": "from . import _deep\n",
        "_deep.py": "",
        "shapes/ring.py": "",
        "alien.py": "",
    }
    for name, content in files.items():
        (folder / name).write_text(content)
    run = create_run(FakeRecipe(plugins=(Reference(folder / "rings.py"),)), [], tmp_path / "runs", NOON)
    digest = hashlib.sha256(text.encode()).hexdigest()
    assert run.recipe.read_text() == f"{folder / 'rings.py'} {digest} plugins/1-mine/rings.py\n"
    copied = read_info(run)["plugins"]
    assert copied["1-mine/rings.py"] == digest
    assert sorted(copied) == [f"1-mine/{name}" for name in ("_deep.py", "_grey.py", "rings.py", "shapes/ring.py")]
    assert all((run.plugins / copy).is_file() for copy in copied)


def test_plugins_of_two_folders_of_one_name(tmp_path):
    files = [tmp_path / place / "mine" / "rings.py" for place in "ab"]
    for file in files:
        file.parent.mkdir(parents=True)
        file.write_text(f"PLACE = {str(file)!r}\n")
    run = create_run(FakeRecipe(plugins=tuple(map(Reference, files))), [], tmp_path / "runs", NOON)
    assert [(run.plugins / f"{n}-mine" / "rings.py").read_text() for n in (1, 2)] == [f.read_text() for f in files]


def test_a_root_that_cannot_be_made_says_so(tmp_path):
    (tmp_path / "file").write_text("")
    with pytest.raises(RunError, match="--runs DIR"):
        make(tmp_path / "file")


def test_finding(tmp_path, monkeypatch):
    rings, faces = make(tmp_path, "rings", 10), make(tmp_path, "deep-faces", 11)
    for name in (rings.id, "2026-11-22T10", "rings", rings.path, str(rings.path)):
        assert find_run(name, tmp_path) == rings
    assert find_run("last", tmp_path) == find_run("deep", tmp_path) == faces
    monkeypatch.chdir(rings.path)
    assert find_run(".", tmp_path) == rings


def test_an_exact_id_wins_over_longer_ones(tmp_path):
    first = make(tmp_path)
    make(tmp_path)
    assert find_run(first.id, tmp_path) == first


def test_what_is_not_found_or_not_unique_is_explained(tmp_path):
    with pytest.raises(RunError, match="there are no runs"):
        find_run("last", tmp_path)
    make(tmp_path, "rings", 10), make(tmp_path, "deep-faces", 11)
    with pytest.raises(RunError, match="could be any of 2 runs"):
        find_run("2026", tmp_path)
    with pytest.raises(RunError, match="Did you mean 'deep-faces'"):
        find_run("dep-faces", tmp_path)
    with pytest.raises(RunError, match="Did you mean 'last'"):
        find_run("lsat", tmp_path)


def test_the_root_is_given_or_in_the_environment_or_here(monkeypatch, tmp_path):
    monkeypatch.delenv("AEKIT_RUNS", raising=False)
    assert runs_root() == Path("runs")
    monkeypatch.setenv("AEKIT_RUNS", str(tmp_path))
    assert runs_root() == tmp_path
    assert runs_root("elsewhere") == Path("elsewhere")


def test_runs_are_listed_by_time_and_other_folders_are_not(tmp_path):
    late, early = make(tmp_path, "a", 15), make(tmp_path, "b", 9)
    (tmp_path / "notes").mkdir()
    copied = make(tmp_path, "c", 20)
    copied.path.rename(tmp_path / "renamed")
    os.utime(tmp_path / "renamed" / "recipe.yaml", (0, 0))
    assert [run.id for run in list_runs(tmp_path)] == ["renamed", early.id, late.id]
    assert list_runs(tmp_path / "nowhere") == []


def test_a_run_shows_itself_by_the_path_that_the_user_would_write(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert str(RunDirectory(Path("runs/x"))) == "runs/x"
    assert str(RunDirectory(Path("/elsewhere/x"))) == "/elsewhere/x"
