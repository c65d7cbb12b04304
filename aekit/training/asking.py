"""What a model can be asked: codes, decodings, reconstructions, errors; by a live run's requests and by the standby."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from aekit.dataset import Split
from aekit.errors import InputError
from aekit.training.model import Model
from aekit.training.previews import SEED, per_example_error
from aekit.training.sampling import unfitted_codes

PROBED = "validation"


class Asking:
    """Answers about a model and the examples of its data, as arrays by name.

    Args:
        model: of a run that trains, or that was opened.
    """

    def __init__(self, model: Model) -> None:
        self.model = model

    def encode(self, index: int | Sequence[int], split: str = PROBED) -> dict[str, Any]:
        """`z` of some examples, (n, *code_shape), with `y` where they have labels."""
        rows, part = self._rows(index, split)
        return {"index": rows, "z": self.model.encode(self._read(part, rows)), **_labels(part, rows)}

    def codes(self, count: int) -> dict[str, Any]:
        """`z` of the first `count` validation examples (all, where there are fewer), its `mean` and `deviation`.

        Without an encoder `z` is drawn from the prior, the same for every call and model of these codes' size.
        `source` says which: "examples" or "prior".

        Shapes: z (n, *code_shape); mean and deviation (*code_shape,).
        """
        if "encoder" not in self.model.networks:
            z = unfitted_codes(self.model.networks, _positive(count), SEED)
            return {"source": "prior", "z": z, "mean": z.mean(axis=0), "deviation": z.std(axis=0)}
        part = self.model.data.validation
        rows = np.arange(min(_positive(count), len(part)))
        z = self.model.encode(self._read(part, rows))
        about = {"source": "examples", "mean": z.mean(axis=0), "deviation": z.std(axis=0)}
        return {**about, "z": z, **_labels(part, rows)}

    def decode(self, z: Any) -> dict[str, Any]:
        """`x_hat` of codes (n, *code_shape), (n, *example_shape) in data units."""
        codes = np.asarray(z, "float32")
        if codes.shape[1:] != self.model.code_shape or len(codes) == 0:
            raise InputError(f"codes have the shape (n, *{self.model.code_shape}), received {codes.shape}")
        return {"x_hat": self.model.decode(codes)}

    def reconstruct(self, index: int | Sequence[int], split: str = PROBED) -> dict[str, Any]:
        """`x` and `x_hat` of some examples, (n, *example_shape), and their squared `errors`, (n,).

        With `bits_per_pixel` of their codes, (n,), where the latent counts them.
        """
        rows, part = self._rows(index, split)
        x = self._read(part, rows)
        x_hat = self.model.reconstruct(x)
        bits = self.model.networks.bits_per_pixel(x)
        rates = {} if bits is None else {"bits_per_pixel": np.round(bits, 6)}
        errors = per_example_error(x, x_hat)
        return {"index": rows, "x": x, "x_hat": x_hat, "errors": errors, **rates, **_labels(part, rows)}

    def worst(self, count: int) -> dict[str, Any]:
        """`index` and `errors` of the validation examples that are reconstructed worst, the worst first."""
        self._check_encoder()
        batches = self.model.data.batches(PROBED)
        errors = np.concatenate([per_example_error(b["x"], self.model.reconstruct(b["x"])) for b in batches])
        order = np.argsort(-errors, kind="stable")[: _positive(count)]
        return {"index": order, "errors": errors[order]}

    def _rows(self, index: int | Sequence[int], split: str) -> tuple[np.ndarray, Split]:
        self._check_encoder()
        splits = self.model.data.splits
        if split not in splits:
            raise InputError(f"there is no split '{split}' of countable examples; there are {', '.join(splits)}")
        rows, part = np.atleast_1d(np.asarray(index)), splits[split]
        if rows.ndim != 1 or len(rows) == 0 or rows.dtype.kind not in "iu":
            raise InputError(f"index: expected the number of an example, or a list of them, received {index!r}")
        outside = rows[(rows < 0) | (rows >= len(part))]
        if len(outside):
            raise InputError(f"there is no {split} example {outside[0]}; they are 0 to {len(part) - 1}")
        return rows, part

    def _check_encoder(self) -> None:
        if "encoder" not in self.model.networks:
            names = ", ".join(self.model.networks)
            raise InputError(f"examples have no codes here: the recipe has no encoder; its networks are {names}")

    def _read(self, part: Split, rows: np.ndarray) -> np.ndarray:
        return self.model.data.to_float(part.read(rows))


def _labels(part: Split, rows: np.ndarray) -> dict[str, Any]:
    return {} if part.y is None else {"y": np.asarray(part.y)[rows]}


def _positive(count: int) -> int:
    if type(count) is not int or count < 1:
        raise InputError(f"count: expected a whole number from 1 on, received {count!r}")
    return count
