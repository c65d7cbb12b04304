"""64-16-64 beside PCA-16 on the image that it was trained on, and on images that it was not.

    AEKIT_DATA=/path/to/data python -m benchmarks.compression_1987

Every image is 256x256 and grey. One net is trained on each image, one on many other photos; each codes whole images,
its codes rounded to 6 and 4 bits on a grid between the least and the largest of each. Training on the many ends in one
of several optima: of six starts the one with the least training loss counts. Without $AEKIT_DATA there are three images
and four others. What PCA-16 loses by learning from the others stands beside: a linear code's share of it.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.reporting import machine, row, write

CARRIED = ("camera", "astronaut", "chelsea")
FILES = ("photos/lomiri_bridge.png", "kodak/kodim05.png", "kodak/kodim15.png", "kodak/kodim23.png")
OTHERS = ("china", "coffee", "flower", "rocket")
#: In $AEKIT_DATA/photos, but no photos of scenes: textures, a microscope's and telescopes' pictures.
OTHER_KINDS = ("brick", "cell", "coins", "field", "grass", "gravel", "moon")
SETTINGS = ("float", "6_bits", "4_bits")
SIDE, FRAME_PIXELS, CODES = 256, 64, 16
STARTS = 6


def images() -> list[str]:
    folder = data_folder()
    return [*CARRIED, *(name for name in FILES if folder and (folder / name).is_file())]


def others() -> list[str]:
    """Photos of scenes that are none of `images`, by any name."""
    folder = data_folder()
    files = sorted((folder / "photos").glob("*.png")) if folder else []
    left_out = {Path(name).stem.rpartition("_")[2] for name in images()} | set(OTHER_KINDS)
    return [f"photos/{file.name}" for file in files if file.stem.rpartition("_")[2] not in left_out] or [*OTHERS]


def data_folder() -> Path | None:
    return Path(os.environ["AEKIT_DATA"]) if "AEKIT_DATA" in os.environ else None


def trained(folder: Path, on: list[str], coded: list[str], overrides: dict[str, Any]) -> dict[str, Any]:
    """The net trained on `on`: `code_psnr` of each of `coded`, {"camera": {"float": dB, ...}}; and its `loss` in the
    last fifth of its training."""
    import aekit

    begun = time.monotonic()
    metrics = {"code_psnr": {"images": coded, "bits": [6, 4]}}
    model = aekit.train(
        "compression-1987", runs=folder, **{"data.image": on, "metrics": metrics, "previews": None, **overrides}
    )
    found: dict[str, Any] = {}
    for key, splits in model.measures.items():
        _, name, setting = key.split(".")
        found.setdefault(name, {})[setting] = splits["test"]["value"]
    end = model.history[-max(1, len(model.history) // 5) :]
    loss = sum(row["loss"] for row in end) / len(end)
    return {"psnr": found, "loss": loss, "seconds": time.monotonic() - begun}


def allocated(path: str) -> dict[str, float]:
    """PCA with Lloyd-Max levels and allocated bits, in dB, at the same bits for each frame; all fitted on the image."""
    from aekit_plugins.metrics._whole_images import whole_image
    from aekit_plugins.metrics.code_psnr import psnr

    from aekit.codec import AllocatedQuantiser, pca_transform

    image = whole_image(path, 1, SIDE)
    transform = pca_transform(image, components=FRAME_PIXELS)
    codes = transform.analyse(image)
    found = {}
    for bits in (6, 4):
        levels = AllocatedQuantiser(bits * CODES).fit(codes)
        recovered = transform.synthesise(levels.dequantise(levels.quantise(codes)), image.shape)
        found[f"allocated_{bits}_bits"] = psnr(image, recovered)
    return found


def line(name: str, result: dict[str, Any]) -> str:
    """One image's row of the table in docs/science.md."""
    groups = [SETTINGS, [f"pca_{s}" for s in SETTINGS], ["allocated_6_bits", "allocated_4_bits"]]
    groups += [["jpeg_6_bits", "jpeg_4_bits"], [f"others_{s}" for s in SETTINGS]]
    cells = [" / ".join(f"{result[key]:.2f}" for key in group) for group in groups]
    return f"| {name} | " + " | ".join(cells) + " |"


def rows_of(results: dict[str, dict[str, Any]]) -> list[dict[str, Any]]:
    gains = {name: r["4_bits"] - r["pca_4_bits"] for name, r in results.items()}
    losses, linear = (
        {name: max(r[f"{kind}{s}"] - r[f"others_{kind}{s}"] for s in SETTINGS) for name, r in results.items()}
        for kind in ("", "pca_")
    )
    within = sum(loss <= 1 for loss in losses.values())
    above = sum(gain >= 0 for gain in gains.values())
    worst = max(losses, key=lambda name: losses[name])
    least = min(gains, key=lambda name: gains[name])
    return [
        row(
            "64-16-64 beside PCA-16 at 4 bits, on the image it was trained on",
            ">= on every image",
            f"{above} of {len(gains)}; least {gains[least]:+.2f} dB ({least})",
            above == len(gains),
        ),
        row(
            "second image: trained on it less trained on other photos, worst of float, 6 and 4 bits",
            "<= 1 dB",
            f"{losses[worst]:.2f} dB at most ({worst}; PCA-16 {linear[worst]:.2f}), {within} of {len(losses)} within",
            losses[worst] <= 1,
        ),
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--steps", type=int, help="instead of the recipe's")
    arguments = parser.parse_args()
    overrides = {"steps": arguments.steps} if arguments.steps else {}
    results: dict[str, dict[str, Any]] = {}
    with tempfile.TemporaryDirectory() as folder:
        for path in images():
            own = trained(Path(folder), [path], [path], overrides)
            ((name, figures),) = own["psnr"].items()
            results[name] = {**figures, **allocated(path), "seconds": own["seconds"]}
            print(name, {key: round(value, 2) for key, value in results[name].items()}, flush=True)
        starts = [trained(Path(folder), others(), images(), {**overrides, "seed": seed}) for seed in range(STARTS)]
    second = min(starts, key=lambda start: start["loss"])
    for name, figures in second["psnr"].items():
        results[name] |= {f"others_{key}": figures[key] for s in SETTINGS for key in (s, f"pca_{s}")}
        print(line(name, results[name]))
    rows = rows_of(results)
    print(*rows, sep="\n")
    content = {"machine": machine(), "rows": rows, "trained_on_others": others(), "results": results}
    about = [{key: start[key] for key in ("loss", "seconds")} for start in starts]
    write("compression_1987", content | {"starts_on_others": about})


if __name__ == "__main__":
    main()
