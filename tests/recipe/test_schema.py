"""The grammar as JSON Schema, for editors."""

import json

import pytest

from aekit.catalog import read_catalog
from aekit.recipe.load import KEYS
from aekit.recipe.schema import json_schema
from aekit.recipe.stages import STAGE_KEYS


@pytest.fixture(scope="module")
def schema(only_these_plugins):
    return json_schema(read_catalog())


def test_every_key_of_recipes_and_stages_is_in_it(schema):
    assert set(schema["properties"]) == set(KEYS)
    assert set(schema["properties"]["stages"]["items"]["properties"]) == set(STAGE_KEYS)
    assert schema["additionalProperties"] is False
    json.dumps(schema)


def test_components_have_their_options_defaults_and_documentation(schema):
    mlp = next(each for each in schema["$defs"]["encoder"]["anyOf"] if each["properties"]["type"] == {"const": "mlp"})
    assert mlp["required"] == ["type", "units"]
    assert mlp["properties"]["units"] == {
        "type": "array",
        "items": {"type": "integer"},
        "description": "sizes of the layers.",
    }
    assert mlp["properties"]["batch_norm"] == {"type": "boolean", "default": False}
    assert "relu" in mlp["properties"]["activation"]["enum"]


def test_losses_go_by_key_or_by_type(schema):
    losses = schema["$defs"]["losses"]
    assert set(losses["properties"]) == {"mse", "kl"}
    assert losses["properties"]["kl"]["anyOf"][0].get("required") is None
    assert losses["additionalProperties"]["anyOf"][0]["required"] == ["type"]


def test_trainers_take_optimizers_and_the_shortcut(schema):
    trainers = {each["properties"]["type"]["const"]: each["properties"] for each in schema["$defs"]["trainer"]["anyOf"]}
    assert trainers["autoencoder"]["optimizer"] == {"$ref": "#/$defs/optimizer", "default": "adam"}
    assert trainers["autoencoder"]["learning_rate"] == {"$ref": "#/$defs/rate"}
    assert trainers["rbm"]["learning_rate"] == {"type": "number", "default": 0.1}


def test_every_reference_leads_somewhere(schema):
    text = json.dumps(schema)
    assert {name.split('"')[0] for name in text.split("#/$defs/")[1:]} == set(schema["$defs"])
