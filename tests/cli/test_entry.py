"""Where the command goes: to the terminal application, or to the verbs."""

from __future__ import annotations

import subprocess
import sys
from types import ModuleType, SimpleNamespace

import pytest

from aekit import __main__ as entry


@pytest.fixture
def opened(monkeypatch):
    """A terminal application that notes how it is called."""
    calls: list[dict] = []
    application = ModuleType("aekit_tui")
    application.main = lambda **settings: calls.append(settings) or 7
    monkeypatch.setitem(sys.modules, "aekit_tui", application)
    monkeypatch.setattr("aekit.cli.main", lambda: calls.append({"verbs": sys.argv[1:]}))
    return calls


@pytest.fixture
def terminal(monkeypatch):
    """Streams that are terminals, as far as `gone` does not say otherwise."""

    def place(words, kind="xterm", gone=""):
        for name in ("stdin", "stdout", "stderr"):
            monkeypatch.setattr(sys, name, SimpleNamespace(isatty=lambda name=name: name != gone))
        monkeypatch.setattr(sys, "argv", ["aekit", *words])
        monkeypatch.setenv("TERM", kind)

    return place


def test_no_words_on_a_terminal_open_the_application(opened, terminal):
    terminal([])
    with pytest.raises(SystemExit) as end:
        entry.main()
    assert end.value.code == 7 and opened == [{}]


@pytest.mark.parametrize(
    ("words", "kind", "gone"),
    [
        (["runs"], "xterm", ""),
        ([], "dumb", ""),
        ([], "xterm", "stdin"),
        ([], "xterm", "stdout"),
        ([], "xterm", "stderr"),
    ],
)
def test_anything_else_is_for_the_verbs(opened, terminal, words, kind, gone):
    terminal(words, kind, gone)
    entry.main()
    assert opened == [{"verbs": words}]


def test_the_verb_hands_its_options_over(opened, aekit, tmp_path):
    from aekit.cli.tui import tui

    for words in (["--runs", str(tmp_path), "--no-standby", "--theme", "light"], []):
        tui.main(words, standalone_mode=False)
    assert opened == [
        {"runs": tmp_path, "standby": False, "theme": "light", "run": None},
        {"runs": None, "standby": True, "theme": None, "run": None},
    ]


def test_python_m_is_the_command(tmp_path):
    words = [sys.executable, "-m", "aekit"]
    shown = [subprocess.run([*words, *more], capture_output=True, text=True, cwd=tmp_path) for more in ([], ["--help"])]
    assert shown[0].returncode == 0 and shown[0].stdout == shown[1].stdout
    assert shown[0].stdout.startswith("aekit: Autoencoders")


def test_looking_at_the_words_imports_nothing():
    code = (
        "import sys; before = set(sys.modules); import aekit.__main__\n"
        "more = set(sys.modules) - before; assert more <= {'aekit', 'aekit.__main__', '__future__'}, more"
    )
    subprocess.run([sys.executable, "-c", code], check=True)
