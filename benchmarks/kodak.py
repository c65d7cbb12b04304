"""Trained codecs on the Kodak images, in real bytes: `python -m benchmarks.kodak RUN...`.

Each run codes all images of $AEKIT_DATA/kodak (or of --folder) by `aekit.codec`. JPEG, JPEG2000 and WebP code each
image beside it in as many bytes: PSNR is interpolated between the two settings whose files are next in size. Figures
go to results/kodak.json.
"""

from __future__ import annotations

import argparse
import json
import os
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from aekit.report import CLASSICAL, Classical, find_images, read_images
from aekit.report.rate_distortion import psnr
from benchmarks.reporting import RESULTS, machine, write


def at_bytes(codec: Classical, image: np.ndarray, size: int) -> float:
    """PSNR of a codec at a file size, linear between its settings; of the nearest where the size is out of reach."""
    if codec.word == "bpp":
        rate = 8 * size / image[..., 0].size
        near = [_coded(codec, image, share * rate) for share in (0.95, 1.0, 1.05)]
    else:
        near = _around(codec, image, size)
    points = sorted(near)
    return float(np.interp(size, [p[0] for p in points], [p[1] for p in points]))


def _around(codec: Classical, image: np.ndarray, size: int) -> list[tuple[int, float]]:
    """Files of the largest whole quality with at most `size` bytes, found by bisection, and of the next."""
    low, high = 1, 95
    found = {quality: _coded(codec, image, quality) for quality in (low, high)}
    while high - low > 1:
        middle = (low + high) // 2
        found[middle] = _coded(codec, image, middle)
        low, high = (middle, high) if found[middle][0] <= size else (low, middle)
    return [found[low], found[high]]


def _coded(codec: Classical, image: np.ndarray, setting: float) -> tuple[int, float]:
    size, recovered = codec.code(image, setting)
    return size, psnr(image, recovered)


def measure_run(run: str, images: Mapping[str, np.ndarray], beside: bool) -> dict[str, Any]:
    """Every image's bits per pixel and PSNR, with the classical codecs' at the same bytes, and the means."""
    from aekit import open_run
    from aekit.codec import compress, decompress, run_transform

    model = open_run(run)
    transform = run_transform(model)
    rows = []
    for name, image in images.items():
        started = time.perf_counter()
        data = compress(image, transform)
        seconds = time.perf_counter() - started
        row: dict[str, Any] = {"image": name, "bytes": len(data), "bpp": len(data) * 8 / image[..., 0].size}
        row |= {"psnr": psnr(image, decompress(data, transform)), "compress_seconds": round(seconds, 3)}
        if beside:
            row |= {key: at_bytes(codec, image, len(data)) for key, codec in CLASSICAL.items()}
        rows.append(row)
        print("  ".join(f"{key} {row[key]:.3f}" for key in row if key != "image"), name, flush=True)
    keys = [key for key in rows[0] if key not in ("image", "bytes", "compress_seconds")]
    means = {key: float(np.mean([row[key] for row in rows])) for key in keys}
    print(f"mean of {len(rows)}: " + "  ".join(f"{key} {value:.3f}" for key, value in means.items()), flush=True)
    weights = {entry.key: entry.weight for entry in model.recipe.stages[-1].losses}
    return {"run": model.path.name, "losses": weights, "steps": model.step, "means": means, "images": rows}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("runs", nargs="+")
    parser.add_argument("--folder", type=Path, default=Path(os.environ.get("AEKIT_DATA", ".")) / "kodak")
    parser.add_argument("--only", type=int, help="the first so many images")
    parser.add_argument("--alone", action="store_true", help="without the classical codecs")
    parser.add_argument("--add", action="store_true", help="keep other runs' figures in the result file")
    parser.add_argument("--dry", action="store_true", help="write no result file")
    words = parser.parse_args()
    images = read_images(find_images([words.folder])[: words.only])
    results = [measure_run(run, images, not words.alone) for run in words.runs]
    if not words.dry:
        earlier = json.loads((RESULTS / "kodak.json").read_text())["results"] if words.add else []
        kept = [result for result in earlier if result["run"] not in {new["run"] for new in results}]
        write("kodak", {"machine": machine(), "results": kept + results})


if __name__ == "__main__":
    main()
