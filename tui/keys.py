"""The one table of keys: the screens bind from it, the help is made from it, and a file of the user's remaps it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from textual.binding import Binding, BindingType

from aekit.errors import InputError, did_you_mean


@dataclass(frozen=True)
class Key:
    """One thing that a key does.

    Args:
        id: the action's name, by which keys.yaml remaps it.
        keys: as Textual names them, several with commas.
        label: one or two words, for the bottom line.
        help: a line for the help.
        where: screens on which it works: "everywhere", "table", or names of screens.
        shown: whether the bottom line has it.
    """

    id: str
    keys: str
    label: str
    help: str
    where: tuple[str, ...]
    shown: bool = True


_EVERYWHERE = ("everywhere",)
_STEER = ("runs", "run")
_CURVES = ("run", "compare")

TABLE: tuple[Key, ...] = (
    Key("enter", "enter", "open", "open what the cursor is on", ("table",)),
    Key("cursor_down", "down,j", "down", "one line down", ("table",), shown=False),
    Key("cursor_up", "up,k", "up", "one line up", ("table",), shown=False),
    Key("page_down", "pagedown", "page down", "one page down", ("table",), shown=False),
    Key("page_up", "pageup", "page up", "one page up", ("table",), shown=False),
    Key("cursor_first", "home", "first", "to the first line", ("table",), shown=False),
    Key("cursor_last", "end,G", "last", "to the last line", ("table",), shown=False),
    Key("new", "n", "new", "choose a recipe and launch a run", ("runs", "run", "compare", "plugins")),
    Key("launch", "f5", "run", "run the recipe as it stands in the editor", ("launch",)),
    Key("edit", "e", "edit", "into the editor; escape leaves it", ("launch",)),
    Key("form", "o", "form", "the recipe's options as a form", ("launch",)),
    Key("estimate", "b", "build", "build the networks: shapes, parameters and how long it will take", ("launch",)),
    Key("save", "f2", "save as", "save the recipe as it stands under a name", ("launch",)),
    Key("next_problem", "f8", "problem", "to the next problem of the recipe", ("launch",), shown=False),
    Key("previous_problem", "shift+f8", "problem", "to the problem before", ("launch",), shown=False),
    Key("complete", "ctrl+@", "complete", "in the editor, as tab does: what may stand here", ("launch",), shown=False),
    Key("stop", "s", "stop", "stop the run after a checkpoint", _STEER),
    Key("pause", "p", "pause", "hold the run between two steps, or let it go on", _STEER),
    Key("resume", "r", "resume", "go on with a stopped, failed or lost run", _STEER),
    Key("fork", "f", "fork", "begin a new run from a checkpoint of this one, with changed values", _STEER),
    Key("mark", "m", "mark", "mark a run: marked runs are compared", _STEER),
    Key("filter", "slash", "filter", "show only the lines that hold a text", ("runs", "launch", "plugins")),
    Key("next_tab", "tab", "pane", "the next pane", ("run", "launch", "compare"), shown=False),
    Key("previous_tab", "shift+tab", "pane", "the pane before", ("run", "launch", "compare"), shown=False),
    Key("left", "left,h", "left", "crosshair, picture or latent code to the left", (*_CURVES, "joystick"), shown=False),
    Key(
        "right",
        "right,l",
        "right",
        "crosshair, picture or latent code to the right",
        (*_CURVES, "joystick"),
        shown=False,
    ),
    Key("up", "up,k", "up", "the curve, line or latent code above", (*_CURVES, "joystick"), shown=False),
    Key("down", "down,j", "down", "the curve, line or latent code below", (*_CURVES, "joystick"), shown=False),
    Key(
        "next_phase",
        "greater_than_sign,full_stop",
        "stage",
        "charts of the next stage or phase, or the whole run",
        ("run",),
    ),
    Key(
        "previous_phase", "less_than_sign,comma", "stage", "charts of the stage or phase before", ("run",), shown=False
    ),
    Key("log_y", "y", "log y", "logarithmic loss axis", _CURVES),
    Key("axis", "x", "x axis", "steps, epochs or wall time", _CURVES),
    Key("smooth", "e", "smooth", "more smoothing, then none", _CURVES),
    Key("zoom_in", "plus,equals_sign", "zoom", "zoom into the chart", _CURVES, shown=False),
    Key("zoom_out", "minus", "zoom out", "zoom out of the chart", _CURVES, shown=False),
    Key("zoom_reset", "0", "whole", "the whole chart", _CURVES, shown=False),
    Key("earlier", "left_square_bracket", "earlier", "the pictures of an earlier step", _CURVES, shown=False),
    Key("later", "right_square_bracket", "later", "the pictures of a later step", _CURVES, shown=False),
    Key("play", "space", "play", "play the pictures through the steps", _CURVES),
    Key("image_mode", "i", "images", "reconstructions, samples, error maps: the next kind", _CURVES),
    Key("worst", "o", "worst", "the worst examples first", ("run",)),
    Key("gif", "g", "gif", "write the pictures through the steps as a GIF", ("run",)),
    Key("checkpoint", "w", "checkpoint", "write a checkpoint now", ("run",)),
    Key("sample", "a", "sample", "pictures of the present state, now", ("run",)),
    Key("reconstruct", "v", "image", "reconstruct a validation example by its number", ("run",)),
    Key("joystick", "d", "latent", "move through the latent space", ("run",)),
    Key("between", "x,tab", "between", "between two examples: right and left go from one to the other", ("joystick",)),
    Key("next_example", "n", "next", "begin at the next example", ("joystick",)),
    Key("previous_example", "b", "before", "begin at the example before", ("joystick",)),
    Key("next_pair", "right_square_bracket", "dimensions", "the next two latent dimensions", ("joystick",)),
    Key(
        "previous_pair", "left_square_bracket", "before", "the two latent dimensions before", ("joystick",), shown=False
    ),
    Key("origin", "0", "start", "back to the code that one began at", ("joystick",)),
    Key("output", "u", "output", "what the run's process printed, under its log", ("run",), shown=False),
    Key("zoom_pane", "z", "zoom pane", "the pane alone on the screen", _CURVES, shown=False),
    Key(
        "copy",
        "c",
        "copy",
        "copy what is chosen to the clipboard",
        ("runs", "run", "compare", "plugins", "launch"),
        shown=False,
    ),
    Key("screen('runs')", "1", "runs", "all runs", _EVERYWHERE, shown=False),
    Key("screen('run')", "2", "run", "one run: charts, images, log, overview", _EVERYWHERE, shown=False),
    Key("screen('launch')", "3", "launch", "recipes, editor, form", _EVERYWHERE, shown=False),
    Key("screen('compare')", "4", "compare", "the marked runs side by side", _EVERYWHERE, shown=False),
    Key("screen('plugins')", "5", "plugins", "what recipes can name, and what is broken", _EVERYWHERE, shown=False),
    Key("theme", "t", "theme", "the next theme", _EVERYWHERE, shown=False),
    Key("command_palette", "colon,ctrl+p", "palette", "every command by name", _EVERYWHERE),
    Key("help", "question_mark,f1", "help", "these keys", _EVERYWHERE),
    Key("back", "q,escape", "back", "back; from the list of runs, leave (runs go on)", _EVERYWHERE),
)

#: How keys are written on the screen, where Textual's names are long.
_SHOWN = {
    "left_square_bracket": "[", "right_square_bracket": "]", "question_mark": "?", "colon": ":", "slash": "/",
    "greater_than_sign": ">", "less_than_sign": "<", "full_stop": ".", "comma": ",", "plus": "+", "equals_sign": "=",
    "minus": "-", "space": "space", "up": "↑", "down": "↓", "left": "←", "right": "→",
    "ctrl+@": "ctrl+space", "pagedown": "PgDn", "pageup": "PgUp", "escape": "esc", "shift+tab": "⇧tab",
}  # fmt: skip


def bindings(*where: str) -> list[BindingType]:
    """The bindings of a screen, a widget or the app."""
    return [Binding(key.keys, key.id, key.label, show=key.shown, id=identity(key)) for key in keys_of(*where)]


def keys_of(*where: str) -> list[Key]:
    """The keys that work in any of these places, in the table's order."""
    return [key for key in TABLE if any(place in key.where for place in where)]


def identity(key: Key) -> str:
    """What keys.yaml calls it: "stop"; "screen.runs"."""
    return key.id.replace("('", ".").replace("')", "")


def shown(keys: str) -> str:
    """Keys as people read them: "↓ j"."""
    return " ".join(_SHOWN.get(key, key) for key in keys.split(","))


def read_keymap(path: Path) -> dict[str, str]:
    """The user's keys.yaml, action: key; empty where there is none.

    Raises:
        InputError: it is not a mapping of known actions to keys; the message names every wrong line.
    """
    if not path.exists():
        return {}
    import yaml

    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise InputError(f"{path}: cannot be read: {error}") from error
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise InputError(f"{path}: expected lines such as 'stop: S'")
    known = [identity(key) for key in TABLE]
    wrong = list(_wrong(content, known))
    if wrong:
        raise InputError("\n".join([f"{path}: some keys cannot be used", *wrong, f"actions: {', '.join(known)}"]))
    return {str(action): str(keys) for action, keys in content.items()}


def _wrong(content: dict[object, object], known: list[str]) -> Iterable[str]:
    for action, keys in content.items():
        if action not in known:
            yield f"    there is no action '{action}'.{did_you_mean(str(action), known)}".removesuffix(".")
        elif not isinstance(keys, (str, int)) or isinstance(keys, bool) or not str(keys).strip():
            yield f"    {action}: expected a key such as S or ctrl+s, received {keys!r}"
