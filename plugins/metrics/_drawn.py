"""Codes drawn from q(z | x) for the examples of a split, a bounded number at a time."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

import aekit
from aekit.errors import DataError

#: Codes that are decoded at once, and the most numbers of the examples that come of them: both bound the memory.
CODES, NUMBERS = 2500, 2**22


def check_draws(model: Any, name: str) -> None:
    """Raise DataError unless the latent gives a Gaussian q(z | x)."""
    output = model.networks.latent.output
    if not isinstance(output, dict) or not {"z_mean", "z_log_var"} <= set(output):
        raise DataError(f"{name}: the latent gives no distribution of codes; it needs z_mean and z_log_var: gaussian")


def chosen(data: aekit.Data, split: str, most: int | None) -> np.ndarray:
    """At most so many examples of a split, evenly spread over it, float32."""
    part = data.splits[split]
    rows = np.unique(np.linspace(0, len(part) - 1, min(len(part), most or len(part))).astype("int64"))
    return data.to_float(part.read(rows))


def check_values(x: np.ndarray, likelihood: str, name: str) -> None:
    """Raise DataError where grey values would be taken for ones that are 0 or 1."""
    if likelihood == "bernoulli" and not np.isin(x, (0, 1)).all():
        raise DataError(
            f"{name}: a bernoulli likelihood is one of values that are 0 or 1, and this data has others: binarise it, "
            "or choose another likelihood"
        )


def posteriors(model: Any, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """z_mean and z_log_var of examples, each (n, *code_shape)."""

    def parameters(x: Any) -> tuple[Any, Any]:
        codes = model.networks.encode(x)
        return codes["z_mean"], codes["z_log_var"]

    encode = aekit.compiled(parameters)
    parts = [encode(x[start : start + 1024]) for start in range(0, len(x), 1024)]
    return np.concatenate([mean for mean, _ in parts]), np.concatenate([log_var for _, log_var in parts])


def each(
    model: Any, x: np.ndarray, samples: int, seed: int, compute: Callable[[dict[str, Any]], Any], what: str
) -> Iterator[np.ndarray]:
    """`compute(out)` for `samples` codes of every example, in order: arrays (some examples, samples), float32.

    Args:
        compute: given x, z_mean, z_log_var of some examples, and z, x_logits, x_hat with an axis for samples, as losses
            are; gives (examples, samples). It is traced.
        what: for the word on how far it is.
    """
    mean, log_var = posteriors(model, x)
    at_once = max(1, min(CODES, NUMBERS // int(np.prod(x.shape[1:]))))
    step = max(1, at_once // samples)
    import keras

    draw = _drawing(model, keras.random.SeedGenerator(seed), compute)
    counts = [min(at_once, samples - start) for start in range(0, samples, at_once)]
    aekit.progress(0, len(x), what)
    for start in range(0, len(x), step):
        rows = slice(start, start + step)
        yield np.concatenate([draw(count)(x[rows], mean[rows], log_var[rows]) for count in counts], axis=1)
        aekit.progress(min(start + step, len(x)), len(x), what)


def _drawing(model: Any, seed: Any, compute: Callable[[dict[str, Any]], Any]) -> Callable[[int], Any]:
    import keras
    from keras import ops

    networks, functions = model.networks, {}

    def drawn(count: int) -> Any:
        def function(x: Any, mean: Any, log_var: Any) -> Any:
            noise = keras.random.normal((x.shape[0], count, *mean.shape[1:]), seed=seed)
            z = ops.expand_dims(mean, 1) + ops.expand_dims(ops.exp(0.5 * log_var), 1) * noise
            decoded = networks.decode(ops.reshape(z, (-1, *mean.shape[1:])))
            by_sample = {name: ops.reshape(t, (-1, count, *t.shape[1:])) for name, t in decoded.items()}
            about = {"x": x, "z": z, "z_mean": mean, "z_log_var": log_var, "value_range": networks.value_range}
            return compute({**about, **by_sample})

        if count not in functions:
            functions[count] = aekit.compiled(function)
        return functions[count]

    return drawn
