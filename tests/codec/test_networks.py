"""Networks as transforms: frames, whole images, and what cannot code images."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from skimage import data

from aekit.codec import RoundingQuantiser, UniformQuantiser, compress, decompress, info, run_transform
from aekit.codec.container import unpack
from aekit.codec.images import decode_integers
from aekit.errors import CodecError


@pytest.fixture(scope="module")
def astronaut():
    return np.ascontiguousarray(data.astronaut()[100:171, 150:245])


def test_a_frame_net_codes_what_it_would_code_frame_by_frame(frames_model):
    image = np.ascontiguousarray(data.camera()[:16, 64:88, None])
    transform = run_transform(frames_model)
    codes = transform.analyse(image)
    assert codes.shape == (2, 3, 16)
    frame = image[8:16, 16:24].astype("float32") / 127.5 - 1
    assert codes[1, 2] == pytest.approx(frames_model.encode(frame[None])[0], abs=1e-5)
    expected = np.clip(np.rint((frames_model.decode(codes[1, 2][None])[0] + 1) * 127.5), 0, 255)
    assert np.abs(transform.synthesise(codes, image.shape)[8:16, 16:24] - expected).max() <= 1


@pytest.mark.parametrize("size", [(1, 1), (7, 23), (64, 40)])
@pytest.mark.parametrize("channels", [1, 3])
@pytest.mark.parametrize("name", ["frames_model", "convolutional_model"])
def test_images_of_any_size_and_colour(request, name, astronaut, size, channels):
    transform = run_transform(request.getfixturevalue(name))
    image = np.ascontiguousarray(astronaut[: size[0], : size[1], :channels])
    data = compress(image, transform)
    assert decompress(data, transform).shape == image.shape
    assert tuple(info(data)["codes"]) == transform.code_shape(image.shape)


def test_a_convolutional_net_is_rebuilt_for_the_image(convolutional_model, astronaut):
    transform = run_transform(convolutional_model)
    image = astronaut[:16, :16]
    expected = convolutional_model.encode(image[None].astype("float32") / 255)[0]
    assert transform.analyse(image) == pytest.approx(expected, abs=1e-4)
    assert transform.analyse(astronaut).shape == (18, 24, 5)
    integers = decode_integers(unpack(compress(astronaut, transform)))[1]
    assert np.array_equal(integers, np.rint(transform.analyse(astronaut)))


def test_tiles_bound_the_memory_and_join_without_a_seam(convolutional_model, astronaut, monkeypatch):
    whole = run_transform(convolutional_model)
    codes = whole.analyse(astronaut)
    monkeypatch.setattr("aekit.codec.convolutional.TILE", 32)
    monkeypatch.setattr("aekit.codec.convolutional.MARGIN", 16)
    tiled = run_transform(convolutional_model)
    assert tiled.analyse(astronaut) == pytest.approx(codes, abs=1e-4)
    joined = tiled.synthesise(codes, astronaut.shape).astype(int)
    assert np.abs(joined - whole.synthesise(codes, astronaut.shape)).max() <= 1


def test_a_perturbed_decoder_reads_the_same_integers(convolutional_model, astronaut):
    """Another machine's float arithmetic, much exaggerated."""
    transform = run_transform(convolutional_model)
    data = compress(astronaut, transform, RoundingQuantiser(0.5))
    before = decompress(data, transform)
    weights = convolutional_model.networks["decoder"].get_weights()
    rng = np.random.default_rng(0)
    other = run_transform(convolutional_model)
    try:
        convolutional_model.networks["decoder"].set_weights([w + rng.normal(0, 1e-3, w.shape) for w in weights])
        after = decompress(data, other)
    finally:
        convolutional_model.networks["decoder"].set_weights(weights)
    assert 0 < np.abs(before.astype(int) - after).max() < 16


CHILD = """
import pickle, sys
from aekit.codec import decompress, run_transform
data, text, folder = pickle.load(sys.stdin.buffer)
from aekit.recipe import load_recipe
from aekit.training.model import Model
from aekit.training.building import build_networks
from aekit.training.setup import prepare_components
from pathlib import Path
file = Path(folder) / "again.yaml"
file.write_text(text)
recipe = load_recipe(file)
prepare_components(recipe)
model = Model(build_networks(recipe, (8, 8, 1), (-1.0, 1.0)), recipe, (8, 8, 1), lambda: None)
pickle.dump(decompress(data, run_transform(model)), sys.stdout.buffer)
"""


def test_another_process_decodes_the_same_pixels(recipes, frames_model, astronaut, tmp_path):
    transform = run_transform(frames_model)
    data = compress(astronaut, transform)
    given = pickle.dumps((data, recipes["frames"], str(tmp_path)))
    answer = subprocess.run([sys.executable, "-c", CHILD], input=given, capture_output=True, env=os.environ, check=True)
    assert np.array_equal(pickle.loads(answer.stdout), decompress(data, transform))


def test_the_identity_is_of_the_weights(recipes, make_model, frames_model):
    again = make_model(recipes["frames"], (8, 8, 1), (-1.0, 1.0))
    first = run_transform(frames_model).identity
    assert run_transform(again).identity == first
    kernel = again.networks["decoder"].trainable_variables[0]
    kernel.assign(np.nextafter(np.asarray(kernel), np.float32(9)))
    assert run_transform(again).identity != first


def test_what_cannot_code_images_says_why(recipes, make_model, convolutional_model):
    vector = make_model(recipes["frames"], (64,), (-1.0, 1.0))
    with pytest.raises(CodecError, match=r"examples have the shape \(64,\)"):
        run_transform(vector)
    with pytest.raises(CodecError, match="no fixed range"):
        run_transform(make_model(recipes["frames"], (8, 8, 1), None))
    with pytest.raises(CodecError, match="no smaller image"):
        networks = convolutional_model.networks
        run_transform(SimpleNamespace(networks=networks, example_shape=(18, 16, 3), code_shape=(5, 4, 5)))


def test_the_nets_own_quantisers(frames_model, convolutional_model):
    assert isinstance(run_transform(frames_model).quantiser(), UniformQuantiser)
    assert isinstance(run_transform(convolutional_model).quantiser(), RoundingQuantiser)


def test_strips_bound_the_memory_and_change_nothing(frames_model, astronaut, monkeypatch):
    whole = run_transform(frames_model)
    codes = whole.analyse(astronaut)
    image = whole.synthesise(codes, astronaut.shape)
    monkeypatch.setattr("aekit.codec.frames.STRIP", 64 * 30)  # two rows of frames
    strips = run_transform(frames_model)
    assert strips.analyse(astronaut) == pytest.approx(codes, abs=1e-5)
    assert np.abs(strips.synthesise(codes, astronaut.shape).astype(int) - image).max() <= 1
