"""Codes that no example gave: from the prior, from N(0, I), or from a density fitted on codes.

```
prior latent      uniform noise ─ latent ─ z        the recipe has no encoder
gaussian latent   N(0, I) ─ z                       the latent gives z_mean and z_log_var
any other         density of the training codes ─ z
```
"""

from __future__ import annotations

from typing import Any, Literal, get_args

import numpy as np

from aekit.errors import InputError
from aekit.training.networks import Networks

Density = Literal["gaussian", "mixture", "normal"]
#: Components of a fitted mixture, and the most codes that a density is fitted on.
COMPONENTS, MOST = 10, 20_000


def source_of(networks: Networks) -> str:
    """Where codes come from unless a density is asked for: "prior", "normal" or "gaussian"."""
    if networks.has_prior:
        return "prior"
    return "normal" if is_variational(networks) else "gaussian"


def is_variational(networks: Networks) -> bool:
    """Whether the latent gives a distribution of z that training has drawn towards N(0, I)."""
    output = networks.latent.output
    return isinstance(output, dict) and "z_mean" in output and "z_log_var" in output


def unfitted_codes(networks: Networks, count: int, seed: int) -> np.ndarray:
    """`count` codes from the prior, or from N(0, I) where there is an encoder, (count, *code_shape), float32."""
    rng = np.random.default_rng(seed)
    if not networks.has_prior:
        return rng.standard_normal((count, *networks.code_shape), dtype="float32")
    noise = rng.random((count, *networks.latent.input_shape[1:]), dtype="float32")
    return np.asarray(networks.prior(noise))


def fitted_codes(codes: np.ndarray, count: int, seed: int, density: str) -> np.ndarray:
    """Fit a density to codes and draw from it.

    Args:
        codes: (n, *code_shape).
        density: "gaussian" with full covariance, or "mixture" of ten of them.

    Raises:
        InputError: codes too large for a full covariance matrix; another name.
    """
    if density not in ("gaussian", "mixture"):
        raise InputError(f"there is no density '{density}'; there are {', '.join(get_args(Density))}")
    flat = codes.reshape(len(codes), -1).astype("float64")
    if flat.shape[1] > 2048:
        raise InputError(f"a density of codes of {flat.shape[1]} numbers needs too large a covariance matrix")
    draw = _mixture if density == "mixture" and len(flat) > COMPONENTS else _gaussian
    return draw(flat, count, seed).reshape(count, *codes.shape[1:]).astype("float32")


def between(start: np.ndarray, end: np.ndarray, steps: int, spherical: bool) -> np.ndarray:
    """Codes on the way from one to another, both included, (steps, *code_shape).

    Args:
        spherical: along a great circle, which keeps codes of N(0, I) as far from 0 as such codes are; else a line.

    Source: White, Sampling generative networks, 2016 (spherical interpolation).
    """
    if steps < 2:
        raise InputError(f"steps: a way has a start and an end, received {steps}")
    share = np.linspace(0, 1, steps).reshape(-1, *[1] * start.ndim)
    a, b = np.asarray(start, "float64"), np.asarray(end, "float64")
    lengths = float(np.linalg.norm(a) * np.linalg.norm(b))
    angle = np.arccos(np.clip((a * b).sum() / lengths, -1, 1)) if spherical and lengths else 0.0
    if np.sin(angle) < 1e-6:
        return ((1 - share) * a + share * b).astype("float32")
    parts = np.sin((1 - share) * angle) * a + np.sin(share * angle) * b
    return np.asarray(parts / np.sin(angle), "float32")


def along(z: np.ndarray, dimension: int, values: np.ndarray) -> np.ndarray:
    """The code z with one of its numbers replaced by each of these values, (len(values), *code_shape)."""
    count = int(np.prod(z.shape))
    if not 0 <= dimension < count:
        raise InputError(f"there is no dimension {dimension}: the code's {count} numbers are 0 to {count - 1}")
    codes = np.repeat(np.asarray(z, "float32").reshape(1, -1), len(values), axis=0)
    codes[:, dimension] = values
    return codes.reshape(-1, *z.shape)


def _gaussian(codes: np.ndarray, count: int, seed: int) -> np.ndarray:
    covariance = np.atleast_2d(np.cov(codes, rowvar=False))
    return np.random.default_rng(seed).multivariate_normal(codes.mean(axis=0), covariance, count, method="eigh")


def _mixture(codes: np.ndarray, count: int, seed: int) -> np.ndarray:
    from sklearn.mixture import GaussianMixture

    found: Any = GaussianMixture(COMPONENTS, random_state=seed, reg_covar=1e-4).fit(codes)
    drawn = found.sample(count)[0]
    return np.random.default_rng(seed).permutation(drawn)
