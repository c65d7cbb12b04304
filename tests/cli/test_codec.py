"""`compress`, `decompress` and `codec-info` on a small trained run."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from PIL import Image
from skimage import data

from aekit.codec.files import read_image
from aekit.run import EventLog, RunDirectory, create_run, list_runs
from aekit.run.exit_codes import BAD_INPUT, DONE

RECIPE = """
data: {type: photo_patches, image: camera, size: 8, value_range: [-1, 1], frames: 16, epoch_length: 64}
encoder: {type: mlp, units: []}
latent: {type: plain, size: 16, activation: tanh}
decoder: {type: mlp, units: []}
trainer: {type: autoencoder, optimizer: adam, learning_rate: 1e-2}
losses: {mse: {}}
steps: 300
batch_size: 64
"""


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> RunDirectory:
    """A run of the net of 1987, trained for a second."""
    from aekit.recipe import load_recipe
    from aekit.training.session import Session

    folder = tmp_path_factory.mktemp("trained")
    (folder / "frames.yaml").write_text(RECIPE)
    run = create_run(load_recipe(folder / "frames.yaml"), ["test"], folder / "runs")
    with EventLog(run.events) as log:
        Session(load_recipe(run.recipe), run, log).execute()
    return run


@pytest.fixture
def run(trained, place, monkeypatch) -> RunDirectory:
    """The run under ./runs, and a picture beside it."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(place / "cache"))
    shutil.copytree(trained.path, place / "runs" / trained.id)
    Image.fromarray(data.camera()[100:190, 150:270]).save(place / "photo.png")
    return list_runs()[0]


def test_there_and_back(aekit, run, place):
    result = aekit("compress", "last", "photo.png", "-o", "photo.aek")
    assert result.exit_code == DONE, result.stderr
    assert result.stdout.startswith("photo.aek: 120x90 grey, ") and "bits per pixel" in result.stdout
    result = aekit("decompress", "photo.aek", "-o", "back.png")
    assert (result.exit_code, result.stdout) == (DONE, "back.png\n"), result.stderr
    photo, back = read_image(place / "photo.png"), read_image(place / "back.png")
    assert photo.shape == back.shape
    assert np.square(photo.astype(float) - back).mean() < np.var(photo) / 4


def test_what_1987_did_is_a_bit_and_a_half_per_pixel(aekit, run):
    result = aekit("compress", "last", "photo.png", "-o", "x.aek", "--bits", "6", "--no-entropy", "--json")
    facts = json.loads(result.stdout)
    assert facts["payload_bytes"] == 12 * 15 * 16 * 6 // 8 and not facts["entropy_coded"]
    assert json.loads(aekit("codec-info", "x.aek", "--json").stdout).items() <= facts.items()
    shown = aekit("codec-info", "x.aek").stdout
    assert "12x15x16, uniform quantiser, of fixed length" in shown and facts["identity"] in shown


def test_colours_and_other_formats(aekit, run, place):
    Image.fromarray(data.astronaut()[:30, :50]).convert("RGBA").save(place / "face.png")
    assert aekit("compress", "last", "face.png", "-o", "face.aek", "--step", "0.1").exit_code == DONE
    assert aekit("decompress", "face.aek", "-o", "face.webp", "--run", run.id).exit_code == DONE
    assert Image.open(place / "face.webp").size == (50, 30)
    result = aekit("decompress", "face.aek", "-o", "face.xyz")
    assert result.exit_code == BAD_INPUT and "not as '.xyz'" in result.stderr


def test_no_run_has_the_model(aekit, run, place):
    aekit("compress", "last", "photo.png", "-o", "photo.aek")
    identity = json.loads(aekit("codec-info", "photo.aek", "--json").stdout)["identity"]
    result = aekit("decompress", "photo.aek", "-o", "back.png", "--runs", "elsewhere")
    assert result.exit_code == BAD_INPUT and identity in result.stderr and "elsewhere" in result.stderr
    assert not (place / "back.png").exists()


def test_the_cache_follows_the_checkpoint(aekit, run, place):
    from aekit.codec import find_model
    from aekit.errors import CodecError

    aekit("compress", "last", "photo.png", "-o", "photo.aek")
    written = (place / "photo.aek").read_bytes()
    assert find_model(written).id == run.id == find_model(written).id
    assert str(run.path) in (place / "cache" / "aekit" / "identities.json").read_text()
    (place / "cache" / "aekit" / "identities.json").write_text("no JSON")
    assert find_model(written).id == run.id
    newest = sorted(run.checkpoints.glob("step-*.h5"))[-1]
    newest.with_name("step-999999.h5").write_bytes(b"damaged")
    assert find_model(written).id == run.id
    newest.unlink()
    with pytest.raises(CodecError, match="none of the 1 runs"):
        find_model(written)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("compress", "last", "none.png", "-o", "x.aek"), "none.png: no such file"),
        (("compress", "last", "small.yaml", "-o", "x.aek"), "no picture"),
        (("compress", "last", "photo.png", "-o", "x.aek", "--bits", "4", "--step", "1"), "exclude each other"),
        (("compress", "last", "photo.png", "-o", "x.aek", "--step", "1", "--no-entropy"), "no fixed length"),
        (("decompress", "photo.png", "-o", "x.png"), "does not begin with AEK"),
        (("decompress", "none.aek", "-o", "x.png"), "No such file"),
        (("codec-info", "photo.png"), "does not begin with AEK"),
    ],
)
def test_bad_input_is_told_in_a_line(aekit, run, place, words, message):
    result = aekit(*words)
    assert result.exit_code == BAD_INPUT and message in result.stderr and "Traceback" not in result.stderr
    assert not (place / "x.aek").exists() and not (place / "x.png").exists()


def test_sixteen_bits_a_channel_are_refused(aekit, run, place):
    Image.fromarray(np.zeros((8, 8), "uint16")).save(place / "deep.png")
    result = aekit("compress", "last", "deep.png", "-o", "x.aek")
    assert result.exit_code == BAD_INPUT and "more than 8 bits" in result.stderr
