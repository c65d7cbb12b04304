"""The codec's speed beside its networks', and corrupted files: `python -m benchmarks.codec`.

Speed: one forward pass (encoder and decoder, compiled, on the padded image), compress and decompress of one 768x512
colour image take turns in one process, and the fastest of each counts, as other work on the machine only adds; networks
as their recipes start, which are as fast as trained ones. Medians and the processor's time stand in the results file.
Corruption: files with flipped bits, cut off, spliced, random, half of them with a checksum that fits again; each must
end in an image or in a CodecError.
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import statistics
import struct
import time
import zlib
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.reporting import machine, row, write

SIZE = (512, 768)
RECIPES = ("compression-1987", "compression-conv")


def picture() -> np.ndarray:
    """kodim15 where $AEKIT_DATA has it, else scikit-image's astronaut repeated to the size."""
    file = Path(os.environ.get("AEKIT_DATA", "")) / "kodak" / "kodim15.png"
    if file.exists():
        from aekit.codec.files import read_image

        return read_image(file)
    from skimage import data

    return np.ascontiguousarray(np.tile(data.astronaut(), (1, 2, 1))[: SIZE[0], : SIZE[1]])


def model_of(name: str) -> Any:
    from aekit.recipe import load_recipe
    from aekit.training.model import Model
    from aekit.training.setup import prepare

    prepared = prepare(load_recipe(name))
    return Model(prepared.networks, prepared.recipe, prepared.data.example_shape, lambda: prepared.data)


def forward(transform: Any, image: np.ndarray) -> Callable[[], Any]:
    """The networks alone, on what the transform would give them."""
    from aekit.codec.transform import cut, pad, to_planes

    if transform.kind == "frames":
        height, width, channels = transform.frame_shape
        frames = cut(to_planes(pad(image, height, width), channels), height, width) / np.float32(127.5) - 1
        return lambda: transform.decode(transform.encode(frames))
    x = to_planes(pad(image, transform.stride, transform.stride), transform.channels) / np.float32(127.5) - 1
    encode, decode = transform.functions(*x.shape[1:3])
    return lambda: decode(encode(x))


def seconds(call: Callable[[], Any]) -> tuple[float, float]:
    """By the clock, and of all cores together."""
    started, used = time.perf_counter(), time.process_time()
    call()
    return time.perf_counter() - started, time.process_time() - used


def speed(name: str, rounds: int) -> dict[str, Any]:
    """In milliseconds: the fastest of rounds in which the three take turns, medians, and medians of processor time."""
    from aekit.codec import compress, decompress, run_transform

    image, transform = picture(), run_transform(model_of(name))
    data = compress(image, transform)
    calls = {
        "forward": forward(transform, image),
        "compress": lambda: compress(image, transform),
        "decompress": lambda: decompress(data, transform),
    }
    for call in calls.values():
        call()
    taken: dict[str, list[tuple[float, float]]] = {key: [] for key in calls}
    for _ in range(rounds):
        for key, call in calls.items():
            taken[key].append(seconds(call))
    found: dict[str, Any] = {key: _milliseconds(min(taken[key])[0]) for key in calls}
    found["median"] = {key: _milliseconds(statistics.median(wall for wall, _ in taken[key])) for key in calls}
    found["processor"] = {key: _milliseconds(statistics.median(used for _, used in taken[key])) for key in calls}
    print(name, found, f"{len(data)} bytes, load {os.getloadavg()[0]:.1f}", flush=True)
    return {**found, "bytes": len(data), "all": taken}


def _milliseconds(value: float) -> float:
    return round(1000 * value, 2)


def sealed(body: bytes) -> bytes:
    return body + struct.pack("<I", zlib.crc32(body))


def originals() -> tuple[Any, list[bytes]]:
    """A PCA transform and good files of every quantiser and coding."""
    from aekit.codec import AllocatedQuantiser, RoundingQuantiser, UniformQuantiser, compress, pca_transform

    image = picture()[:96, :120]
    transform = pca_transform(image)
    quantisers = [UniformQuantiser(bits=4), UniformQuantiser(bits=6), AllocatedQuantiser(48)]
    files = [compress(image, transform, each, entropy=coded) for each in quantisers for coded in (True, False)]
    return transform, [*files, compress(image, transform, RoundingQuantiser(8.0))]


def corrupted(files: list[bytes], count: int) -> Iterator[tuple[str, bytes]]:
    """Kinds of damage in turn, the same ones every time; every second file has a fitting checksum."""
    draw = random.Random(0)
    for number in range(count):
        body = bytearray(draw.choice(files)[:-4])
        kind = ("flips", "cut", "header", "splice", "bytes", "random")[number % 6]
        if kind == "flips":
            for _ in range(draw.choice((1, 1, 2, 8, 64))):
                place = draw.randrange(8 * len(body))
                body[place // 8] ^= 1 << place % 8
        elif kind == "cut":
            del body[draw.randrange(len(body)) :]
        elif kind == "header":
            for place in range(4, 48):
                if (not 20 <= place < 36) and draw.random() < 0.1:
                    body[place] = draw.choice((0, 1, 2, 127, 255, draw.randrange(256)))
        elif kind == "splice":
            other = draw.choice(files)[:-4]
            place = draw.randrange(min(len(body), len(other)))
            body[place:] = other[place:]
        elif kind == "bytes":
            for _ in range(draw.randrange(1, 20)):
                body[draw.randrange(20, len(body))] = draw.randrange(256)
        else:
            body[draw.choice((0, 4, 48)) :] = draw.randbytes(draw.randrange(400))
        yield kind, sealed(bytes(body)) if number // 6 % 2 else bytes(body) + bytes(4)


def fuzz(count: int) -> dict[str, Any]:
    """Outcomes by kind, the slowest file, and by how much the process grew."""
    from aekit.codec import decompress
    from aekit.errors import CodecError

    transform, files = originals()
    for data in files:
        decompress(data, transform)
    outcomes: Counter[str] = Counter()
    before, slowest = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, 0.0
    for kind, data in corrupted(files, count):
        started = time.perf_counter()
        try:
            decompress(data, transform)
            outcomes[f"{kind}: an image"] += 1
        except CodecError:
            outcomes[f"{kind}: refused"] += 1
        except Exception as error:  # what must not happen
            outcomes[f"crash: {type(error).__name__}: {error}"] += 1
        slowest = max(slowest, time.perf_counter() - started)
    grown = (resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) / 1024
    print(dict(outcomes), f"slowest {1000 * slowest:.1f} ms, grown by {grown:.1f} MiB", flush=True)
    return {"files": count, "outcomes": dict(outcomes), "slowest_ms": 1000 * slowest, "grown_mib": grown}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=40)
    parser.add_argument("--files", type=int, default=10_000)
    arguments = parser.parse_args()
    corruption = fuzz(arguments.files)
    crashes = sum(n for outcome, n in corruption["outcomes"].items() if outcome.startswith("crash"))
    speeds = {name: speed(name, arguments.rounds) for name in RECIPES}
    rows = []
    for name, found in speeds.items():
        for verb in ("compress", "decompress"):
            ratio = found[verb] / found["forward"]
            measured = f"{found[verb]:.0f} ms, {ratio:.2f}x of {found['forward']:.0f} ms"
            met = ratio <= 2 and found[verb] <= 1000
            rows.append(row(f"{verb} 768x512 by {name}", "<= 2x a forward pass, <= 1 s", measured, met))
    measured = f"{crashes} crashes, slowest {corruption['slowest_ms']:.0f} ms, +{corruption['grown_mib']:.0f} MiB"
    met = crashes == 0 and corruption["slowest_ms"] < 1000 and corruption["grown_mib"] < 64
    rows.append(row(f"{arguments.files} corrupted files", "no crash, hang or blow-up", measured, met))
    for line in rows:
        print(line)
    write(
        "codec",
        {"machine": machine(), "load": os.getloadavg()[0], "rows": rows, "speed": speeds, "corruption": corruption},
    )


if __name__ == "__main__":
    main()
