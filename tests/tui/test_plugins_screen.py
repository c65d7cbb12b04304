"""Screen 5: what recipes can name, and what is broken."""

from __future__ import annotations


def test_components_with_their_options(app, drive, text_of, until):
    async def script(pilot):
        await pilot.press("5")
        await until(pilot, lambda: "fashion_mnist" in text_of(app))
        await pilot.press("slash", *"encoder", "space", *"mlp")
        await pilot.press("enter")
        await until(pilot, lambda: "units" in text_of(app))
        await until(pilot, lambda: "activation" in text_of(app))

    drive(app, script)


def test_a_broken_plugin_is_shown_with_its_reason(app, drive, text_of, until, tmp_path, monkeypatch):
    folder = tmp_path / "plugins"
    folder.mkdir()
    (folder / "bad.py").write_text(
        'import aekit\n\n\n@aekit.loss("bad")\ndef bad(out, *, type: int = 1):\n    return 1/0\n'
    )
    (folder / "worse.py").write_text('import aekit\n\n\n@aekit.loss("worse")\ndef (:\n')
    monkeypatch.setenv("AEKIT_PLUGINS", str(folder))

    async def script(pilot):
        await pilot.press("5")
        await until(pilot, lambda: "✗ bad" in text_of(app))
        await until(pilot, lambda: "✗ worse" in text_of(app))
        await pilot.press("home")
        await until(pilot, lambda: "This plugin is broken" in text_of(app))

    drive(app, script)
