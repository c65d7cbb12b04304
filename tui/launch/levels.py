"""Where a cursor may stand in a recipe: the mappings and lists that lead there, and what is written."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass
class Level:
    """One mapping or list on the way to the cursor.

    Args:
        key: under which it stands: a mapping's key, or an item's number; "" for the whole recipe.
        above: what holds it.
        is_list: a list, whose keys are "0", "1", ...
    """

    key: str = ""
    above: Level | None = None
    is_list: bool = False
    values: dict[str, str] = field(default_factory=dict)
    inner: dict[str, Level] = field(default_factory=dict)

    def hold(self, key: str, is_list: bool = False) -> Level:
        """The mapping or list under a key, made where it is not there yet."""
        self.values.setdefault(key, "")
        if key not in self.inner or self.inner[key].is_list != is_list:
            self.inner[key] = Level(key, self, is_list)
        return self.inner[key]

    @property
    def path(self) -> tuple[str, ...]:
        return () if self.above is None else (*self.above.path, self.key)

    @property
    def type(self) -> str:
        return self.values.get("type", "")


@dataclass(frozen=True)
class Spot:
    """What the cursor is at.

    Args:
        level: the mapping, or list, that it stands in.
        key: whose value it is at; None at a key.
        word: what is written up to the cursor.
        start: the column where the word begins.
        flow: in a mapping of braces.
    """

    level: Level
    key: str | None
    word: str
    start: int
    flow: bool = False
