"""The one table of keys: every key does something, no two mean different things, and a file remaps them."""

from __future__ import annotations

import itertools

import pytest
from aekit_tui import keys
from aekit_tui.screens import MODES

from aekit.errors import InputError


@pytest.mark.parametrize("page", MODES)
def test_every_key_of_a_screen_has_its_action(page, app):
    screen = MODES[page]()
    for key in keys.keys_of(page):
        assert hasattr(screen, f"action_{key.id}"), f"screen {page} cannot {key.id}"


def test_every_key_that_works_everywhere_has_its_action(app):
    for key in keys.keys_of("everywhere"):
        name = key.id.partition("(")[0]
        assert hasattr(app, f"action_{name}"), key.id


@pytest.mark.parametrize("page", MODES)
def test_no_key_means_two_things_on_one_screen(page):
    pressed = [(one, key.id) for key in keys.keys_of(page, "everywhere") for one in key.keys.split(",")]
    for (first, one), (second, other) in itertools.combinations(pressed, 2):
        assert first != second, f"{first} means {one} and {other} on {page}"


def test_the_only_control_keys_are_the_palette_and_completion():
    assert [one for key in keys.TABLE for one in key.keys.split(",") if "ctrl+" in one] == ["ctrl+@", "ctrl+p"]


def test_the_users_file_remaps(tmp_path):
    file = tmp_path / "keys.yaml"
    file.write_text("stop: S\nscreen.runs: f9\n")
    assert keys.read_keymap(file) == {"stop": "S", "screen.runs": "f9"}
    assert keys.read_keymap(tmp_path / "none.yaml") == {}


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("stopp: S", "there is no action 'stopp'. Did you mean 'stop'"),
        ("stop: [S]", "stop: expected a key"),
        ("- stop", "expected lines such as"),
        ("stop: 'S", "cannot be read"),
    ],
)
def test_a_wrong_file_is_told(tmp_path, content, said):
    file = tmp_path / "keys.yaml"
    file.write_text(content)
    with pytest.raises(InputError, match=said.replace("?", r"\?")):
        keys.read_keymap(file)


def test_a_remapped_key_works_and_is_shown(app, recorded, drive, tmp_path, text_of, until):
    folder = tmp_path / "config" / "aekit"
    folder.mkdir(parents=True)
    (folder / "keys.yaml").write_text("mark: M\n")

    async def script(pilot):
        await pilot.press("M")
        await until(pilot, lambda: app.settings.marks)
        await until(pilot, lambda: "M mark" in text_of(app))

    drive(app, script)


def test_a_wrong_keys_file_is_a_card(app, recorded, drive, tmp_path, text_of, until):
    folder = tmp_path / "config" / "aekit"
    folder.mkdir(parents=True)
    (folder / "keys.yaml").write_text("stopp: S\n")

    async def script(pilot):
        await until(pilot, lambda: "Did you mean 'stop'" in text_of(app))
        await pilot.press("enter")
        await until(pilot, lambda: "mnist-deep" in text_of(app))

    drive(app, script)
