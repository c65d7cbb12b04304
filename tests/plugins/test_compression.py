"""The components of a learned image code: transforms, the entropy bottleneck, and the rate."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest
from aekit_plugins._blocks import cosine_images, from_blocks, to_blocks
from aekit_plugins._gdn import gdn
from aekit_plugins.decoders.lapped import lapped as lapped_decoder
from aekit_plugins.encoders.lapped import lapped as lapped_encoder
from aekit_plugins.latents.entropy_bottleneck import entropy_bottleneck
from aekit_plugins.losses.rate import rate

import aekit
from aekit.codec import compress, decompress, fit_run_pca, run_transform, stored_pca
from aekit.recipe import Recipe, load_recipe
from aekit.run import RunDirectory, read_events
from aekit.testing import check_component
from aekit.training.asking import Asking

TINY = """
data: {type: photo_patches, image: [coffee, chelsea], size: 16, channels: 3, value_range: [-1, 1], frames: 8}
encoder: {type: ENCODER, filters: 4, depth: 12}
latent: {type: entropy_bottleneck}
decoder: {type: DECODER, filters: 4}
output: linear
trainer: {type: autoencoder, optimizer: {type: adam, learning_rate: 1e-3}}
losses: {rate: {}, mse: {weight: 1000}}
steps: 2
batch_size: 4
"""
PAIRS = [("analysis", "synthesis"), ("lapped", "lapped")]


@pytest.fixture
def tiny(tmp_path: Path) -> Callable[..., Recipe]:
    """`tiny("lapped", "lapped", "steps=4")`: a rate-distortion recipe with overrides."""
    file = tmp_path / "tiny.yaml"

    def recipe(encoder: str, decoder: str, *overrides: str) -> Recipe:
        file.write_text(TINY.replace("ENCODER", encoder).replace("DECODER", decoder))
        return load_recipe(file, overrides)

    return recipe


def image(height: int, width: int, channels: int = 3) -> np.ndarray:
    """One image of noise in [-1, 1]: (1, height, width, channels)."""
    return np.random.default_rng(0).uniform(-1, 1, (1, height, width, channels)).astype("float32")


@pytest.mark.parametrize(
    ("kind", "name"),
    [(kind, name) for kind, pair in (("encoder", 0), ("decoder", 1)) for name in sorted({p[pair] for p in PAIRS})]
    + [("latent", "entropy_bottleneck")],
)
def test_a_component_keeps_its_contract(kind: str, name: str) -> None:
    import_module(f"aekit_plugins.{kind}s.{name}")
    check_component(kind, name)


def test_gdn_is_its_formula() -> None:
    x = image(3, 4, 5)
    entry = keras.Input((3, 4, 5))
    model = keras.Model(entry, [gdn(entry), gdn(entry, inverse=True)])
    rng = np.random.default_rng(1)
    gamma, beta = rng.random((2, 5, 5)), rng.random((2, 5))
    model.set_weights([gamma[0], beta[0], gamma[1], beta[1]])
    divided, multiplied = (np.asarray(part) for part in model(x))
    assert np.allclose(divided, x / np.sqrt(beta[0] + x**2 @ gamma[0] + 1e-6), atol=1e-5)
    assert np.allclose(multiplied, x * np.sqrt(beta[1] + x**2 @ gamma[1] + 1e-6), atol=1e-5)


def test_blocks_go_into_depth_and_back() -> None:
    x = image(6, 4)
    blocks = np.asarray(to_blocks(x, 2))
    assert blocks.shape == (1, 3, 2, 12)
    assert np.array_equal(blocks[0, 2, 1].reshape(2, 2, 3), x[0, 4:6, 2:4])
    assert np.array_equal(np.asarray(from_blocks(blocks, 2)), x)


def test_the_cosine_images_are_orthonormal_and_begin_with_the_mean() -> None:
    images = cosine_images(4, 3, 48).reshape(48, -1)
    assert np.allclose(images @ images.T, np.eye(48), atol=1e-6)
    assert np.allclose(images[0], 48**-0.5, atol=1e-6)


@pytest.mark.parametrize(("height", "width"), [(32, 48), (19, 33)])
def test_a_fresh_lapped_transform_loses_only_what_shrinkage_takes(height: int, width: int) -> None:
    x = image(height, width)
    encoder = lapped_encoder(x.shape[1:], filters=4, step=1e-4)
    decoder = lapped_decoder(encoder.output_shape[1:], x.shape[1:], filters=4, step=1e-4)
    assert encoder.output_shape[1:] == (-(-height // 16), -(-width // 16), 768)
    assert np.allclose(decoder(encoder(x)), x, atol=2e-3)


def test_noise_in_training_rounding_in_evaluation() -> None:
    features = 3 * image(5, 4, 2)
    model = entropy_bottleneck(features.shape[1:])
    rounded = np.asarray(model(features, training=False)["z"])
    assert np.array_equal(rounded, np.round(features))
    one, other = (np.asarray(model(features, training=True)["z"]) for _ in range(2))
    assert not np.array_equal(one, other), "each pass draws its own noise"
    assert np.abs(one - features).max() <= 0.5 and np.abs(one - features).mean() > 0.2


def test_a_decoder_may_see_rounding_in_training_with_the_features_own_gradient() -> None:
    features = 3 * image(5, 4, 2)
    model = entropy_bottleneck(features.shape[1:], decoder_sees="rounding")
    assert np.allclose(model(features, training=True)["z"], np.round(features), atol=1e-6)
    slope = aekit.gradient(lambda x: model(x, training=True)["z"], keras.ops.convert_to_tensor(features))
    assert np.allclose(slope, 1)


def test_the_rate_of_a_logistic_density() -> None:
    """One standard logistic distribution: the integer 0 has sigmoid(0.5) - sigmoid(-0.5), 2 has its own share."""
    model = entropy_bottleneck((1, 2, 1), components=1)
    layer = model.get_layer("bottleneck")
    layer.scales.assign([[0.1 * np.log(4)]])  # from a quarter to one

    def share(k: int) -> float:
        return float(1 / (1 + np.exp(-k - 0.5)) - 1 / (1 + np.exp(-k + 0.5)))

    bits = np.asarray(model(np.array([[[[0.2], [2.1]]], [[[-2.0], [-2.0]]]], "float32"))["rates"])
    assert bits.tolist() == pytest.approx([-np.log2(share(0)) - np.log2(share(2)), -2 * np.log2(share(2))], rel=1e-5)


def test_the_density_sums_to_one_and_far_numbers_have_a_finite_rate() -> None:
    layer = entropy_bottleneck((4001, 3)).get_layer("bottleneck")
    for weight in layer.trainable_variables:
        weight.assign(np.random.default_rng(2).normal(0, 0.05, weight.shape))
    integers = np.broadcast_to(np.arange(-2000, 2001, dtype="float32")[None, :, None], (1, 4001, 3))
    assert np.allclose((2.0 ** -np.asarray(layer.bits(integers))).sum(axis=1), 1, atol=1e-4)
    assert np.isfinite(np.asarray(layer.bits(1e4 * np.ones((1, 1, 3), "float32")))).all()


def test_rate_is_bits_per_pixel() -> None:
    rates = np.array([96, 48], "float32")
    assert rate({"rates": rates, "x": np.zeros((2, 8, 6, 3))}).tolist() == [2, 1]
    assert rate({"rates": rates, "x": np.zeros((2, 12))}).tolist() == [8, 4]


@pytest.mark.parametrize(("encoder", "decoder"), PAIRS)
def test_a_rate_distortion_recipe_trains_and_resumes(encoder: str, decoder: str, tiny: Any) -> None:
    from aekit.training.verify import verify_resume

    report = verify_resume(tiny(encoder, decoder), steps=4, at=2)
    assert report.equal, report.differing


def test_a_trained_code_is_integers_and_its_models_load(tiny: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    model = aekit.train(tiny("lapped", "lapped").path)
    x = model.data.first("test", 2)
    z = model.encode(x)
    shown = next(e for e in reversed(list(read_events(RunDirectory(model.path).events))) if e["type"] == "preview")
    probes = model.data.first("validation", len(shown["errors"]))
    bits = np.asarray(model.networks.encode(probes)["rates"]) / np.prod(probes.shape[1:3])
    assert shown["bits_per_pixel"] == pytest.approx(bits, rel=1e-3)
    assert Asking(model).reconstruct([1])["bits_per_pixel"] == pytest.approx(bits[1:2], rel=1e-3)
    assert z.shape == (2, 1, 1, 12) and np.array_equal(z, np.round(z))
    loaded = keras.models.load_model(model.path / "models" / "decoder.keras")
    assert np.allclose(loaded(z), model.decode(z), atol=1e-5)
    again = keras.models.load_model(model.path / "models" / "encoder.keras")
    assert np.array_equal(np.asarray(again(x)["z"]), z)
    check_pca(RunDirectory(model.path), monkeypatch)


def check_pca(run: RunDirectory, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside a code that is a small image, PCA of frames; kept in the run."""
    monkeypatch.setattr("aekit.codec.run_pca.FITTED_ON", 2000)
    assert stored_pca(run) is None
    pca = fit_run_pca(run)
    assert pca.block == ((16, 16, 3), 12) and stored_pca(run).identity == pca.identity
    picture = np.repeat(np.linspace(0, 255, 50).astype("uint8")[None, :, None], 37, axis=0).repeat(3, axis=2)
    recovered = decompress(compress(picture, pca), stored_pca(run))
    assert np.abs(recovered.astype(float) - picture).mean() < 8


@pytest.mark.parametrize(("encoder", "decoder"), PAIRS)
def test_a_trained_code_goes_through_bytes_at_any_size(encoder: str, decoder: str, tiny: Any) -> None:
    transform = run_transform(aekit.train(tiny(encoder, decoder).path))
    picture = np.random.default_rng(0).integers(0, 256, (37, 50, 3), "uint8")
    codes = transform.analyse(picture)
    assert codes.shape == (3, 4, 12) and np.array_equal(codes, np.round(codes))
    assert np.array_equal(decompress(compress(picture, transform), transform), transform.synthesise(codes, (37, 50, 3)))
