"""Themes: colours in one place, for the screens and for the curves."""

from __future__ import annotations

from dataclasses import replace

from textual.theme import BUILTIN_THEMES, Theme

#: The curves' colours of each theme, in the order in which runs get them; chosen to differ in lightness too.
CURVES: dict[str, tuple[str, ...]] = {
    "aekit-dark": ("#5fb3f6", "#f6a64a", "#6fd08c", "#e58ad0", "#e9d758", "#9d8cf0", "#f07a72", "#6fd6d6"),
    "aekit-light": ("#0b62b8", "#b35500", "#1b7a3d", "#a02c86", "#7d6a00", "#5a3fc0", "#b3261e", "#0b7285"),
    # Okabe and Ito's palette, told apart by people who see red and green alike.
    "aekit-colour-blind": ("#56b4e9", "#e69f00", "#009e73", "#cc79a7", "#f0e442", "#0072b2", "#d55e00", "#bbbbbb"),
    "aekit-ansi": ("ansi_bright_blue", "ansi_bright_yellow", "ansi_bright_green", "ansi_bright_magenta",
                   "ansi_bright_cyan", "ansi_bright_red", "ansi_bright_white", "ansi_blue"),
}  # fmt: skip

THEMES = (
    Theme(
        name="aekit-dark", dark=True, primary="#5fb3f6", secondary="#8aa0b8", accent="#f6a64a", foreground="#d7dde4",
        background="#11161c", surface="#161d25", panel="#1e2731", success="#6fd08c", warning="#e9c458", error="#f07a72",
    ),
    Theme(
        name="aekit-light", dark=False, primary="#0b62b8", secondary="#5b6b7c", accent="#b35500", foreground="#1c2229",
        background="#fbfaf7", surface="#f3f1ec", panel="#e6e3db", success="#1b7a3d", warning="#8a6100", error="#b3261e",
    ),
    Theme(
        name="aekit-colour-blind", dark=True, primary="#56b4e9", secondary="#999999", accent="#e69f00",
        foreground="#e0e0e0", background="#101010", surface="#181818", panel="#262626", success="#56b4e9",
        warning="#e69f00", error="#d55e00",
    ),
    replace(BUILTIN_THEMES["ansi-dark"], name="aekit-ansi"),
)  # fmt: skip
#: The theme in the terminal's own colours, and the one for terminals without colours.
ANSI = "aekit-ansi"
NAMES = tuple(theme.name for theme in THEMES)


def curve_color(theme: str, index: int) -> str:
    """The colour of the index-th curve or run."""
    colors = CURVES.get(theme, CURVES["aekit-dark"])
    return colors[index % len(colors)]


def next_theme(name: str) -> str:
    return NAMES[(NAMES.index(name) + 1) % len(NAMES)] if name in NAMES else NAMES[0]


def rich_color(color: str) -> str:
    """A theme's colour in Rich's words: Textual says ansi_bright_blue where Rich says bright_blue."""
    return color.removeprefix("ansi_")
