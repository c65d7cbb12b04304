"""The command line: `main` and its table of verbs.

A verb's module is imported when the verb is called; help and this table need click alone. stdout carries results,
stderr everything else.
"""

from __future__ import annotations

import click

import aekit
from aekit.cli.group import Front

SECTIONS = {
    "Recipes": {
        "recipes": ("aekit.cli.recipes:recipes", "list the recipes that come with aekit"),
        "show": ("aekit.cli.recipes:show", "print a recipe complete, every default written in"),
        "check": ("aekit.cli.check:check", "find every problem of a recipe without training"),
        "components": (
            "aekit.cli.components:components",
            "what recipes can name: kinds, types and their options",
        ),
    },
    "Training": {
        "run": ("aekit.cli.run:run", "train a recipe"),
        "resume": ("aekit.cli.run:resume", "go on with a stopped, failed or lost run, bit for bit"),
        "fork": ("aekit.cli.fork:fork", "go on from a checkpoint as a new run, with other values"),
        "pause": ("aekit.cli.requests:pause", "hold a run between two steps"),
        "continue": ("aekit.cli.requests:continue_", "let a paused run go on"),
        "stop": ("aekit.cli.requests:stop", "end a run after a checkpoint"),
    },
    "Runs": {
        "runs": ("aekit.cli.runs:runs", "list runs and their states"),
        "watch": ("aekit.cli.runs:watch", "follow a run, or replay one that is over"),
        "tui": ("aekit.cli.tui:tui", "the terminal application; `aekit` alone opens it too"),
        "measure": ("aekit.cli.results:measure", "compute metrics on a finished run"),
        "reconstruct": ("aekit.cli.results:reconstruct", "send images through a run's networks"),
        "sample": ("aekit.cli.generate:sample", "generate examples by a run's networks"),
        "interpolate": ("aekit.cli.generate:interpolate", "pictures on the way from one code to another"),
        "traverse": ("aekit.cli.generate:traverse", "what each number of a code does"),
    },
    "Reports": {
        "compare-pretraining": (
            "aekit.cli.pretraining:compare_pretraining",
            "say whether pretraining helps, beyond noise",
        ),
        "rate-distortion": ("aekit.cli.report:rate_distortion", "codecs beside each other on a folder of images"),
    },
    "Codec": {
        "compress": ("aekit.cli.codec:compress", "code an image by a run's networks into a file"),
        "decompress": ("aekit.cli.codec:decompress", "decode such a file into a picture"),
        "codec-info": ("aekit.cli.codec:codec_info", "what such a file holds, without decoding it"),
    },
    "Certainty": {
        "doctor": ("aekit.cli.doctor:doctor", "what this machine gives, and what to do about each lack"),
        "verify-resume": ("aekit.cli.results:verify_resume", "prove that a recipe resumes bit for bit here"),
    },
}

EXAMPLES = (
    ("aekit recipes", "what there is to train"),
    ("aekit check RECIPE epochs=5", "is it right, with five epochs?"),
    ("aekit run RECIPE epochs=5", "train it and watch; Ctrl-C stops after a checkpoint"),
    ("aekit resume last", "go on where it stopped"),
    ("aekit watch last --json | jq .losses", "its events, for a program"),
)

NOTES = (
    "RECIPE is a name from `aekit recipes` or a YAML file; RUN an id, how one begins, a path, or 'last'.",
    "Exit codes: 0 done, 1 the run failed, 2 bad input, 75 stopped with a checkpoint, 130 interrupted before one.",
)


@click.group(
    "aekit",
    cls=Front,
    sections=SECTIONS,
    examples=EXAMPLES,
    notes=NOTES,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(aekit.__version__, message="aekit %(version)s")
@click.pass_context
def main(ctx: click.Context) -> None:
    """Autoencoders and their kin, from YAML recipes."""
    if ctx.invoked_subcommand is None:
        click.echo(ctx.get_help(), color=ctx.color)
