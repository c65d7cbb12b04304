"""`recipes`, `show`, `check`, `components`, `doctor`: what can be known without training."""

from __future__ import annotations

import json

import pytest

BROKEN = (
    "import a_package_that_is_not_there\nimport aekit\n\n\n@aekit.encoder('wave')\ndef wave(input_shape):\n    pass\n"
)
RINGS = '''\
import aekit


@aekit.data("rings")
def rings(*, count: int = 2048, seed=aekit.__version__):
    """Grey rings.

    Args:
        count: how many images.
    """
'''


@pytest.fixture
def plugins(place):
    folder = place / "mine"
    folder.mkdir()
    (folder / "rings.py").write_text(RINGS)
    (folder / "wave.py").write_text(BROKEN)
    return folder


def test_recipes_are_listed_with_what_they_are(aekit):
    listed = json.loads(aekit("recipes", "--json").stdout)
    assert {"name", "description", "path"} == set(listed[0])
    text = aekit("recipes").stdout
    assert all(recipe["name"] in text and recipe["description"] in text for recipe in listed)


def test_check_prints_a_line_a_part_and_what_is_still_open(aekit):
    result = aekit("check", "small.yaml", "latent.size=3")
    assert result.exit_code == 0
    parts = {line.split()[0]: line for line in result.stdout.splitlines()}
    assert list(parts) == ["data", "encoder", "latent", "decoder", "trainer", "loss", "metric", "length"]
    assert "units=[64]" in parts["encoder"] and "plugins/encoders/mlp.py:" in parts["encoder"]
    assert "size=3" in parts["latent"] and "5 epochs in batches of 64" in parts["length"]
    assert "aekit check --build" in result.stderr


def test_check_tells_every_problem_on_stderr(aekit, place):
    recipe = place / "small.yaml"
    recipe.write_text(recipe.read_text().replace("epochs: 5", "epoch: 5").replace("units: [64]", "unit: [64]"))
    result = aekit("check", "small.yaml")
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr.count("Did you mean 'units'?") == 2
    assert "small.yaml:9:1:" in result.stderr and "^^^^^" in result.stderr


def test_check_json_has_places(aekit):
    result = aekit("check", "small.yaml", "--json", "encoder.unit=3")
    assert result.exit_code == 2
    report = json.loads(result.stdout)
    assert report["ok"] is False
    assert report["problems"][0]["file"] == "command line"
    assert json.loads(aekit("check", "small.yaml", "--json").stdout)["recipe"]["epochs"] == 5


def test_show_prints_a_recipe_that_shows_the_same(aekit, place):
    first = aekit("show", "small.yaml", "epochs=7").stdout
    (place / "again.yaml").write_text(first)
    assert aekit("show", "again.yaml").stdout == first
    assert "epochs: 7" in first and "batch_size: 64" in first and "compile: auto" in first
    assert json.loads(aekit("show", "again.yaml", "--json").stdout)["epochs"] == 7


def test_a_recipe_that_is_not_there(aekit):
    result = aekit("show", "smal.yaml")
    assert result.exit_code == 2
    assert "Did you mean 'small.yaml'?" in result.stderr


def test_components_by_kind_by_name_and_all(aekit):
    everything = aekit("components").stdout
    assert everything.splitlines()[0].split()[:2] == ["kind", "type"]
    assert "plugins/encoders/mlp.py:" in everything
    for word in ("encoder", "encoders"):
        lines = aekit("components", word).stdout.splitlines()[1:]
        assert lines[0].startswith("encoder") and "pca_baseline" not in "".join(lines)
    sheet = aekit("components", "encoder", "mlp").stdout
    assert sheet.startswith("encoder mlp    plugins/encoders/mlp.py:")
    assert "units" in sheet and "required" in sheet and "decoder mlp" not in sheet
    assert "decoder mlp" in aekit("components", "mlp").stdout


def test_own_components_are_listed_and_broken_ones_named(aekit, plugins):
    result = aekit("components", "--plugins", plugins)
    assert "mine/rings.py:" in result.stdout
    assert "mine/wave.py" in result.stderr and "a_package_that_is_not_there" in result.stderr
    sheet = aekit("components", "rings", "--plugins", plugins).stdout
    assert "data: {type: rings, count: 2048, seed: ...}" in sheet
    assert "how many images." in sheet and "default set by the plugin" in sheet


def test_components_for_programs(aekit):
    (only,) = json.loads(aekit("components", "encoder", "mlp", "--json").stdout)
    units = only["options"][0]
    assert (only["kind"], only["type"], units["name"], units["required"]) == ("encoder", "mlp", "units", True)
    assert "default" not in units


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["encodr", "mlp"], "Did you mean 'encoder'?"),
        (["encoder", "mpl"], "Did you mean 'mlp'?"),
        (["autoencodr"], "Did you mean 'autoencoder'?"),
        (["a", "b", "c"], "expected a kind and a type"),
    ],
)
def test_unknown_components(aekit, words, told):
    result = aekit("components", *words)
    assert result.exit_code == 2
    assert told in result.stderr


def test_doctor_tells_of_data_files_and_broken_plugins(aekit, place, plugins, monkeypatch):
    (place / "data").mkdir()
    (place / "data" / "mnist.npz").write_bytes(b"x" * 1000)
    monkeypatch.setenv("AEKIT_DATA", str(place / "data"))
    result = aekit("doctor", "--plugins", plugins, "--json")
    findings = {finding["what"]: finding for finding in json.loads(result.stdout)}
    assert findings["mnist.npz"] | {"found": "1 kB", "good": True} == findings["mnist.npz"]
    assert findings["cifar10.npz"]["good"] is None and "fetch" in findings["cifar10.npz"]["advice"]
    assert findings["broken"]["good"] is False and "wave.py" in findings["broken"]["found"]
    assert {"Python", "tensorflow", "cores", "GPU", "size", "colours", "runs", "disk"} <= set(findings)
    text = aekit("doctor", "--plugins", plugins)
    assert "mend the file" in text.stdout and "marked !" in text.stderr


def test_doctor_on_a_missing_folder(aekit, monkeypatch):
    monkeypatch.setenv("AEKIT_DATA", "/nowhere/at/all")
    assert "there is no such folder" in aekit("doctor").stdout
