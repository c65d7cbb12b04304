"""Generate docs/recipe-reference.md, docs/commands.md and README.md's figures: `python -m docs.generate [--check]`.

All of it comes from where the program has it: plugin files, the recipe's settings, the commands' help, and
benchmarks/results/. Neither Keras nor a plugin is imported.
"""

from __future__ import annotations

import argparse
import difflib
import inspect
import json
import re
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from aekit.cli import NOTES, main
from aekit.cli.group import Verb
from benchmarks.reporting import RESULTS
from docs.reference import DOCS, GENERATED, ROOT, recipe_reference, table

BEGIN, END = "<!-- figures -->", "<!-- /figures -->"


def commands() -> str:
    parts = [f"# Commands\n\n{GENERATED}", *(f"{_code(note)}\n" for note in NOTES)]
    with click.Context(main, info_name="aekit") as context:
        for title, verbs in main.sections.items():
            parts.append(f"## {title}\n")
            for name, (_, line) in verbs.items():
                command = main.get_command(context, name)
                assert isinstance(command, Verb)
                parts.append(_command(name, line, command, click.Context(command, context, info_name=name)))
    return "\n".join(parts)


def _command(name: str, line: str, command: Verb, context: click.Context) -> str:
    usage = f"{context.command_path} {' '.join(command.collect_usage_pieces(context))}"
    body = inspect.cleandoc(command.help or "").partition("\n\n")[2]
    records = [p.get_help_record(context) for p in command.get_params(context) if isinstance(p, click.Option)]
    width = max(len(example) for example, _ in command.examples)
    examples = "\n".join(f"{example:<{width}}   # {what}" for example, what in command.examples)
    about = f"{line[0].upper()}{line[1:]}." + (f" {_code(body)}" if body else "")
    options = table(("option", "meaning"), ((f"`{r[0]}`", r[1]) for r in records if r and r[0] != "--help"))
    return f"### `{name}`\n\n```\n{usage}\n```\n\n{about}\n\n{options}\n```bash\n{examples}\n```\n"


def _code(text: str) -> str:
    return text.replace("<", "&lt;")


def readme(text: str) -> str:
    """README.md with the figures between its markers."""
    return re.sub(f"{BEGIN}.*{END}", lambda _: f"{BEGIN}\n{figures()}{END}", text, flags=re.DOTALL)


def figures(folder: Path = RESULTS) -> str:
    """One table of the rows of every results file, the machines beneath."""
    rows: list[Sequence[str]] = []
    machines: dict[str, list[str]] = {}
    for file in sorted(folder.glob("*.json")):
        content = json.loads(file.read_text(encoding="utf-8"))
        for row in content.get("rows", []):
            rows.append((row["figure"], row["target"], row["measured"], "yes" if row["met"] else "**no**"))
        if content.get("rows"):
            machines.setdefault(_machine(content.get("machine", {})), []).append(file.stem)
    if not rows:
        return "Not measured on this commit.\n"
    of = {where: f" ({', '.join(names)})" if len(machines) > 1 else "" for where, names in machines.items()}
    lines = [f"Measured on {where}{which}." for where, which in of.items()]
    return table(("figure", "target", "measured", "met"), rows) + "\n" + "\n".join(lines) + "\n"


def _machine(machine: Mapping[str, Any]) -> str:
    known = {name: value for name, value in machine.items() if value is not None}
    shown = [str(known.pop("processor", "an unnamed machine"))]
    shown += [f"{known.pop('cores')} cores"] if "cores" in known else []
    return ", ".join([*shown, *(f"{name} {value}" for name, value in known.items())])


def generated() -> dict[Path, str]:
    """What each file must hold."""
    front = ROOT / "README.md"
    return {
        DOCS / "recipe-reference.md": recipe_reference(),
        DOCS / "commands.md": commands(),
        front: readme(front.read_text(encoding="utf-8")),
    }


def run() -> int:
    parser = argparse.ArgumentParser(prog="python -m docs.generate", description="Generate parts of the documentation.")
    parser.add_argument(
        "--check", action="store_true", help="write nothing; exit 1 with a diff where a file is out of date"
    )
    check = parser.parse_args().check
    stale = 0
    for path, text in generated().items():
        old = path.read_text(encoding="utf-8") if path.exists() else ""
        if old == text:
            continue
        stale += 1
        name = str(path.relative_to(ROOT))
        if check:
            diff = difflib.unified_diff(old.splitlines(True), text.splitlines(True), name, f"{name}, generated")
            sys.stdout.writelines(diff)
        else:
            path.write_text(text, encoding="utf-8")
            print(f"written: {name}")
    if check and stale:
        print("the documentation is out of date: `make docs` writes it", file=sys.stderr)
    return int(check and stale > 0)


if __name__ == "__main__":
    sys.exit(run())
