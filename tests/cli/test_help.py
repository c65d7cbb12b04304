"""The front: sections, examples, near misses, and what it costs to start."""

from __future__ import annotations

import subprocess
import sys

import click
import pytest

from aekit.cli import SECTIONS, main

VERBS = [name for verbs in SECTIONS.values() for name in verbs]
HEAVY = ("tensorflow", "keras", "numpy", "rich", "pydantic", "yaml", "aekit.training", "aekit_plugins")


def test_help_shows_every_verb_in_its_section(aekit):
    text = aekit("--help").stdout
    for title, verbs in SECTIONS.items():
        section = text.split(f"\n{title}\n")[1].split("\n\n")[0]
        assert [line.split()[0] for line in section.splitlines()] == list(verbs)
    assert "\nExamples\n" in text
    assert aekit().stdout == aekit("-h").stdout == text


@pytest.mark.parametrize("name", VERBS)
def test_every_verb_has_help_that_ends_with_examples(aekit, name):
    text = aekit(name, "--help").stdout
    assert text.startswith(f"aekit {name}: ")
    examples = text.split("\nExamples\n")[1]
    assert f"aekit {name}" in examples
    assert "Options" not in examples


@pytest.mark.parametrize("name", VERBS)
def test_the_table_names_verbs_as_they_name_themselves(name):
    command = main.get_command(click.Context(main), name)
    assert command is not None and command.name == name


def test_a_mistyped_command_gets_its_near_miss(aekit):
    result = aekit("chekc", "small.yaml")
    assert result.exit_code == 2
    assert "there is no command 'chekc'. Did you mean 'check'?" in result.stderr
    assert result.stdout == ""


def test_a_mistyped_option_gets_its_near_miss(aekit):
    result = aekit("run", "small.yaml", "--detatch")
    assert result.exit_code == 2
    assert "--detach" in result.stderr and "`aekit run --help`" in result.stderr


def test_a_missing_argument_shows_the_usage(aekit):
    result = aekit("watch")
    assert result.exit_code == 2
    assert "usage: aekit watch [OPTIONS] RUN" in result.stderr


def test_version(aekit):
    assert aekit("--version").stdout.startswith("aekit ")


def imported(*arguments: str) -> set[str]:
    """Modules that a command leaves imported, by a look into its process."""
    code = (
        "import atexit, sys\n"
        "atexit.register(lambda: print('\\n'.join(sys.modules), file=sys.stderr))\n"
        "from aekit.cli import main\n"
        f"main({list(arguments)!r})\n"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert result.returncode in (0, 2), result.stderr
    return set(result.stderr.split())


def test_help_imports_next_to_nothing():
    assert imported("--help").isdisjoint(HEAVY)


@pytest.mark.parametrize(
    "arguments",
    [
        ("recipes",),
        ("check", "small.yaml"),
        ("show", "small.yaml"),
        ("components",),
        ("components", "encoder", "mlp"),
        ("runs",),
        ("watch", "last"),
        ("doctor",),
    ],
)
def test_the_front_end_imports_no_keras_and_no_plugin(arguments):
    modules = imported(*arguments)
    assert modules.isdisjoint({"tensorflow", "keras", "numpy", "aekit.training"})
    assert not [name for name in modules if name.startswith(("aekit_plugins", "aekit_local"))]


def test_a_reader_that_leaves_is_no_error():
    command = f"{sys.executable} -c 'from aekit.cli import main; main()' components --json | head -c 10"
    result = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True)
    assert (result.returncode, result.stderr) == (0, "")
