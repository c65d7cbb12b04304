"""Plugin files come in by three doors, and one that is broken hurts nobody else."""

import sys
from pathlib import Path

import pytest

from aekit import registry
from aekit.catalog import read_catalog
from aekit.errors import PluginError
from aekit.plugins import find_plugin_files, load_components, load_plugin, short_path

LOSS = 'import aekit\n\n\n@aekit.loss("{0}")\ndef {0}(out):\n    """A loss."""\n'


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A plugin folder, the only one there is."""
    monkeypatch.setattr("aekit.plugins.BUILT_IN_PACKAGE", "aekit_no_such_package")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "configuration"))
    folder = tmp_path / "plugins"
    folder.mkdir()
    return folder


def test_built_in_files_are_found_without_importing_their_package():
    sys.modules.pop("aekit_plugins", None)
    files = [file for file in find_plugin_files() if file.origin == "built-in"]
    assert "aekit_plugins.encoders.mlp" in {file.module for file in files}
    assert "aekit_plugins" not in sys.modules
    assert not any(file.path.name.startswith("_") for file in files if file.path.name != "__init__.py")


def test_local_folders_come_from_arguments_environment_and_configuration(folder, tmp_path, monkeypatch):
    configuration = tmp_path / "configuration" / "aekit" / "plugins"
    configuration.mkdir(parents=True)
    for place, name in [(folder, "given"), (tmp_path, "variable"), (configuration, "configured")]:
        (place / f"{name}.py").touch()
    (folder / "_helpers.py").touch()
    monkeypatch.setenv("AEKIT_PLUGINS", str(tmp_path / "variable.py"))
    files = find_plugin_files([folder])
    assert [file.path.stem for file in files] == ["given", "variable", "configured"]
    assert files[0].origin == f"folder {folder}"
    assert find_plugin_files([folder, folder / "given.py"]) == files


def test_installed_packages_are_found_by_their_entry_point(folder, tmp_path, monkeypatch):
    package = tmp_path / "site" / "my_pack"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("raise SystemExit('imported')")
    (package / "losses.py").write_text(LOSS.format("packed"))
    about = tmp_path / "site" / "my_pack-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: my-pack\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[aekit.plugins]\nmy_pack = my_pack\n")
    monkeypatch.syspath_prepend(tmp_path / "site")
    component = read_catalog().find("loss", "packed")
    assert component.origin == "package my-pack"
    assert component.plugin.module == "my_pack.losses"
    assert component.place == "my_pack/losses.py:4"
    assert "my_pack" not in sys.modules


def test_a_folder_that_does_not_exist_is_named(tmp_path):
    with pytest.raises(PluginError, match="there is no plugin folder or file"):
        find_plugin_files([tmp_path / "none"])


def test_local_files_import_each_other_relatively(folder):
    (folder / "_shared.py").write_text("SCALE = 3\n")
    (folder / "scaled.py").write_text("from ._shared import SCALE\n" + LOSS.format("scaled"))
    load_components(read_catalog([folder]), [("loss", "scaled")])
    assert sys.modules[registry.find("loss", "scaled").make.__module__].SCALE == 3


def test_two_folders_may_hold_files_of_one_name(folder, tmp_path):
    other = tmp_path / "other"
    other.mkdir()
    (folder / "losses.py").write_text(LOSS.format("first_of_two"))
    (other / "losses.py").write_text(LOSS.format("second_of_two"))
    wanted = [("loss", "first_of_two"), ("loss", "second_of_two")]
    load_components(read_catalog([folder, other]), wanted)
    assert [registry.find(*key).file.parent for key in wanted] == [folder, other]


@pytest.mark.parametrize("failure", ["raise ValueError('no GPU')", "raise SystemExit('no GPU')", "import aekit_none"])
def test_a_failing_import_is_told_with_its_file_and_last_line(folder, failure):
    (folder / "broken.py").write_text(f"{failure}\n")
    [file] = find_plugin_files([folder])
    with pytest.raises(PluginError, match=r"broken.py: the plugin cannot be imported: \w+: .*(no GPU|aekit_none)"):
        load_plugin(file)


def test_only_the_files_that_are_wanted_are_imported(folder):
    (folder / "bomb.py").write_text(LOSS.format("bomb") + "raise ValueError('imported')\n")
    (folder / "calm.py").write_text(LOSS.format("calm"))
    load_components(read_catalog([folder]), [("loss", "calm")])
    with pytest.raises(PluginError, match=r"there is no loss 'clam'. Did you mean 'calm'"):
        load_components(read_catalog([folder]), [("loss", "clam")])


def test_paths_are_short_below_the_current_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert short_path(tmp_path / "a" / "b.py") == str(Path("a/b.py"))
    assert short_path(Path("/elsewhere/b.py")) == "/elsewhere/b.py"
