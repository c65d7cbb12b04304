"""Pictures of what a run's networks make: samples, ways between two codes, and one number of a code after another."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from aekit.errors import InputError
from aekit.run.files import write_whole
from aekit.training import pictures
from aekit.training.model import Model
from aekit.training.opening import RunModel, open_run
from aekit.training.previews import in_grid
from aekit.training.reconstructing import read_picture

#: Of the codes' spread, how far a traversal goes to either side.
REACH = 3.0
#: Codes by which the spread of each number is measured.
SPREAD = 2000


def sample_file(
    run: str | Path, n: int, out: str | Path, seed: int = 0, density: str | None = None, columns: int | None = None
) -> list[Path]:
    """Write generated examples: a picture of all, their arrays, or a picture of each.

    Args:
        run: as for `open_run`.
        n: how many.
        out: NAME.png for a grid, NAME.npy for float32 in data units (n, *example_shape); else a folder of pictures.
        seed, density: as for `Model.sample`.
        columns: of the grid; as square as can be by default.

    Raises:
        InputError: the recipe generates nothing, or has no such density.
    """
    model, target = open_run(run), Path(out)
    samples = model.sample(n, seed, density)
    if target.suffix == ".npy":
        content = io.BytesIO()
        np.save(content, samples)
        write_whole(_made(target), content.getbuffer())
        return [target]
    if target.suffix.lower() == ".png":
        rows = [samples[i : i + columns] for i in range(0, n, columns)] if columns else in_grid(samples, whole=True)
        return [_draw(model, rows, target)]
    if target.suffix:
        raise InputError(f"{target}: samples are written as NAME.png, NAME.npy or into a folder")
    digits = len(str(n - 1))
    return [_draw(model, [x[None]], target / f"sample-{i:0{digits}d}.png") for i, x in enumerate(samples)]


def interpolation_file(
    run: str | Path, out: str | Path, ends: Sequence[str | Path] = (), n: int = 8, steps: int = 10, seed: int = 0
) -> list[Path]:
    """Write a picture whose rows go from one code to another.

    Args:
        run, out: as for `sample_file`; `out` is NAME.png.
        ends: two pictures, which make one row; without them each row goes between two samples.
        n: how many rows of samples.
        steps: pictures in a row, both ends included.
        seed: of the samples.

    Raises:
        InputError: not two pictures; a recipe that generates nothing, or cannot encode pictures.
        DataError: a file that is no picture.
    """
    model = open_run(run)
    if ends:
        if len(ends) != 2:
            raise InputError(f"an interpolation goes between two pictures, received {len(ends)}")
        codes = model.encode(np.stack([read_picture(Path(end), model) for end in ends]))
    else:
        codes = model.sample_codes(2 * n, seed)
    rows = [model.interpolate(codes[i], codes[i + 1], steps) for i in range(0, len(codes), 2)]
    return [_draw(model, rows, _picture(out))]


def traversal_file(
    run: str | Path,
    out: str | Path,
    dimensions: Sequence[int] = (),
    steps: int = 9,
    seed: int = 0,
    picture: str | Path | None = None,
) -> list[Path]:
    """Write a picture whose rows change one number of a code each, over three standard deviations to either side.

    Args:
        run, out: as for `interpolation_file`.
        dimensions: which numbers; all, eight at most, by default.
        steps: pictures in a row.
        seed: of the sample that is changed.
        picture: a file whose code is changed in place of a sample.
    """
    model = open_run(run)
    if steps < 2:
        raise InputError(f"steps: a row has a start and an end, received {steps}")
    start = model.sample_codes(1, seed) if picture is None else model.encode(read_picture(Path(picture), model)[None])
    spread = model.sample_codes(SPREAD, seed).reshape(SPREAD, -1)
    mean, deviation = spread.mean(axis=0), spread.std(axis=0)
    shares = np.linspace(-REACH, REACH, steps)
    chosen = list(dimensions) or range(min(8, model.code_size))
    rows = []
    for dimension in chosen:
        known = dimension if 0 <= dimension < model.code_size else 0  # `traverse` refuses the others, in words
        rows.append(model.traverse(start[0], dimension, mean[known] + shares * deviation[known]))
    return [_draw(model, rows, _picture(out))]


def _picture(out: str | Path) -> Path:
    if Path(out).suffix.lower() != ".png":
        raise InputError(f"{out}: the picture is written as NAME.png")
    return Path(out)


def _made(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    return path


def _draw(model: RunModel | Model, rows: Sequence[np.ndarray], target: Path) -> Path:
    shown = getattr(model, "shown_range", None) or model.networks.value_range or (-3.0, 3.0)
    pictures.save(pictures.strip(rows, shown), _made(target))
    return target
