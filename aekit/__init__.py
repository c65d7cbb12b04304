"""aekit: autoencoders and their kin, assembled from YAML recipes.

Write a plugin with the decorators and `Data`, `Measure`, `Trainer`; train with `train`; read a run with `open_run`.
Importing this package imports neither Keras nor TensorFlow: those come with the names that need them.
"""

from __future__ import annotations

TYPE_CHECKING = False  # typing itself takes longer to import than all of this
if TYPE_CHECKING:
    from typing import Any

    from aekit.dataset import Data, Rows, Split, Stream
    from aekit.errors import AekitError, DataError
    from aekit.measure import Measure, bits_per_pixel, psnr
    from aekit.recipe import load_recipe
    from aekit.recipe.annotations import Activation, Optimizer
    from aekit.registry import data, decoder, encoder, latent, loss, metric, trainer
    from aekit.reporting import progress
    from aekit.training import (
        Networks,
        Trainer,
        Verdict,
        compiled,
        feature_net,
        feature_source,
        fit_pca,
        gradient,
        make_optimizer,
        open_run,
        train,
    )

__version__ = "0.1.0"
__all__ = [
    "Activation", "AekitError", "Data", "DataError", "Measure", "Networks", "Optimizer", "Rows", "Split", "Stream",
    "Trainer", "Verdict", "bits_per_pixel", "compiled", "data", "decoder", "encoder", "feature_net", "feature_source",
    "fit_pca", "gradient", "latent", "load_recipe", "loss", "make_optimizer", "metric", "open_run", "progress", "psnr",
    "train", "trainer",
]  # fmt: skip

_MODULES = {
    "aekit.dataset": ("Data", "Rows", "Split", "Stream"),
    "aekit.errors": ("AekitError", "DataError"),
    "aekit.measure": ("Measure", "bits_per_pixel", "psnr"),
    "aekit.recipe": ("load_recipe",),
    "aekit.recipe.annotations": ("Activation", "Optimizer"),
    "aekit.registry": ("data", "decoder", "encoder", "latent", "loss", "metric", "trainer"),
    "aekit.reporting": ("progress",),
    "aekit.training": (
        "Networks",
        "Verdict",
        "Trainer",
        "compiled",
        "feature_net",
        "feature_source",
        "fit_pca",
        "gradient",
        "make_optimizer",
        "open_run",
        "train",
    ),
}
_HOME = {name: module for module, names in _MODULES.items() for name in names}


def __getattr__(name: str) -> Any:
    """Import a name's module when it is first asked for: the front end must start in a tenth of a second."""
    if name not in _HOME:
        raise AttributeError(f"module 'aekit' has no attribute '{name}'")
    from importlib import import_module

    value = getattr(import_module(_HOME[name]), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_HOME})
