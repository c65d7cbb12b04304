"""Every shipped recipe trains, and a user's plugins come in by every door."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import aekit
from aekit.plugins import load_components
from aekit.recipe import load_recipe, shipped_recipes
from aekit.training.setup import check_metrics

HERE = Path(__file__).parent.parent.parent
RECIPES = [recipe.name for recipe in shipped_recipes()]


@pytest.fixture
def keras_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Noise in place of the sets that would be downloaded."""
    rng = np.random.default_rng(0)
    parts = {"train": 600, "test": 100}
    for name, shape in {"mnist": (28, 28), "fashion_mnist": (28, 28), "cifar10": (32, 32, 3)}.items():
        arrays = {f"x_{part}": rng.integers(0, 256, (n, *shape), "uint8") for part, n in parts.items()}
        labels = {f"y_{part}": rng.integers(0, 10, n, "uint8") for part, n in parts.items()}
        np.savez(tmp_path / f"{name}.npz", **arrays, **labels)
    faces = {"images": rng.integers(0, 243, (400, 64, 64), "uint8"), "target": np.arange(400) // 10}
    np.savez(tmp_path / "olivetti_faces.npz", **faces)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.setenv("AEKIT_DATA", str(tmp_path))


FEW_CURVES = ["data.train=64", "data.validation=32", "data.test=32"]
#: What makes the data of a recipe small enough for a test.
SMALL = {
    "curves-deep": FEW_CURVES,
    "curves-deep-best": FEW_CURVES,
    "deep-faces": ["data.transforms=1"],
    "deep-faces-best": ["data.transforms=1"],
}
#: The sets that are noise here; they have few examples to spare for validation.
DOWNLOADED = ("mnist", "fashion_mnist", "cifar10")


@pytest.mark.usefixtures("keras_files")
@pytest.mark.parametrize("name", RECIPES)
def test_a_shipped_recipe_trains_two_steps(name: str, train: Any) -> None:
    recipe = load_recipe(name)
    stages = recipe.stages
    places = [""] if len(stages) == 1 else [f"stages.{number}." for number in range(len(stages))]
    short = [f"{place}{key}" for place in places for key in ("steps=2", "batch_size=8")]
    fewer = ["data.validation=100"] if recipe.data.type in DOWNLOADED else SMALL.get(name, [])
    small = [*short, *fewer, "metrics={}", "best=null", "early_stopping=null"]
    session = train(load_recipe(name, small))
    assert (session.progress.stage, session.progress.step) == (len(stages) - 1, 2)


@pytest.mark.parametrize("name", RECIPES)
def test_a_shipped_recipes_head_says_what_to_expect(name: str) -> None:
    head = (HERE / "recipes" / f"{name}.yaml").read_text().split("\n\n")[0]
    for word in ("aekit run", "Measured", "Source"):
        assert word in head, f"{name}.yaml says nothing about '{word}'"


@pytest.mark.parametrize("name", RECIPES)
def test_a_shipped_recipes_metrics_find_their_feature_net(name: str) -> None:
    """Else a run would fail when it is trained and measured."""
    recipe = load_recipe(name)
    load_components(recipe.catalog, recipe.wanted)
    check_metrics(recipe, SimpleNamespace(name=recipe.data.type, title=f"data '{recipe.data.type}'"))


def test_a_folder_of_plugins_trains(train: Any, tmp_path: Path) -> None:
    recipe = load_recipe(HERE / "examples" / "recipes" / "stripes.yaml", ["epochs=1", "data.count=640"])
    session = train(recipe)
    assert list(session.run.plugins.rglob("stripes.py"))
    assert aekit.open_run(session.run.path).code_size == 6


def test_an_installed_package_is_a_door(tmp_path: Path) -> None:
    """The example package is put on the path with its entry point, as an installation would."""
    site = tmp_path / "site"
    shutil.copytree(HERE / "examples" / "package" / "aekit_waves", site / "aekit_waves")
    info = site / "aekit_waves-0.1.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: aekit-waves\nVersion: 0.1\n")
    (info / "entry_points.txt").write_text("[aekit.plugins]\naekit_waves = aekit_waves\n")
    code = (
        "from aekit import registry\n"
        "from aekit.catalog import read_catalog\nfrom aekit.plugins import load_components\n"
        "catalog = read_catalog(); load_components(catalog, [('data', 'waves')])\n"
        "print(catalog.find('data', 'waves').origin, registry.find('data', 'waves').make(count=64).example_shape)"
    )
    environment = {"PYTHONPATH": str(site), "PATH": "/usr/bin:/bin"}
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment, check=False)
    assert result.returncode == 0, result.stderr
    assert "package aekit-waves" in result.stdout and "(32,)" in result.stdout
