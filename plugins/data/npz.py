"""A user's own arrays from an npz file."""

from typing import Annotated, Literal

from pydantic import Field

import aekit

from ._arrays import KEYS, check_keys, data_of, stored_arrays
from .._files import find_file
from ._npz import npz_names, read_npz


@aekit.data("npz")
def npz(
    *,
    path: str,
    value_range: tuple[float, float] | Literal["found"] | None = "found",
    validation_fraction: Annotated[float, Field(gt=0, lt=1)] = 0.1,
    test_fraction: Annotated[float, Field(gt=0, lt=1)] = 0.1,
    seed: int = 0,
    labels: tuple[str, ...] = (),
    licence: str = "not stated",
) -> aekit.Data:
    """Images or plain vectors from an npz file.

    The file holds `x`, split by a seeded permutation, or `x_train` with `x_validation` and `x_test` where
    they exist; a split that is missing is drawn from the training examples. Labels stand beside them: `y`,
    `y_train`, ... Whole numbers from 0 to 255 are pixels and scaled to the value range; floats are used as
    they are.

    Args:
        path: of the file, from the working folder or from inside $AEKIT_DATA.
        value_range: lowest and highest value in data units; "found": (0, 1) or (-1, 1) where all values lie
            inside, else without limits; null: without limits.
        validation_fraction, test_fraction: shares of the training examples that make a split which the file
            lacks.
        seed: of the permutation by which they are drawn.
        labels: the classes' names.
        licence: for reports.

    Shapes: x (n, size), (n, height, width) or (n, height, width, channels); y (n,), (n, 1) or one-hot (n,
    classes).
    """
    file = find_file(path, "npz file")
    names = npz_names(file)
    check_keys(names, str(file))
    x, y = stored_arrays(read_npz(file, [name for name in names if name in KEYS]), str(file))
    about = {"name": file.stem, "licence": licence, "labels": tuple(labels)}
    return data_of(x, y, value_range, validation_fraction, test_fraction, seed, **about)
