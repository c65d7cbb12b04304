"""The house's promises: what is imported when, and that what is listed is what exists."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

HERE = Path(__file__).parent.parent
HEAVY = "('keras', 'tensorflow', 'numpy', 'sklearn', 'skimage', 'aekit_plugins')"


@pytest.mark.parametrize(
    "code",
    [
        "import aekit",
        "import aekit.cli",
        "from aekit.recipe import load_recipe; load_recipe('digits').dump()",
        "from aekit.catalog import read_catalog; read_catalog()",
        "from aekit.run import list_runs; list_runs()",
        "from aekit.training import worker",
    ],
)
def test_the_front_end_imports_nothing_heavy(code: str, tmp_path: Path) -> None:
    look = f"import sys; heavy = [n for n in {HEAVY} if n in sys.modules]; assert not heavy, heavy"
    subprocess.run([sys.executable, "-c", f"{code}; {look}"], check=True, cwd=tmp_path)


@pytest.mark.parametrize("words", ["--help", "recipes", "components", "check digits", "show digits", "runs", "doctor"])
def test_commands_that_only_read_import_nothing_heavy(words: str, tmp_path: Path) -> None:
    code = (
        "import sys\nfrom aekit.cli import main\n"
        f"try:\n    main({words.split()!r})\nexcept SystemExit as end:\n    assert not end.code, end.code\n"
        f"heavy = [n for n in {HEAVY} if n in sys.modules]\nassert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path, capture_output=True)


@pytest.mark.parametrize("page", ["runs", "run", "launch", "compare", "plugins"])
def test_the_terminal_application_never_imports_keras(page: str, tmp_path: Path) -> None:
    """Nor, before something needs them, what makes it large: pydantic, SciPy, Pillow."""
    code = (
        "import asyncio, sys\nfrom pathlib import Path\nfrom aekit_tui.app import AekitApp\n"
        "async def main():\n"
        "    app = AekitApp(Path('runs'), standby=False)\n"
        "    async with app.run_test() as pilot:\n"
        f"        app.switch_mode('{page}')\n"
        "        await pilot.pause(1.0)\n"
        "asyncio.run(main())\n"
        "heavy = {'keras', 'tensorflow', 'aekit.training', 'aekit_plugins', 'scipy', 'sklearn', 'PIL'}\n"
        "heavy &= set(sys.modules)\n"
        f"heavy |= {{'pydantic'}} & set(sys.modules) if '{page}' != 'launch' else set()\n"
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, cwd=tmp_path)


def test_the_package_list_is_the_folders() -> None:
    with (HERE / "pyproject.toml").open("rb") as file:
        setuptools = tomllib.load(file)["tool"]["setuptools"]
    homes = setuptools["package-dir"]
    listed = {Path(homes[name.split(".")[0]], *name.split(".")[1:]) for name in setuptools["packages"]}
    found = {path.parent.relative_to(HERE) for home in homes.values() for path in (HERE / home).rglob("__init__.py")}
    assert listed == found


def test_every_folder_of_code_is_a_package() -> None:
    for home in ("aekit", "plugins", "tui"):
        for file in (HERE / home).rglob("*.py"):
            assert (file.parent / "__init__.py").exists(), f"{file.parent} has no __init__.py"
