"""`compress`, `decompress` and `codec-info` on a small trained run."""

from __future__ import annotations

import json
import shutil
import zlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from skimage import data

from aekit.codec.files import read_image
from aekit.run import EventLog, RunDirectory, create_run, list_runs
from aekit.run.exit_codes import BAD_INPUT, DONE

RECIPE = Path(__file__).parents[1] / "codec" / "files" / "frames.yaml"


@pytest.fixture(scope="module")
def trained(tmp_path_factory) -> RunDirectory:
    """A run of the net of 1987, trained for a second."""
    from aekit.recipe import load_recipe
    from aekit.training.session import Session

    run = create_run(load_recipe(RECIPE), ["test"], tmp_path_factory.mktemp("trained") / "runs")
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


def test_pca_of_what_a_run_was_trained_on(aekit, run, place):
    result = aekit("compress", "last", "photo.png", "-o", "pca.aek", "--pca", "--allocate", "64", "--json")
    assert result.exit_code == DONE and "fitting PCA" in result.stderr, result.stderr
    facts = json.loads(result.stdout)
    assert (facts["transform"], facts["codes"], facts["quantiser"]) == ("pca", [12, 15, 16], "allocated")
    aekit("compress", "last", "photo.png", "-o", "net.aek", "--bits", "4")
    photo, errors = read_image(place / "photo.png").astype(float), {}
    for name in ("pca", "net"):
        assert aekit("decompress", f"{name}.aek", "-o", f"{name}.png").exit_code == DONE
        errors[name] = np.square(photo - read_image(place / f"{name}.png")).mean()
    assert errors["pca"] < errors["net"] < photo.var()
    again = aekit("compress", "last", "photo.png", "-o", "again.aek", "--pca", "--allocate", "64")
    assert again.stderr == "" and (place / "again.aek").read_bytes() == (place / "pca.aek").read_bytes()


def test_a_file_by_pca_needs_the_runs_pca(aekit, run, place):
    aekit("compress", "last", "photo.png", "-o", "pca.aek", "--pca")
    kept = run.models / "pca.npz"
    content = kept.read_bytes()
    kept.write_bytes(content[:-100])
    result = aekit("decompress", "pca.aek", "-o", "back.png", "--run", "last")
    assert result.exit_code == BAD_INPUT and "pca.npz is damaged" in result.stderr
    kept.unlink()
    result = aekit("decompress", "pca.aek", "-o", "back.png", "--run", "last")
    assert result.exit_code == BAD_INPUT and "keeps none" in result.stderr
    result = aekit("decompress", "pca.aek", "-o", "back.png")
    assert result.exit_code == BAD_INPUT and "none of the 1 runs" in result.stderr and "PCA" in result.stderr
    assert not (place / "back.png").exists()


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
        (("compress", "last", "small.yaml", "-o", "x.aek"), "small.yaml is no picture that can be read\n"),
        (("compress", "last", "runs", "-o", "x.aek"), "runs is a folder, no file"),
        (("compress", "last", "photo.png", "-o", "none/x.aek"), "there is no folder none"),
        (("compress", "last", "photo.png", "-o", "runs"), "it is a folder"),
        (("compress", "last", "photo.png", "-o", "./photo.png"), "photo.png is what is read"),
        (("compress", "last", "photo.png", "-o", "x.aek", "--bits", "4", "--step", "1"), "exclude each other"),
        (
            ("compress", "last", "photo.png", "-o", "x.aek", "--step", "1", "--no-entropy"),
            "--bits or --allocate goes with it",
        ),
        (
            ("compress", "last", "photo.png", "-o", "x.aek", "--pca", "--no-entropy"),
            "--bits or --allocate goes with it",
        ),
        (("decompress", "photo.png", "-o", "x.png"), "photo.png: no image that aekit compressed"),
        (("decompress", "none.aek", "-o", "x.png"), "none.aek: no such file"),
        (("codec-info", "photo.png"), "does not begin with AEK"),
        (("codec-info", "runs"), "runs is a folder, no file"),
    ],
)
def test_bad_input_is_told_in_a_line(aekit, run, place, words, message):
    result = aekit(*words)
    assert result.exit_code == BAD_INPUT and message in result.stderr and "Traceback" not in result.stderr
    assert not (place / "x.aek").exists() and not (place / "x.png").exists()


def test_what_is_wrong_with_a_file_or_its_target_is_told_before_networks_are_loaded(aekit, run, place):
    aekit("compress", "last", "photo.png", "-o", "photo.aek", "--pca")
    content = (place / "photo.aek").read_bytes()
    (place / "cut.aek").write_bytes(content[:-9])
    (place / "bad.aek").write_bytes(content[:99] + b"??" + content[101:])
    kept = (place / "photo.png").read_bytes()
    for words, message in (
        (("cut.aek", "-o", "x.png"), "cut.aek: the file is truncated"),
        (("bad.aek", "-o", "x.png"), "bad.aek: the file is damaged"),
        (("photo.aek", "-o", "x"), "and the name says which"),
        (("photo.aek", "-o", "none/x.png"), "there is no folder none"),
        (("photo.aek", "-o", "x.png", "--runs", "none"), "there are no runs in none/"),
    ):
        result = aekit("decompress", *words)
        assert result.exit_code == BAD_INPUT and message in result.stderr and "loading" not in result.stderr
    assert (place / "photo.png").read_bytes() == kept and not (place / "x.png").exists()


def test_a_run_that_did_not_make_the_file(aekit, run, place):
    aekit("compress", "last", "photo.png", "-o", "photo.aek")
    content = bytearray((place / "photo.aek").read_bytes()[:-4])
    content[20] ^= 1
    (place / "other.aek").write_bytes(content + zlib.crc32(content).to_bytes(4, "little"))
    result = aekit("decompress", "other.aek", "-o", "x.png", "--run", "last")
    assert result.exit_code == BAD_INPUT and f"{run.id} as it is now did not make other.aek" in result.stderr


def test_sixteen_bits_a_channel_are_refused(aekit, run, place):
    Image.fromarray(np.zeros((8, 8), "uint16")).save(place / "deep.png")
    result = aekit("compress", "last", "deep.png", "-o", "x.aek")
    assert result.exit_code == BAD_INPUT and "more than 8 bits" in result.stderr
