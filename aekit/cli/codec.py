"""`compress`, `decompress` and `codec-info`: images to files and back by a run's networks."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aekit.cli.loading import load_training
from aekit.cli.output import figure, print_json
from aekit.cli.params import json_option, run_argument, runs_option, verb
from aekit.run import find_run

if TYPE_CHECKING:
    from aekit.codec import Quantiser

file_argument = click.argument("file", metavar="FILE", type=click.Path(path_type=Path))


def out_option(what: str) -> Any:
    return click.option(
        "-o",
        "--out",
        "out",
        required=True,
        type=click.Path(path_type=Path),
        metavar="PATH",
        help=f"The {what} to write.",
    )


@verb(
    "compress",
    ("aekit compress last photo.png -o photo.aek", "by the newest run's networks"),
    ("aekit compress last photo.png -o photo.aek --bits 4 --no-entropy", "as in 1987: 4 bits a code"),
)
@run_argument
@click.argument("image", metavar="IMAGE", type=click.Path(path_type=Path))
@out_option("file")
@click.option("--bits", type=click.IntRange(1, 8), help="Round each code to an even grid of 2^BITS points.")
@click.option("--step", type=click.FloatRange(1e-6, 1e6), help="Round each code to multiples of STEP.")
@click.option("--no-entropy", is_flag=True, help="Give every code its fixed number of bits.")
@runs_option
@json_option("the file's sizes")
def compress(
    name: str,
    image: Path,
    out: Path,
    bits: int | None,
    step: float | None,
    no_entropy: bool,
    root: Path | None,
    as_json: bool,
) -> None:
    """Code an image by a run's networks into a file.

    Dense networks code frames of their examples' size, convolutional ones the whole image. What the codes are rounded
    to is the network's own choice (6 bits for dense ones, whole numbers for convolutional ones) unless --bits or --step
    says otherwise. The file is decoded by the same networks only.
    """
    from aekit import codec
    from aekit.codec.files import read_image, write_file

    if bits and step:
        raise click.UsageError("--bits and --step exclude each other.")
    run, pixels = find_run(name, root), read_image(image)
    load_training("opening", "loading networks")
    data = codec.compress(pixels, codec.run_transform(run.path), _quantiser(bits, step), entropy=not no_entropy)
    write_file(out, data)
    facts = {"file": str(out), **codec.info(data)}
    if as_json:
        print_json(facts)
    else:
        click.echo(_line(facts))


@verb(
    "decompress",
    ("aekit decompress photo.aek -o photo.png", "the run that made it is looked for"),
    ("aekit decompress photo.aek -o photo.png --run RUN", "by this run's networks"),
)
@file_argument
@out_option("picture")
@click.option("--run", "name", metavar="RUN", help="The run whose networks made the file; otherwise it is looked for.")
@runs_option
def decompress(file: Path, out: Path, name: str | None, root: Path | None) -> None:
    """Decode a file that `compress` wrote into a picture."""
    from aekit import codec
    from aekit.codec.files import read_file, write_image

    data = read_file(file)
    codec.info(data)
    run = find_run(name, root) if name else codec.find_model(data, root)
    load_training("opening", f"loading networks of {run.id}")
    write_image(out, codec.decompress(data, codec.run_transform(run.path)))
    click.echo(str(out))


@verb("codec-info", ("aekit codec-info photo.aek", "its sizes, and the model it needs"))
@file_argument
@json_option("the facts")
def codec_info(file: Path, as_json: bool) -> None:
    """Show what a compressed file holds, without decoding it."""
    from aekit import codec
    from aekit.codec.files import read_file

    facts = codec.info(read_file(file))
    if as_json:
        print_json(facts)
        return
    click.echo(_line({"file": str(file), **facts}))
    coding = "entropy coded" if facts["entropy_coded"] else "of fixed length"
    rows, columns, depth = facts["codes"]
    click.echo(f"codes      {rows}x{columns}x{depth}, {facts['quantiser']} quantiser, {coding}")
    parts = ", ".join(f"{figure(facts[f'{part}_bytes'])} {part}" for part in ("parameter", "table", "payload"))
    click.echo(f"bytes      {parts}")
    click.echo(f"model      {facts['identity']} ({facts['transform']})")


def _quantiser(bits: int | None, step: float | None) -> Quantiser | None:
    from aekit.codec import RoundingQuantiser, UniformQuantiser

    if bits:
        return UniformQuantiser(bits=bits)
    return RoundingQuantiser(step) if step else None


def _line(facts: dict[str, Any]) -> str:
    size = f"{facts['width']}x{facts['height']} {'grey' if facts['channels'] == 1 else 'colour'}"
    return f"{facts['file']}: {size}, {figure(facts['bytes'])} bytes, {facts['bits_per_pixel']:.3f} bits per pixel"
