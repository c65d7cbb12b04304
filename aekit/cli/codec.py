"""`compress`, `decompress` and `codec-info`: images to files and back by a run's networks, or by PCA beside them."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aekit.cli.loading import load_training
from aekit.cli.output import figure, print_json
from aekit.cli.params import json_option, run_argument, runs_option, verb
from aekit.errors import CodecError
from aekit.run import RunDirectory, find_run

if TYPE_CHECKING:
    from aekit.codec import Quantiser, Transform

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
    ("aekit compress last photo.png -o linear.aek --pca --allocate 64", "by PCA of what the run was trained on"),
)
@run_argument
@click.argument("image", metavar="IMAGE", type=click.Path(path_type=Path))
@out_option("file")
@click.option("--pca", is_flag=True, help="By PCA of the run's training data instead of its networks.")
@click.option("--bits", type=click.IntRange(1, 8), help="Round each code to an even grid of 2^BITS points.")
@click.option("--step", type=click.FloatRange(1e-6, 1e6), help="Round each code to multiples of STEP.")
@click.option(
    "--allocate",
    type=click.IntRange(1, 32768),
    metavar="BITS",
    help="Share BITS among the codes of one place, each where it lowers the error most.",
)
@click.option("--no-entropy", is_flag=True, help="Give every code its fixed number of bits.")
@runs_option
@json_option("the file's sizes")
def compress(
    name: str,
    image: Path,
    out: Path,
    pca: bool,
    bits: int | None,
    step: float | None,
    allocate: int | None,
    no_entropy: bool,
    root: Path | None,
    as_json: bool,
) -> None:
    """Code an image by a run's networks into a file.

    Dense networks code frames of their examples' size, convolutional ones the whole image. What the codes are rounded
    to is the network's own choice (6 bits for dense ones, whole numbers for convolutional ones) unless --bits, --step
    or --allocate says otherwise. The file is decoded by the same networks only.

    With --pca as many principal components stand in for the networks. They are fitted on the run's training data once
    and kept in the run; their codes are rounded to multiples of a sixteenth of the values' range unless told otherwise.
    """
    from aekit import codec
    from aekit.codec.files import check_target, read_image, write_file

    quantiser = _quantiser(bits, step, allocate)
    if no_entropy and (step or (pca and quantiser is None)):
        what = "--step" if step else "--pca alone"
        raise click.UsageError(
            f"--no-entropy gives every code its fixed number of bits; {what} rounds to multiples of a step, which have "
            "no bounds. --bits or --allocate goes with it."
        )
    run, pixels = find_run(name, root), read_image(image)
    check_target(out, image)
    transform = _pca(run) if pca else _networks(run)
    data = codec.compress(pixels, transform, quantiser, entropy=not no_entropy)
    write_file(out, data)
    facts = {"file": str(out), **codec.info(data)}
    if as_json:
        print_json(facts)
    else:
        click.echo(_line(facts))


@verb(
    "decompress",
    ("aekit decompress photo.aek -o photo.png", "the run that made it is looked for"),
    ("aekit decompress photo.aek -o photo.png --run RUN", "by this run's networks, or its PCA"),
)
@file_argument
@out_option("picture")
@click.option("--run", "name", metavar="RUN", help="The run that made the file; otherwise it is looked for.")
@runs_option
def decompress(file: Path, out: Path, name: str | None, root: Path | None) -> None:
    """Decode a file that `compress` wrote into a picture."""
    from aekit import codec
    from aekit.codec.files import check_target, write_image

    data, facts = _read(file)
    check_target(out, file, picture=True)
    run = find_run(name, root) if name else codec.find_model(data, root)
    transform = codec.stored_pca(run) if facts["transform"] == "pca" else _networks(run)
    if transform is None:
        raise CodecError(f"{file} was made by PCA, and {run.id} keeps none: another run made the file")
    if not transform.identity.startswith(facts["identity"]):
        raise CodecError(
            f"{run.id} as it is now did not make {file}: the file needs the model {facts['identity']}, "
            f"this is {transform.identity[:32]}. Without --run the run is looked for"
        )
    write_image(out, codec.decompress(data, transform))
    click.echo(str(out))


@verb("codec-info", ("aekit codec-info photo.aek", "its sizes, and the model it needs"))
@file_argument
@json_option("the facts")
def codec_info(file: Path, as_json: bool) -> None:
    """Show what a compressed file holds, without decoding it."""
    facts = _read(file)[1]
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


def _read(file: Path) -> tuple[bytes, dict[str, Any]]:
    """A file's bytes, and what its header says."""
    from aekit import codec
    from aekit.codec.files import read_file

    data = read_file(file)
    try:
        return data, codec.info(data)
    except CodecError as error:
        raise CodecError(f"{file}: {error}") from error


def _networks(run: RunDirectory) -> Transform:
    from aekit import codec

    load_training("opening", f"loading networks of {run.id}")
    return codec.run_transform(run.path)


def _pca(run: RunDirectory) -> Transform:
    from aekit import codec

    if kept := codec.stored_pca(run):
        return kept
    load_training("opening", f"fitting PCA to what {run.id} was trained on")
    return codec.fit_run_pca(run)


def _quantiser(bits: int | None, step: float | None, allocate: int | None) -> Quantiser | None:
    from aekit.codec import AllocatedQuantiser, RoundingQuantiser, UniformQuantiser

    if sum(given is not None for given in (bits, step, allocate)) > 1:
        raise click.UsageError("--bits, --step and --allocate exclude each other.")
    if bits:
        return UniformQuantiser(bits=bits)
    if allocate:
        return AllocatedQuantiser(allocate)
    return RoundingQuantiser(step) if step else None


def _line(facts: dict[str, Any]) -> str:
    size = f"{facts['width']}x{facts['height']} {'grey' if facts['channels'] == 1 else 'colour'}"
    return f"{facts['file']}: {size}, {figure(facts['bytes'])} bytes, {facts['bits_per_pixel']:.3f} bits per pixel"
