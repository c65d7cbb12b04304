"""aekit: autoencoders and their kin, assembled from YAML recipes.

Write a plugin with the decorators and `Data`, `Measure`, `Trainer`; train with `train`; read a run with `open_run`.
Importing this package imports neither Keras nor TensorFlow: those come with the names that need them.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from aekit.errors import AekitError, DataError
from aekit.measure import Measure
from aekit.registry import data, decoder, encoder, latent, loss, metric, trainer

if TYPE_CHECKING:
    from aekit.dataset import Data, Rows, Split, Stream
    from aekit.recipe import load_recipe
    from aekit.recipe.annotations import Activation, Optimizer
    from aekit.training import Networks, Trainer, gradient, make_optimizer, open_run, train

__version__ = "0.1.0"
__all__ = [
    "Activation", "AekitError", "Data", "DataError", "Measure", "Networks", "Optimizer", "Rows", "Split", "Stream",
    "Trainer", "data", "decoder", "encoder", "gradient", "latent", "load_recipe", "loss", "make_optimizer",
    "metric", "open_run", "train", "trainer",
]  # fmt: skip

_LATER = {
    "Activation": "aekit.recipe.annotations",
    "Data": "aekit.dataset",
    "Networks": "aekit.training",
    "Optimizer": "aekit.recipe.annotations",
    "Rows": "aekit.dataset",
    "Split": "aekit.dataset",
    "Stream": "aekit.dataset",
    "Trainer": "aekit.training",
    "gradient": "aekit.training",
    "load_recipe": "aekit.recipe",
    "make_optimizer": "aekit.training",
    "open_run": "aekit.training",
    "train": "aekit.training",
}


def __getattr__(name: str) -> Any:
    """Import what is slow only when it is asked for: the front end must start in a tenth of a second."""
    if name not in _LATER:
        raise AttributeError(f"module 'aekit' has no attribute '{name}'")
    return getattr(import_module(_LATER[name]), name)


def __dir__() -> list[str]:
    return sorted({*globals(), *_LATER})
