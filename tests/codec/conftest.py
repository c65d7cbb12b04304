"""Small transforms: PCA, dense networks on frames, and convolutional ones, all untrained, in one process."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

PARTS = Path(__file__).parent / "parts"

FRAMES = (Path(__file__).parent / "files" / "frames.yaml").read_text()

CONVOLUTIONAL = f"""
plugins: ["{PARTS}"]
data: {{type: photo_patches, image: camera, size: 16, channels: 3, frames: 16, epoch_length: 64}}
encoder: {{type: halving}}
latent: {{type: rounded}}
decoder: {{type: doubling}}
trainer: {{type: autoencoder, optimizer: adam}}
losses: {{mse: {{}}}}
steps: 2
batch_size: 8
"""


@pytest.fixture(scope="session")
def make_model(tmp_path_factory) -> Callable[..., Any]:
    """`make_model(text, shape, value_range)`: a recipe's networks as they start, without a run."""

    def make(text: str, shape: tuple[int, ...], value_range: tuple[float, float] | None) -> Any:
        from aekit.recipe import load_recipe
        from aekit.training.building import build_networks
        from aekit.training.model import Model
        from aekit.training.setup import prepare_components

        file = tmp_path_factory.mktemp("recipe") / "small.yaml"
        file.write_text(text)
        recipe = load_recipe(file)
        prepare_components(recipe)
        return Model(build_networks(recipe, shape, value_range), recipe, shape, lambda: None)

    return make


@pytest.fixture(scope="session")
def frames_model(make_model):
    return make_model(FRAMES, (8, 8, 1), (-1.0, 1.0))


@pytest.fixture(scope="session")
def convolutional_model(make_model):
    return make_model(CONVOLUTIONAL, (16, 16, 3), (0.0, 1.0))


@pytest.fixture(scope="session")
def recipes() -> dict[str, str]:
    return {"frames": FRAMES, "convolutional": CONVOLUTIONAL}
