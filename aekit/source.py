"""Reading components from a plugin's source by `ast`: names, options, defaults, annotations, docstrings and lines."""

from __future__ import annotations

import ast
import importlib.util
import re
import sys
from collections.abc import Iterator
from functools import cache, lru_cache
from typing import Any

from aekit.catalog import MISSING, UNKNOWN, Broken, Component, Parameter
from aekit.errors import did_you_mean
from aekit.plugins import PluginFile
from aekit.registry import KINDS, RESERVED_OPTIONS, keeps_contract

DECORATOR = "@aekit."
DECORATED = re.compile(r"""^@aekit\.(\w+)\(\s*(['"])([^'"]*)\2\s*[,)]""", re.MULTILINE)

Definition = ast.FunctionDef | ast.ClassDef


class ContractError(Exception):
    """A declaration that breaks its kind's contract, at a line."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(reason)
        self.line = line


def read_plugin(file: PluginFile) -> tuple[Component, ...] | Broken:
    """The components that a file declares, or why it cannot be used."""
    try:
        text = file.path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        return Broken(file, f"cannot be read: {error}")
    return _declared(file, text) if DECORATOR in text else ()


@lru_cache(maxsize=1000)
def _declared(file: PluginFile, text: str) -> tuple[Component, ...] | Broken:
    names = tuple((kind, name) for kind, _, name in DECORATED.findall(text))
    try:
        tree = ast.parse(text)
        _check_imports(tree)
        return tuple(_components(file, tree))
    except SyntaxError as error:
        return Broken(file, f"SyntaxError: {error.msg}", error.lineno or 0, names)
    except (ValueError, RecursionError, MemoryError) as error:
        return Broken(file, f"cannot be parsed: {error}", 0, names)
    except ContractError as error:
        return Broken(file, str(error), error.line, names)


def _check_imports(tree: ast.Module) -> None:
    for node in tree.body:
        if isinstance(node, ast.Import):
            packages = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            packages = [node.module]
        else:
            continue
        for package in packages:
            top = package.partition(".")[0]
            if not _is_installed(top):
                raise ContractError(node.lineno, f"ModuleNotFoundError: No module named '{top}'")


@cache
def _is_installed(package: str) -> bool:
    if package in sys.stdlib_module_names or package in sys.modules:
        return True
    try:
        return importlib.util.find_spec(package) is not None
    except ValueError:
        return False


def _components(file: PluginFile, tree: ast.Module) -> Iterator[Component]:
    literals = _literals(tree)
    classes = {node.name: node for node in tree.body if isinstance(node, ast.ClassDef)}
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef):
            continue
        for kind, name in _decorations(node):
            function = _initializer(node, classes) if isinstance(node, ast.ClassDef) else node
            yield _component(file, kind, name, node, function, literals)


def _decorations(node: Definition) -> Iterator[tuple[str, str]]:
    for decorator in node.decorator_list:
        match decorator:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="aekit"), attr=kind), args=args, keywords=keywords):
                if kind not in KINDS:
                    reason = f"there is no kind of component '{kind}'.{did_you_mean(kind, KINDS)}"
                    raise ContractError(decorator.lineno, reason)
                _check_keywords(kind, decorator.lineno, [keyword.arg for keyword in keywords])
                match args:
                    case [ast.Constant(value=str() as name)]:
                        yield kind, name
                    case _:
                        reason = f'@aekit.{kind} takes the name as a literal: @aekit.{kind}("name")'
                        raise ContractError(decorator.lineno, reason)


def _check_keywords(kind: str, line: int, given: list[str | None]) -> None:
    allowed = ["check"] if kind == "metric" else []
    for name in given:
        if name not in allowed:
            takes = "the name and check=" if allowed else "the name alone"
            raise ContractError(line, f"@aekit.{kind} takes {takes}, received {name or '**'}=")


def _initializer(node: ast.ClassDef, classes: dict[str, ast.ClassDef]) -> ast.FunctionDef | None:
    """The `__init__` of a class or of its bases in the same file; None where it is aekit.Trainer's."""
    seen = set()
    while node.name not in seen:
        seen.add(node.name)
        for statement in node.body:
            if isinstance(statement, ast.FunctionDef) and statement.name == "__init__":
                return statement
        base = ast.unparse(node.bases[0]) if node.bases else ""
        if base == "aekit.Trainer":
            return None
        node = classes.get(base, node)
    reason = f"the options of class {node.name} cannot be read: its __init__ must stand in this file"
    raise ContractError(node.lineno, reason)


def _component(
    file: PluginFile,
    kind: str,
    name: str,
    node: Definition,
    function: ast.FunctionDef | None,
    literals: dict[str, Any],
) -> Component:
    docs = [ast.get_docstring(part) for part in dict.fromkeys((node, function)) if part]
    doc = "\n\n".join(filter(None, docs))
    positional: tuple[str, ...] = KINDS[kind]
    parameters: dict[str, Parameter] = {}
    if function:
        _check_stars(kind, name, function)
        positional = tuple(argument.arg for argument in function.args.posonlyargs + function.args.args)
        positional = positional[1:] if isinstance(node, ast.ClassDef) else positional
        parameters = _parameters(function.args, _argument_docs(doc), literals)
    _check_contract(kind, name, node.decorator_list[0].lineno, positional, parameters)
    summary = doc.partition("\n")[0]
    line = node.decorator_list[0].lineno
    return Component(kind, name, file, line, parameters, positional, summary, doc, literals)


def _check_stars(kind: str, name: str, function: ast.FunctionDef) -> None:
    for star in (function.args.vararg, function.args.kwarg):
        if star:
            reason = f"{kind} '{name}' takes *{star.arg}: every option needs a name of its own"
            raise ContractError(function.lineno, reason)


def _check_contract(
    kind: str, name: str, line: int, positional: tuple[str, ...], parameters: dict[str, Parameter]
) -> None:
    expected = KINDS[kind]
    if not keeps_contract(kind, positional):
        reason = (
            f"{kind} '{name}' takes the positional arguments ({', '.join(positional)}); "
            f"the framework gives a {kind} ({', '.join(expected)}), options come after *"
        )
        raise ContractError(line, reason)
    for reserved in RESERVED_OPTIONS:
        if reserved in parameters:
            reason = f"{kind} '{name}' has an option called '{reserved}', which every recipe entry may have itself"
            raise ContractError(parameters[reserved].line, reason)


def _parameters(arguments: ast.arguments, docs: dict[str, str], literals: dict[str, Any]) -> dict[str, Parameter]:
    return {
        argument.arg: Parameter(
            argument.arg,
            ast.unparse(argument.annotation) if argument.annotation else None,
            MISSING if default is None else _value(default, literals),
            argument.lineno,
            docs.get(argument.arg, ""),
        )
        for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults, strict=True)
    }


def _value(node: ast.expr, literals: dict[str, Any]) -> Any:
    if isinstance(node, ast.Name):
        value = literals.get(node.id, UNKNOWN)
        return UNKNOWN if isinstance(value, ast.expr) else value
    try:
        return ast.literal_eval(node)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return UNKNOWN


def _literals(tree: ast.Module) -> dict[str, Any]:
    """Module-level names: a literal's value, or the expression itself (a type that annotations may name)."""
    found: dict[str, Any] = {}
    for node in tree.body:
        match node:
            case ast.Assign(targets=[ast.Name(id=name)], value=value):
                pass
            case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                pass
            case _:
                continue
        literal = _value(value, found)
        found[name] = value if literal is UNKNOWN else literal
    return found


def _argument_docs(doc: str) -> dict[str, str]:
    """The texts under `Args:`, by argument; `a, b: text` documents both."""
    docs: dict[str, str] = {}
    names: list[str] = []
    _, _, section = doc.partition("Args:\n")
    for line in section.splitlines():
        if line.strip() and not line.startswith(" "):
            break
        entry = re.match(r"    (\w+(?:, \w+)*): (.*)", line)
        if entry:
            names = entry[1].split(", ")
            docs.update(dict.fromkeys(names, entry[2].strip()))
        elif line.strip():
            docs.update({name: f"{docs[name]} {line.strip()}" for name in names})
    return docs
