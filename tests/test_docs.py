"""What the documentation shows works: recipes load, plugins are read, links lead somewhere, nothing is out of date."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from aekit.catalog import read_catalog
from aekit.recipe import load_recipe

HERE = Path(__file__).parent.parent
PAGES = [*sorted(HERE.glob("*.md")), *sorted((HERE / "docs").glob("*.md")), *sorted((HERE / "examples").glob("*.md"))]
BLOCK = re.compile(r"^```\w+ (plugin|recipe)=(\S+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
FENCED = re.compile(r"^```.*?^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\]\(([^)\s]+)\)")
BLOCKS = [(kind, name, text) for page in PAGES for kind, name, text in BLOCK.findall(page.read_text(encoding="utf-8"))]
RECIPES = [name for kind, name, _ in BLOCKS if kind == "recipe"]
PLUGINS = [name for kind, name, _ in BLOCKS if kind == "plugin"]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as a reader of the documentation would have it: recipes, and the plugins in my_plugins/."""
    (tmp_path / "my_plugins").mkdir()
    for kind, name, text in BLOCKS:
        (tmp_path / ("my_plugins" if kind == "plugin" else "") / name).write_text(text, encoding="utf-8")
    return tmp_path


def test_every_block_has_a_name_of_its_own() -> None:
    assert len(set(RECIPES)) == len(RECIPES) > 0
    assert len(set(PLUGINS)) == len(PLUGINS) > 0


@pytest.mark.parametrize("name", RECIPES)
def test_a_recipe_in_the_documentation_loads(name: str, folder: Path) -> None:
    assert load_recipe(folder / name).description, "its first line says what it is"


@pytest.mark.parametrize("name", PLUGINS)
def test_a_plugin_in_the_documentation_is_listed(name: str, folder: Path) -> None:
    catalog = read_catalog([folder / "my_plugins"])
    assert not catalog.broken
    found = [c for c in catalog.components.values() if c.file == (folder / "my_plugins" / name).resolve()]
    assert [component.name for component in found] == [Path(name).stem]
    assert all(parameter.doc for parameter in found[0].parameters.values()), "every option is documented"


@pytest.mark.parametrize("kind", ["data", "encoder", "latent", "decoder", "loss", "trainer", "metric"])
def test_the_guide_shows_every_kind(kind: str) -> None:
    guide = (HERE / "docs" / "writing-a-plugin.md").read_text(encoding="utf-8")
    assert any(f'@aekit.{kind}("' in text for block, _, text in BLOCK.findall(guide) if block == "plugin")


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(HERE)))
def test_links_lead_somewhere(page: Path) -> None:
    for target in LINK.findall(FENCED.sub("", page.read_text(encoding="utf-8"))):
        if "://" in target:
            continue
        path, _, anchor = target.partition("#")
        file = (page.parent / path).resolve() if path else page
        assert file.exists(), f"{page.name} links to {target}, which does not exist"
        if anchor:
            assert anchor in anchors(file), f"{page.name} links to {target}; {file.name} has no such heading"


def anchors(page: Path) -> set[str]:
    """The headings of a page as GitHub names them in links."""
    headings = re.findall(r"^#+ (.+)$", FENCED.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_what_is_generated_is_up_to_date() -> None:
    done = subprocess.run([sys.executable, "-m", "docs.generate", "--check"], cwd=HERE, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr


def test_generating_imports_neither_keras_nor_a_plugin() -> None:
    code = (
        "import sys; from docs.generate import generated; generated()\n"
        "heavy = [n for n in ('keras', 'tensorflow', 'aekit_plugins') if n in sys.modules]; assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], cwd=HERE, check=True)


def test_figures_come_from_every_results_file_with_rows(tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from docs.generate import figures; print(figures(Path(sys.argv[1])))"

    def shown() -> str:
        done = subprocess.run([sys.executable, "-c", code, str(tmp_path)], cwd=HERE, check=True, capture_output=True)
        return done.stdout.decode()

    assert "Not measured" in shown()
    row = {"figure": "speed", "target": ">= 2 x", "measured": "3 x", "met": True}
    machine = {"processor": "abacus", "cores": 1, "numpy": None}
    (tmp_path / "speed.json").write_text(json.dumps({"machine": machine, "rows": [row]}))
    (tmp_path / "raw.json").write_text(json.dumps({"machine": machine, "results": []}))
    assert "| speed | >= 2 x | 3 x | yes |" in shown()
    assert "Measured on abacus, 1 cores." in shown()
