"""The ladder of ways to draw pictures with characters, and which of them this terminal gets."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

import numpy as np

from . import glyphs

Depth = Literal["truecolor", "256", "16", "none"]


@dataclass(frozen=True)
class Mode:
    """One way to fill a cell with dots.

    Args:
        across, down: dots in a cell.
        characters: for every pattern of dots its character; for a ramp, from dark to bright.
    """

    name: str
    across: int
    down: int
    characters: str
    is_ramp: bool = False

    @property
    def dot_width(self) -> float:
        """A dot's width, in widths of a cell."""
        return 1 / self.across

    @property
    def dot_height(self) -> float:
        """A dot's height, in widths of a cell: a cell is twice as high as wide."""
        return 2 / self.down

    @cached_property
    def table(self) -> np.ndarray:
        """The characters as an array, to be indexed by patterns."""
        return np.array(list(self.characters))


HALF = Mode("half", 1, 2, glyphs.HALVES)
QUADRANT = Mode("quadrant", 2, 2, glyphs.QUADRANTS)
SEXTANT = Mode("sextant", 2, 3, glyphs.sextants())
OCTANT = Mode("octant", 2, 4, glyphs.octants())
RAMP = Mode("ramp", 1, 1, glyphs.SHADES, is_ramp=True)
ASCII = Mode("ascii", 1, 1, glyphs.ASCII_RAMP, is_ramp=True)

#: The variable with which a user asks for another mode than the default.
VARIABLE = "AEKIT_PIXELS"


def color_depth(environ: Mapping[str, str], color_system: str | None) -> Depth:
    """How many colours there are, from the name that Rich gives to the console's colour system."""
    if color_system is None or environ.get("NO_COLOR"):
        return "none"
    depths: dict[str, Depth] = {"truecolor": "truecolor", "256": "256"}
    return depths.get(color_system, "16")


def ladder(environ: Mapping[str, str], color_system: str | None, encoding: str, probed: bool = False) -> list[Mode]:
    """The modes that this terminal can draw, the default first.

    Args:
        color_system: `console.color_system` of Rich; None where there are no colours.
        encoding: of the terminal's file.
        probed: whether `probe.draws_octants` said yes.
    """
    utf = encoding.lower().replace("-", "").startswith("utf")
    ramp = RAMP if utf else ASCII
    if color_depth(environ, color_system) == "none" or not utf:
        return [ramp]
    return [HALF, QUADRANT, SEXTANT, *([OCTANT] if probed else []), ramp]


def choose_mode(environ: Mapping[str, str], color_system: str | None, encoding: str, probed: bool = False) -> Mode:
    """The mode that $AEKIT_PIXELS names, if this terminal can draw it, else the ladder's first.

    Textual takes NO_COLOR out of the environment: give the one from before, or a colour system of None.
    """
    modes = ladder(environ, color_system, encoding, probed)
    asked = environ.get(VARIABLE, "")
    return next((mode for mode in modes if mode.name == asked), modes[0])
