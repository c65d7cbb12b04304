"""Training: from a recipe to networks, through the engine, to checkpoints, previews, measures and saved models.

Keras and TensorFlow live here and nowhere else in aekit. The names below import them when they are first asked for,
so that a run's process can put itself on record before the slow import.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from aekit.training.feature_nets import feature_net, feature_source
    from aekit.training.functions import compiled
    from aekit.training.model import Model
    from aekit.training.networks import Networks
    from aekit.training.opening import open_run, train
    from aekit.training.optimizers import make_optimizer
    from aekit.training.pca import fit_pca
    from aekit.training.trainer import Trainer, Verdict, gradient

__all__ = [
    "Model",
    "Networks",
    "Trainer",
    "Verdict",
    "compiled",
    "feature_net",
    "feature_source",
    "fit_pca",
    "gradient",
    "make_optimizer",
    "open_run",
    "train",
]

_HOMES = {
    "Model": "model",
    "Networks": "networks",
    "Trainer": "trainer",
    "Verdict": "trainer",
    "compiled": "functions",
    "feature_net": "feature_nets",
    "feature_source": "feature_nets",
    "fit_pca": "pca",
    "gradient": "trainer",
    "make_optimizer": "optimizers",
    "open_run": "opening",
    "train": "opening",
}


def __getattr__(name: str) -> Any:
    if name not in _HOMES:
        raise AttributeError(f"module 'aekit.training' has no attribute '{name}'")
    return getattr(import_module(f"aekit.training.{_HOMES[name]}"), name)
