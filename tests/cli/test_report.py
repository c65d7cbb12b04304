"""`rate-distortion` on small images."""

import json

import numpy as np
import pytest
from PIL import Image

from aekit.run.exit_codes import BAD_INPUT, DONE


@pytest.fixture
def photos(place):
    folder = place / "photos"
    folder.mkdir()
    y, x = np.mgrid[:48, :40]
    waves = np.stack([128 + 100 * np.sin(x / 4 + shift) * np.cos(y / 6) for shift in (0, 1, 2)], axis=-1)
    Image.fromarray(waves.astype("uint8")).save(folder / "waves.png")
    Image.fromarray(waves[::-1, ..., 0].astype("uint8")).save(folder / "grey.png")
    return folder


def test_every_codec_and_the_rates_that_they_reach(aekit, photos):
    result = aekit("rate-distortion", photos)
    assert result.exit_code == DONE
    points, _, rates = result.stdout.partition("\n\n")
    for name in ("JPEG ", "JPEG2000", "WebP", "PCA"):
        assert name in points
    assert rates.startswith("PSNR at") and " dB" in rates


def test_json_has_every_image(aekit, photos):
    result = aekit("rate-distortion", photos, "--codec", "jpeg", "--grey", "--json")
    report = json.loads(result.stdout)
    assert report["images"] == [{"name": "grey.png", "shape": [48, 40, 1]}, {"name": "waves.png", "shape": [48, 40, 1]}]
    (curve,) = report["curves"]
    assert [coded["image"] for coded in curve["points"][0]["images"]] == ["grey.png", "waves.png"]
    assert curve["points"][0]["bpp"] < curve["points"][-1]["bpp"]


def test_a_chart_is_written(aekit, photos, place):
    result = aekit("rate-distortion", photos / "waves.png", "--codec", "webp", "-o", "new/chart.svg")
    assert "chart      new/chart.svg" in result.stderr
    assert (place / "new" / "chart.svg").stat().st_size > 1000


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["nothing"], "no image and no folder nothing"),
        (["photos", "-o", "chart.jpg"], ".png, .svg, .pdf"),
        (["photos", "--run", "absent"], "absent"),
        (["photos", "--codec", "bpg"], "bpg"),
    ],
)
@pytest.mark.usefixtures("photos")
def test_what_it_refuses(aekit, words, message):
    result = aekit("rate-distortion", *words)
    assert (result.exit_code, result.stdout) == (BAD_INPUT, "") and message in result.stderr
