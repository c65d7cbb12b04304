"""`components`: what recipes can name, read from source without importing a plugin."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from aekit.cli.check import value_text
from aekit.cli.output import new_table, print_json, print_table, say
from aekit.cli.params import json_option, plugins_option, verb
from aekit.errors import PluginError, did_you_mean
from aekit.registry import KINDS

if TYPE_CHECKING:
    from aekit.catalog import Catalog, Component, Parameter


KNOWN = f"    kinds: {', '.join(KINDS)}        all of them: `aekit components`"


@verb(
    "components",
    ("aekit components", "everything, by kind"),
    ("aekit components encoder", "one kind"),
    ("aekit components encoder mlp", "one component: its options, defaults and file"),
    ("aekit components mlp --plugins my_plugins", "by name alone, also among your own"),
)
@click.argument("names", metavar="[KIND] [TYPE]", nargs=-1)
@plugins_option
@json_option("components with their options")
def components(names: tuple[str, ...], plugins: tuple[Path, ...], as_json: bool) -> None:
    """Show what recipes can name: kinds, types and their options."""
    from aekit.catalog import read_catalog

    catalog = read_catalog(plugins)
    found, in_full = select(catalog, names)
    if as_json:
        print_json([as_dict(component) for component in found])
        return
    if in_full:
        for number, component in enumerate(found):
            click.echo("\n" * bool(number) + _sheet(component), nl=False)
    else:
        _print_list(found)
    if not names:
        _tell_broken(catalog)


def select(catalog: Catalog, names: Sequence[str]) -> tuple[list[Component], bool]:
    """The components that the words mean, and whether each is to be shown in full.

    Raises:
        PluginError: there is no such kind or type.
    """
    everything = [component for kind in KINDS for component in catalog.of_kind(kind)]
    if not names:
        return everything, False
    if len(names) > 2:
        raise PluginError(f"expected a kind and a type, received {len(names)} words: {' '.join(names)}")
    first = _singular(names[0])
    if len(names) == 1 and first in KINDS:
        return catalog.of_kind(first), False
    if len(names) == 1:
        found = [component for component in everything if component.name == names[0]]
        if not found:
            known = [*KINDS, *(component.name for component in everything)]
            raise PluginError(f"there is no kind or component '{names[0]}'.{did_you_mean(names[0], known)}\n{KNOWN}")
        return found, True
    if first not in KINDS:
        raise PluginError(f"there is no kind '{names[0]}'.{did_you_mean(names[0], KINDS)}\n{KNOWN}")
    component = catalog.find(first, names[1])
    if component is None:
        raise PluginError(str(catalog.why_missing(first, names[1])))
    return [component], True


def as_dict(component: Component) -> dict[str, Any]:
    """A component for programs; a default that is required or unknown is left out."""
    return {
        "kind": component.kind,
        "type": component.name,
        "summary": component.summary,
        "file": str(component.file),
        "line": component.line,
        "origin": component.origin,
        "options": [
            {"name": p.name, "annotation": p.annotation, "required": p.required, "doc": p.doc, "line": p.line}
            | ({"default": p.default} if _is_known(p) else {})
            for p in component.parameters.values()
        ],
    }


def _singular(word: str) -> str:
    """Both 'encoder' and the folder's name, 'encoders', mean the kind."""
    return {"losses": "loss"}.get(word, word if word in KINDS else word.removesuffix("s"))


def _is_known(parameter: Parameter) -> bool:
    from aekit.catalog import UNKNOWN

    return not parameter.required and parameter.default is not UNKNOWN


def _print_list(found: Sequence[Component]) -> None:
    table = new_table("kind", "type", "what it is", "defined in", places=("defined in",))
    kind = ""
    for component in found:
        table.add_row(
            "" if component.kind == kind else component.kind, component.name, component.summary, component.place
        )
        kind = component.kind
    print_table(table)


def _sheet(component: Component) -> str:
    """One component in full: how a recipe writes it, its text, its options."""
    head = click.style(f"{component.kind} {component.name}", bold=True)
    lines = [f"{head}    {click.style(component.place, dim=True)}", ""]
    lines += [f"  {_as_written(component)}", ""]
    lines += [f"  {line}".rstrip() for line in _without_arguments(component.doc).splitlines()]
    if component.parameters:
        lines += ["", click.style("Options", bold=True)]
    width = max((len(name) for name in component.parameters), default=0)
    for parameter in component.parameters.values():
        head = f"  {parameter.name:<{width}}  {parameter.annotation or 'any'}, {_default_text(parameter)}"
        lines += [head, *([f"  {'':<{width}}  {click.style(parameter.doc, dim=True)}"] if parameter.doc else [])]
    return "\n".join(lines) + "\n"


def _as_written(component: Component) -> str:
    """As a recipe names it, with its defaults."""
    options = [f"{p.name}: {value_text(p.default) if _is_known(p) else '...'}" for p in component.parameters.values()]
    if component.kind in ("loss", "metric"):
        return f"{component.name}: {{{', '.join(options)}}}"
    return f"{component.kind}: {{{', '.join([f'type: {component.name}', *options])}}}"


def _default_text(parameter: Parameter) -> str:
    if parameter.required:
        return "required"
    return f"default {value_text(parameter.default)}" if _is_known(parameter) else "default set by the plugin"


def _without_arguments(doc: str) -> str:
    """A docstring without its Args, which the options show."""
    parts = doc.strip().split("\n\n")
    return "\n\n".join(part for part in parts if not part.lstrip().startswith("Args:"))


def _tell_broken(catalog: Catalog) -> None:
    for broken in catalog.broken:
        names = ", ".join(f"{kind} '{name}'" for kind, name in broken.names)
        say(f"broken: {broken.place}: {broken.reason}" + (f" (would define {names})" if names else ""))
