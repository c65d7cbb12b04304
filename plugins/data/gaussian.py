"""Generated plain vectors, whose best linear code is known."""

from typing import Annotated

import numpy as np
from pydantic import Field

import aekit
from aekit.errors import DataError


@aekit.data("gaussian")
def gaussian(
    *,
    size: Annotated[int, Field(gt=0)] = 32,
    dimensions: Annotated[int, Field(gt=0)] = 4,
    noise: Annotated[float, Field(ge=0)] = 0.1,
    count: Annotated[int, Field(ge=10)] = 8192,
    seed: int = 0,
) -> aekit.Data:
    """Gaussian vectors on a subspace of `dimensions`, with noise around it.

    x = B c + noise * e, where B (size, dimensions) has orthonormal columns and c, e are standard normal. A
    code of `dimensions` numbers leaves a squared error of noise^2 * (size - dimensions) at best.

    Args:
        size: length of a vector.
        dimensions: of the subspace, at most `size`.
        noise: standard deviation of the noise in every coordinate.
        count: vectors in all; a tenth each for validation and test.
        seed: of the subspace, the vectors and the splits.

    Values: without limits. Labels: none.

    Raises:
        DataError: more dimensions than `size`.
    """
    if dimensions > size:
        raise DataError(f"gaussian: {dimensions} dimensions do not fit into vectors of size {size}")
    rng = np.random.default_rng(seed)
    basis = np.linalg.qr(rng.standard_normal((size, dimensions)))[0]  # size, dimensions
    x = rng.standard_normal((count, dimensions)) @ basis.T + noise * rng.standard_normal((count, size))
    about = {"name": "gaussian", "licence": "generated"}
    return aekit.Data.from_arrays(x.astype("float32"), value_range=None, seed=seed, **about)
