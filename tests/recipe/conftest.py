"""A small plugin folder of its own for every module of these tests; built-in plugins are out of sight."""

from collections.abc import Callable, Iterator
from pathlib import Path
from textwrap import dedent

import pytest

from aekit.recipe import Recipe, RecipeError, load_recipe

PLUGINS = {
    "data.py": '''
        """Data."""

        from typing import Annotated

        import aekit
        from pydantic import Field


        @aekit.data("dots")
        def dots(*, count: Annotated[int, Field(gt=0)] = 64, value_range: tuple[float, float] = (0, 1)):
            """Images of one dot.

            Args:
                count: how many images.
                value_range: of a pixel.
            """
        ''',
    "networks.py": '''
        """Networks."""

        from typing import Annotated, Literal

        import aekit
        from pydantic import Field

        NORMALIZATIONS = ("none", "batch")
        Size = Annotated[int, Field(gt=0)]


        @aekit.encoder("mlp")
        def mlp(input_shape, *, units: list[int], activation: aekit.Activation = "relu", batch_norm: bool = False):
            """Dense layers.

            Args:
                units: sizes of the layers.
            """


        @aekit.encoder("conv")
        def conv(input_shape, *, filters: list[Size], norm: Literal[NORMALIZATIONS] = "none", drop: float | None = 0.5):
            """Convolutions."""


        @aekit.latent("plain")
        def plain(feature_shape, *, size: Size):
            """The code."""


        @aekit.decoder("mlp")
        def mlp_decoder(latent_shape, output_shape, mirror, *, units: list[int], start: object = object()):
            """Dense layers."""
        ''',
    "training.py": '''
        """Losses, trainers and metrics."""

        import aekit


        @aekit.loss("mse")
        def mse(out):
            """Mean squared error."""


        @aekit.loss("kl")
        def kl(out, *, free_nats: float = 0.0):
            """Divergence from the prior, nats per example."""


        @aekit.trainer("autoencoder")
        class Autoencoder(aekit.Trainer):
            """Minimise the losses."""

            def __init__(self, networks, losses, *, optimizer: aekit.Optimizer = "adam", clip: "int | None" = None):
                pass


        @aekit.trainer("gan")
        class Gan(aekit.Trainer):
            """Two players."""

            def __init__(
                self, networks, losses, *,
                optimizer: aekit.Optimizer = "adam",
                generator_optimizer: aekit.Optimizer | None = None,
            ):
                pass


        @aekit.trainer("rbm")
        class RBM(aekit.Trainer):
            """Contrastive divergence."""

            def __init__(self, networks, losses, *, learning_rate: float = 0.1, chain: Chain = None):
                pass


        @aekit.metric("squared_error")
        def squared_error(model, split, *, limit: int | None = None):
            """Squared error per image."""
        ''',
}
RECIPE = """\
# A recipe to try things on.
seed: 1
data: {type: dots, count: 32}
encoder: {type: mlp, units: [64, 32]}
latent: {type: plain, size: 4}
decoder: {type: mlp, units: [32, 64]}
trainer: {type: autoencoder, optimizer: adam, learning_rate: 1e-3}
losses: {mse: {}}
epochs: 3
"""
STAGES = """\
data: {type: dots}
encoder: {type: mlp, units: [8]}
decoder: {type: mlp, units: [8]}
losses: {mse: {}}
epochs: 2
stages:
  - {name: pretrain, trainer: {type: rbm}, steps: 10, batch_size: 5}
  - {name: finetune, trainer: {type: autoencoder}, freeze: [encoder]}
"""


@pytest.fixture(scope="module")
def recipe_text() -> str:
    return RECIPE


@pytest.fixture(scope="module")
def stages_text() -> str:
    return STAGES


def write_plugins(folder: Path) -> Path:
    for name, text in PLUGINS.items():
        (folder / name).write_text(dedent(text).lstrip(), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def plugins(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_plugins(tmp_path_factory.mktemp("plugins"))


@pytest.fixture(scope="module", autouse=True)
def only_these_plugins(plugins: Path) -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("aekit.plugins.BUILT_IN_PACKAGE", "aekit_no_such_package")
        patch.setattr("aekit.plugins._folders_of_environment", lambda: [plugins])
        yield


Load = Callable[..., Recipe]


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Load:
    """`load(text, *overrides)` reads the text as the file recipe.yaml of the current folder."""
    monkeypatch.chdir(tmp_path)

    def load_text(text: str | bytes, *overrides: str) -> Recipe:
        content = text.encode() if isinstance(text, str) else text
        Path("recipe.yaml").write_bytes(content)
        return load_recipe("recipe.yaml", overrides)

    return load_text


@pytest.fixture
def problems_of(load: Load) -> Callable[..., list[str]]:
    """The problems of a recipe's text, as they are printed."""

    def problems(text: str | bytes, *overrides: str) -> list[str]:
        with pytest.raises(RecipeError) as caught:
            load(text, *overrides)
        return [str(problem) for problem in caught.value.problems]

    return problems
