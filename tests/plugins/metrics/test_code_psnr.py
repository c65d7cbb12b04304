"""Whole images frame by frame: padding, grids, and PCA against itself."""

import io

import numpy as np
import pytest
from aekit_plugins.metrics._sheet import sheet
from aekit_plugins.metrics._whole_images import whole_image
from aekit_plugins.metrics.code_psnr import code_psnr, jpeg, psnr
from PIL import Image
from skimage.metrics import peak_signal_noise_ratio

import aekit
from aekit.errors import DataError
from aekit.training.pca import PCA


class Linear:
    """A model that is a PCA."""

    def __init__(self, pca: PCA, data: aekit.Data):
        self.pca, self.data, self.code_size = pca, data, len(pca.components)
        self.code_shape = (self.code_size,)

    def encode(self, x):
        return self.pca.encode(x)

    def decode(self, z):
        return self.pca.decode(z).reshape(-1, *self.data.example_shape)


class Kept:
    """Figures that stay in memory."""

    def __init__(self):
        self.pictures = {}

    def picture(self, name, pixels):
        self.pictures[name] = pixels


def frames(channels=1, **about):
    photo = whole_image("camera", channels, 128)
    x = photo.reshape(16, 8, 16, 8, channels).swapaxes(1, 2).reshape(-1, 8, 8, channels)
    return aekit.Data.from_arrays(x, name="camera", **about)


def linear(size, **about):
    data = frames(**about)
    return Linear(aekit.fit_pca(data, size), data)


def test_psnr_is_scikit_images():
    image = whole_image("camera", 1, 64)
    noisy = np.clip(image + np.random.default_rng(0).normal(0, 9, image.shape), 0, 255).astype("uint8")
    assert psnr(image, noisy) == pytest.approx(peak_signal_noise_ratio(image, noisy), abs=1e-9)


@pytest.mark.parametrize("about", [{}, {"value_range": (-1.0, 1.0)}])
def test_pca_as_a_model_is_the_pca_beside_it(about):
    measures = code_psnr(linear(6, **about), "test", images=["camera"], side=100, bits=[5])
    assert measures["camera.float"] == measures["camera.pca_float"]
    assert measures["camera.5_bits"] == measures["camera.pca_5_bits"]
    assert measures["camera.float"].value > measures["camera.5_bits"].value > 20
    assert set(measures) == {f"camera.{name}" for name in ("float", "5_bits", "pca_float", "pca_5_bits", "jpeg_5_bits")}


def test_a_code_of_all_numbers_loses_only_the_rounding():
    measures = code_psnr(linear(64), "test", images=["camera"], side=96, bits=[8])
    assert measures["camera.float"].value == 100
    assert 40 < measures["camera.8_bits"].value < 60


def test_colour_frames_and_images_of_any_size(tmp_path, monkeypatch):
    monkeypatch.setenv("AEKIT_DATA", str(tmp_path))
    Image.fromarray(np.random.default_rng(0).integers(0, 256, (13, 21, 3), "uint8")).save(tmp_path / "noise.png")
    measures = code_psnr(linear(192, channels=3), "test", images=["noise.png"], side=None, bits=[4])
    assert measures["noise.float"].value > 45


def test_jpeg_keeps_to_its_bytes():
    image = whole_image("astronaut", 3, 128)
    recovered = jpeg(image, 2000)
    assert recovered.shape == image.shape
    content = io.BytesIO()
    Image.fromarray(image).save(content, "JPEG", quality=95, optimize=True)
    assert psnr(image, jpeg(image, 1e9)) == psnr(image, np.asarray(Image.open(content)))
    assert psnr(image, recovered) < psnr(image, jpeg(image, 4000))


def test_every_image_leaves_a_sheet():
    kept = Kept()
    code_psnr(linear(16), "test", kept, images=["camera", "astronaut"], side=64)
    assert list(kept.pictures) == ["camera", "astronaut"]
    page = kept.pictures["camera"]
    assert page.dtype == np.uint8 and page.shape[0] > 3 * 64 and page.shape[1] > 4 * 64
    assert np.array_equal(page[8:72, 8:72, 0], whole_image("camera", 1, 64)[..., 0])


def test_a_sheet_has_empty_places():
    black = np.zeros((10, 10, 1), "uint8")
    page = sheet([[(black, "a"), None], [None, (black, "b")]])
    assert page[8:18, 8:18].max() == 0 and page[8:18, 26:36].min() == 255


def test_images_belong_to_no_split(model_of):
    assert code_psnr(linear(4), "validation") == {}
    with pytest.raises(DataError, match="plain vectors"):
        code_psnr(model_of(np.zeros((3, 64))), "test")
    with pytest.raises(DataError, match="no photo 'camrea'"):
        code_psnr(linear(4), "test", images=["camrea"])
