"""How the command line looks and fails: verbs in sections, examples under every help, errors with the near miss."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Any, NoReturn

import click

from aekit.errors import AekitError, did_you_mean
from aekit.run.exit_codes import BAD_INPUT, DONE, INTERRUPTED

Examples = Sequence[tuple[str, str]]


class Verb(click.Command):
    """A command whose help ends with examples.

    Args:
        examples: (command line, what it is for), at least one.
    """

    def __init__(self, *args: Any, examples: Examples, **settings: Any) -> None:
        super().__init__(*args, **settings)
        self.examples = examples

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write(f"{click.style(ctx.command_path, bold=True)}: {_first_line(self.help)}\n")
        _write_usage(formatter, f"{ctx.command_path} {' '.join(self.collect_usage_pieces(ctx))}")
        rest = inspect.cleandoc(self.help or "").partition("\n\n")[2]
        if rest:
            formatter.write_paragraph()
            with formatter.indentation():
                formatter.write_text(rest)
        records = [p.get_help_record(ctx) for p in self.get_params(ctx) if isinstance(p, click.Option)]
        _write_section(formatter, "Options", [record for record in records if record])
        _write_section(formatter, "Examples", self.examples)


class Front(click.Group):
    """The verbs in sections, each imported when it is called.

    Args:
        sections: by title, verbs by name: ("module:attribute", its one line).
        examples: as of `Verb`.
        notes: last lines of the help.
    """

    def __init__(
        self,
        *args: Any,
        sections: Mapping[str, Mapping[str, tuple[str, str]]],
        examples: Examples,
        notes: Sequence[str] = (),
        **settings: Any,
    ) -> None:
        super().__init__(*args, **settings)
        self.sections, self.examples, self.notes = sections, examples, notes
        self.verbs = {name: target for verbs in sections.values() for name, (target, _) in verbs.items()}

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(self.verbs)

    def get_command(self, ctx: click.Context, name: str) -> click.Command | None:
        if name not in self.verbs:
            return None
        module, _, attribute = self.verbs[name].partition(":")
        command: click.Command = getattr(import_module(module), attribute)
        return command

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[Any, Any, list[str]]:
        if args[0] not in self.verbs and not args[0].startswith("-"):
            raise click.UsageError(f"there is no command '{args[0]}'.{did_you_mean(args[0], self.verbs)}", ctx)
        return super().resolve_command(ctx, args)

    def format_help(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        formatter.write(f"{click.style(ctx.command_path, bold=True)}: {_first_line(self.help)}\n")
        _write_usage(formatter, f"{ctx.command_path} COMMAND ...")
        width = max(map(len, self.verbs))
        for title, verbs in self.sections.items():
            _write_section(formatter, title, [(name.ljust(width), line) for name, (_, line) in verbs.items()])
        _write_section(formatter, "Examples", self.examples)
        formatter.write_paragraph()
        formatter.write(f"  `{ctx.command_path} COMMAND --help` says more, with examples.\n")
        with formatter.indentation():
            for note in self.notes:
                formatter.write_text(note)

    def main(  # type: ignore[override]  # it always exits: click's other modes are not for a command line
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **settings: Any
    ) -> NoReturn:
        """Run the command line and exit; what aekit raises on purpose is told without a traceback."""
        settings.pop("standalone_mode", None)
        color = False if os.environ.get("NO_COLOR") else None
        try:
            result = super().main(args, prog_name or "aekit", standalone_mode=False, color=color, **settings)
        except (click.Abort, KeyboardInterrupt):
            sys.exit(INTERRUPTED)
        except click.UsageError as error:
            sys.exit(_tell_usage(error))
        except click.ClickException as error:
            sys.exit(_tell(error.format_message(), BAD_INPUT))
        except AekitError as error:
            sys.exit(_tell(str(error), error.exit_code))
        except BrokenPipeError:
            # The reader of stdout (head, less) has left; Python's own flush at exit must not fail a second time.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(DONE)
        sys.exit(result if isinstance(result, int) else DONE)


def _tell(message: str, code: int) -> int:
    click.echo(message, err=True)
    return code


def _tell_usage(error: click.UsageError) -> int:
    path = error.ctx.command_path if error.ctx else "aekit"
    click.echo(f"{path}: {error.format_message()}", err=True)
    if isinstance(error, click.MissingParameter) and error.ctx:
        pieces = " ".join(error.ctx.command.collect_usage_pieces(error.ctx))
        click.echo(f"    usage: {path} {pieces}", err=True)
    click.echo(f"    `{path} --help` shows what there is.", err=True)
    return BAD_INPUT


def _first_line(text: str | None) -> str:
    return (text or "").partition("\n\n")[0].replace("\n", " ").strip()


def _write_usage(formatter: click.HelpFormatter, usage: str) -> None:
    formatter.write(f"\n  {usage}\n")


def _write_section(formatter: click.HelpFormatter, title: str, rows: Sequence[tuple[str, str]]) -> None:
    formatter.write_paragraph()
    formatter.write(f"{click.style(title, bold=True)}\n")
    with formatter.indentation():
        formatter.write_dl(rows, col_max=48, col_spacing=3)
