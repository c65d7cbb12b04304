"""What plugins offer is read from their source."""

import subprocess
import sys

import pytest

from aekit.catalog import MISSING, UNKNOWN, read_catalog

NOISY = '''
"""A plugin."""

import os
from typing import Annotated, Literal

import aekit
from pydantic import Field

SHAPES = ("ring", "disc")
COUNT = 64


@aekit.data("shapes")
def shapes(*, shape: Literal[SHAPES] = "ring", count: int = COUNT, offset: float = -0.5, home=os.environ, size, path):
    """Grey shapes.

    Args:
        shape: which one,
            as a word.
        count, size: how many, and
            how large in pixels.

    Raises:
        Nothing: ever.
    """


@aekit.encoder("first")
@aekit.encoder("second")
def both(input_shape, *, units: list[int] = [8, 4]):
    """Two names for one encoder."""


def not_a_component(x):
    @aekit.loss("inner")
    def inner(out):
        """Decorated within a function: unseen."""
'''

TRAINERS = '''
import aekit


class Base(aekit.Trainer):
    """A base."""

    def __init__(self, networks, losses, *, rate: float = 0.1):
        super().__init__(networks, losses)


@aekit.trainer("derived")
class Derived(Base):
    """Options come from the base."""


@aekit.trainer("bare")
class Bare(aekit.Trainer):
    """No options at all."""
'''


@pytest.fixture
def catalog_of(tmp_path, monkeypatch):
    """`catalog_of(text, ...)` is the catalog of files with these texts, and of nothing else."""
    monkeypatch.setattr("aekit.plugins.BUILT_IN_PACKAGE", "aekit_no_such_package")
    monkeypatch.chdir(tmp_path)

    def catalog(*texts):
        for number, text in enumerate(texts):
            (tmp_path / f"plugin_{number}.py").write_text(text, encoding="utf-8")
        return read_catalog([tmp_path])

    return catalog


def test_options_with_annotations_defaults_lines_and_documentation(catalog_of):
    shapes = catalog_of(NOISY).find("data", "shapes")
    assert (shapes.summary, shapes.place) == ("Grey shapes.", "plugin_0.py:14")
    assert {name: p.default for name, p in shapes.parameters.items()} == {
        "shape": "ring",
        "count": 64,
        "offset": -0.5,
        "home": UNKNOWN,
        "size": MISSING,
        "path": MISSING,
    }
    assert shapes.parameters["shape"].annotation == "Literal[SHAPES]"
    assert shapes.parameters["shape"].doc == "which one, as a word."
    assert shapes.parameters["size"].doc == shapes.parameters["count"].doc == "how many, and how large in pixels."
    assert shapes.parameters["path"].doc == ""
    assert shapes.literals["SHAPES"] == ("ring", "disc")


def test_decorators_at_the_top_of_a_module_count(catalog_of):
    catalog = catalog_of(NOISY)
    assert [component.name for component in catalog.of_kind("encoder")] == ["first", "second"]
    assert catalog.find("encoder", "first").positional == ("input_shape",)
    assert catalog.of_kind("loss") == []


def test_a_trainers_options_are_those_of_its_initializer(catalog_of):
    catalog = catalog_of(TRAINERS)
    assert list(catalog.find("trainer", "derived").parameters) == ["rate"]
    assert catalog.find("trainer", "bare").positional == ("networks", "losses")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ('@aekit.loss("x")\ndef x(out:\n', "SyntaxError: '(' was never closed"),
        ('import aekit_none.deep\n@aekit.loss("x")\ndef x(out): ...\n', "No module named 'aekit_none'"),
        ('from aekit_none import y\n@aekit.loss("x")\ndef x(out): ...\n', "No module named 'aekit_none'"),
        ('NAME = "x"\n@aekit.loss(NAME)\ndef x(out): ...\n', 'takes the name as a literal: @aekit.loss("name")'),
        ('@aekit.loss("x", check=y)\ndef x(out): ...\n', "@aekit.loss takes the name alone, received check="),
        ('@aekit.metric("x", chek=y)\ndef x(model, split): ...\n', "takes the name and check=, received chek="),
        ('@aekit.los("x")\ndef x(out): ...\n', "no kind of component 'los'. Did you mean 'loss'?"),
        ('@aekit.loss("x")\ndef x(out, *more): ...\n', "takes *more: every option needs a name"),
        ('@aekit.loss("x")\ndef x(out, **options): ...\n', "takes *options: every option needs a name"),
        ('@aekit.loss("x")\ndef x(out, scale=1): ...\n', "the framework gives a loss (out), options come after *"),
        ('@aekit.loss("x")\ndef x(out, *, weight=1): ...\n', "an option called 'weight'"),
        ('@aekit.trainer("x")\nclass X(other.Base): ...\n', "its __init__ must stand in this file"),
        ('@aekit.loss("x")\ndef x(out): ...\n\0', "source code string cannot contain null bytes"),
    ],
)
def test_a_broken_file_is_told_with_its_reason_and_hurts_no_other(catalog_of, text, reason):
    catalog = catalog_of(text, TRAINERS)
    [broken] = catalog.broken
    assert reason in broken.reason
    assert broken.file.name == "plugin_0.py"
    assert catalog.find("trainer", "bare")


def test_two_files_cannot_define_the_same_component(catalog_of):
    catalog = catalog_of(TRAINERS, TRAINERS)
    [broken] = catalog.broken
    assert broken.reason == "trainer 'derived' is already defined at plugin_0.py:12"
    assert catalog.find("trainer", "derived").file.name == "plugin_0.py"


def test_why_a_component_is_missing_is_told_apart(catalog_of):
    catalog = catalog_of(NOISY, 'import aekit_none\n@aekit.encoder("conv")\ndef conv(input_shape): ...\n')
    typo = str(catalog.why_missing("encoder", "frist"))
    assert typo.startswith("there is no encoder 'frist'. Did you mean 'first'?\n    encoder types: first, second")
    broken = str(catalog.why_missing("encoder", "conv"))
    assert broken.startswith("encoder 'conv' cannot be used: ModuleNotFoundError: No module named 'aekit_none'")
    assert broken.endswith("plugin_1.py:1")
    assert "it is a kind of data" in str(catalog.why_missing("encoder", "shapes"))
    assert "its plugin is not installed" in str(catalog.why_missing("encoder", "transformer"))


def test_a_tree_of_a_hundred_thousand_brackets_is_broken_not_a_crash(catalog_of):
    assert catalog_of(f'x = {"(" * 100_000}\n@aekit.loss("x")\n').broken


def test_reading_the_built_in_plugins_imports_none_of_them():
    look = (
        "import sys; from aekit.catalog import read_catalog; assert read_catalog().of_kind('encoder');"
        "print([name for name in sys.modules if name.startswith(('keras', 'tensorflow', 'numpy', 'aekit_plugins'))])"
    )
    found = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
