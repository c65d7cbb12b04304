"""A recipe as a plain dict and as YAML text, in the order in which people write one."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from aekit.recipe.recipe import ONLY_STAGE, ROLES
from aekit.recipe.scalars import needs_quotes

if TYPE_CHECKING:
    from aekit.recipe.recipe import Recipe


TEXT_TAG = "tag:yaml.org,2002:str"


def recipe_as_dict(recipe: Recipe) -> dict[str, Any]:
    """The recipe in its own grammar: description, seed, plugins, data, networks, stages, settings."""
    one = len(recipe.stages) == 1 and recipe.stages[0].name == ONLY_STAGE
    stages = [{"name": stage.name, **stage.as_dict()} for stage in recipe.stages]
    return {
        "description": recipe.description,
        "seed": recipe.seed,
        **({"plugins": [ref.as_plain() for ref in recipe.plugins]} if recipe.plugins else {}),
        "data": recipe.data.as_dict(),
        **{role: recipe.networks[role].as_dict() for role in ROLES if role in recipe.networks},
        **(recipe.stages[0].as_dict() if one else {"stages": stages}),
        "output": recipe.output,
        "device": recipe.device,
        "precision": recipe.precision,
        "memory": recipe.memory,
        "validate": recipe.validate.as_plain(),
        "early_stopping": recipe.early_stopping and asdict(recipe.early_stopping),
        "on_collapse": recipe.on_collapse.as_plain(),
        "best": recipe.best,
        "checkpoints": recipe.checkpoints and asdict(recipe.checkpoints),
        "previews": recipe.previews and asdict(recipe.previews),
    }


def dump_yaml(value: dict[str, Any]) -> str:
    """YAML that the reader reads back as the same value, with the quotes that readers of YAML 1.1 need too."""
    import yaml

    readers = yaml.resolver.Resolver()

    class Dumper(yaml.SafeDumper):
        """Leaves repeated lists written out, and quotes by the scalars of YAML 1.2."""

        yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 as in PyYAML

        def ignore_aliases(self, data: Any) -> bool:
            return True

    def represent_text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
        elsewhere = readers.resolve(yaml.ScalarNode, text, (True, False))
        quoted = needs_quotes(text) or elsewhere != TEXT_TAG or not text.isprintable()
        return dumper.represent_scalar(TEXT_TAG, text, '"' if quoted else None)

    def represent_plain(dumper: yaml.SafeDumper, value: Any) -> yaml.ScalarNode:
        return yaml.ScalarNode(TEXT_TAG, _plain_text(value))

    Dumper.add_representer(str, represent_text)
    for kind in (bool, int, float, type(None)):
        Dumper.add_representer(kind, represent_plain)
    return yaml.dump(value, Dumper=Dumper, sort_keys=False, allow_unicode=True, default_flow_style=None, width=110)


def _plain_text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    text = repr(value)
    if text.endswith("inf"):
        return text.replace("inf", ".inf")
    return text if "." in text else text.replace("e", ".0e")
