"""Pictures of several runs on the same probes: the inputs on top, a row of outputs or error maps for each run."""

from __future__ import annotations

from collections.abc import Sequence

from textual.app import ComposeResult
from textual.widget import Widget

from ..pixels.grid import GAP, compose_rows, error_map, to_bytes
from ..store.comparison import same_probes
from ..store.pictures import Picture
from ..words import number
from .pixels import Pixels

#: Pictures are not enlarged further: more of them say more.
MOST = 1.0


class Gallery(Widget):
    """Rows of pictures with a caption that says what each row is."""

    def __init__(self, id: str | None = None) -> None:  # noqa: A002
        super().__init__(id=id)
        self._shown: tuple[Sequence[Picture | str], Sequence[str], bool] = ((), (), False)

    def compose(self) -> ComposeResult:
        yield Pixels()

    def on_resize(self) -> None:
        """More or fewer examples have room."""
        self.show(*self._shown)

    def _columns(self, picture: Picture, rows: int) -> int:
        """How many examples stand side by side, at the size that so many rows leave them."""
        height, width = to_bytes(picture.rows[0][:1], picture.range).shape[1:3]
        # Half blocks have two dots in a cell's height; the caption takes a line.
        scale = 2 * max(1, self.size.height - 1) / (rows * (height + GAP))
        return max(1, int(self.size.width / (min(scale, MOST) * (width + GAP))))

    def show(self, pictures: Sequence[Picture | str], names: Sequence[str], errors: bool = False) -> None:
        """Show one picture of each run.

        Args:
            pictures: or why there is none.
            names: of the runs, as the captions have them.
            errors: |x - x_hat| in place of x_hat.
        """
        self._shown = (pictures, names, errors)
        pixels = self.query_one(Pixels)
        found = [(name, picture) for name, picture in zip(names, pictures, strict=True) if isinstance(picture, Picture)]
        missing = [
            f"{name}: {picture}" for name, picture in zip(names, pictures, strict=True) if isinstance(picture, str)
        ]
        if not found:
            pixels.show(None, "; ".join(missing))
            return
        if not same_probes([picture for _, picture in found]):
            missing.append("the runs show other data, so their rows do not compare")
            found = found[:1]
        columns = min(self._columns(found[0][1], len(found) + 1), *(picture.count for _, picture in found))
        first = found[0][1]
        rows = [to_bytes(first.rows[0][:columns], first.range)]
        for _, picture in found:
            x, x_hat = picture.rows[0][:columns], picture.rows[1][:columns]
            rows.append(error_map(x, x_hat, picture.range) if errors else to_bytes(x_hat, picture.range))
        caption = " · ".join([_caption(found), *missing])
        pixels.show(compose_rows(rows), caption, tiles=(len(rows), columns))


def _caption(found: Sequence[tuple[str, Picture]]) -> str:
    """What the rows under the input are: "step 6,600 · squared error A 0.78, B 0.81"."""
    steps = [picture.step for _, picture in found]
    same = len(set(steps)) == 1
    rows = [
        f"{name} {number(float(picture.errors.mean()), 3)}{'' if same else f' (step {picture.step:,})'}"
        for name, picture in found
    ]
    return f"{f'step {steps[0]:,} · ' if same else ''}squared error {', '.join(rows)}"
