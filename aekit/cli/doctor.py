"""`doctor`: what this machine, terminal and these folders give."""

from __future__ import annotations

from pathlib import Path

import click

from aekit.cli.machine import Finding, examine
from aekit.cli.output import print_json
from aekit.cli.params import json_option, plugins_option, runs_option, verb

MARKS = {True: ("✓", "green"), False: ("!", "yellow"), None: ("·", "bright_black")}


@verb(
    "doctor",
    ("aekit doctor", "everything, in a fraction of a second"),
    ("aekit doctor --plugins my_plugins", "are my plugins readable?"),
    ("aekit doctor --json", "for a bug report"),
)
@plugins_option
@runs_option
@json_option("the findings")
def doctor(plugins: tuple[Path, ...], root: Path | None, as_json: bool) -> None:
    """Tell what this machine gives, and what to do about each lack.

    Nothing is imported or changed: not Keras, not a plugin.
    """
    findings = examine(root, plugins)
    if as_json:
        print_json([finding.as_dict() for finding in findings])
        return
    section = ""
    for finding in findings:
        if finding.section != section:
            section = finding.section
            click.echo(click.style(f"{section}", bold=True))
        click.echo(_line(finding))
    lacks = sum(finding.good is False for finding in findings)
    click.echo(f"\n{lacks} to look at, marked !" if lacks else "\nnothing is lacking", err=True)


def _line(finding: Finding) -> str:
    mark, color = MARKS[finding.good]
    line = f"  {click.style(mark, fg=color)} {finding.what:<16} {finding.found}"
    if finding.advice:
        line += f"\n    {'':<16} {click.style(f'-> {finding.advice}', dim=True)}"
    return line
