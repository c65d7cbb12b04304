"""Which character draws which dots of a cell: tables indexed by a pattern, dot i in reading order being bit i."""

from __future__ import annotations

HALVES = " ▀▄█"
QUADRANTS = " ▘▝▀▖▌▞▛▗▚▐▜▄▙▟█"
SHADES = " ░▒▓█"
ASCII_RAMP = " .:-=+*#%@"


def sextants() -> str:
    """The 64 patterns of 2 x 3 dots; U+1FB00 leaves out the empty, half and full cells, which are older.

    Source: Unicode 13, Symbols for Legacy Computing.
    """
    older = {0: " ", 0b010101: "▌", 0b101010: "▐", 0b111111: "█"}
    return _numbered(0x1FB00, 64, older)


def octants() -> str:
    """The 256 patterns of 2 x 4 dots; U+1CD00 holds, in order, the 230 that no older character draws.

    Source: Unicode 16, Symbols for Legacy Computing Supplement.
    """
    older = {_doubled(pattern): glyph for pattern, glyph in enumerate(QUADRANTS)}
    older |= {0b11000000: "▂", 0b11111100: "▆", 0b00000011: "\U0001fb82", 0b00111111: "\U0001fb85"}
    older |= {0b00010100: "\U0001fbe6", 0b00101000: "\U0001fbe7"}  # middle left, middle right one quarter
    older |= {
        1: "\U0001cea8",
        2: "\U0001ceab",
        0b01000000: "\U0001cea3",
        0b10000000: "\U0001cea0",
    }  # one dot in a corner
    return _numbered(0x1CD00, 256, older)


def _numbered(first: int, count: int, older: dict[int, str]) -> str:
    """Every pattern's character: the older one where there is one, else the next of the block."""
    block = iter(range(first, first + count))
    return "".join(older.get(pattern) or chr(next(block)) for pattern in range(count))


def _doubled(quadrant: int) -> int:
    """A pattern of 2 x 2 dots as one of 2 x 4, every dot two high."""
    upper, lower = quadrant & 0b11, quadrant >> 2
    return upper * 0b0101 | lower * 0b01010000
