"""`key.sub=value` on the command line."""

import pytest

from aekit.recipe import RecipeError


def test_values_are_yaml(load, recipe_text):
    recipe = load(recipe_text, "encoder.units=[256, 64]", "trainer.learning_rate=1e-4", "description='a: b'")
    assert recipe.description == "a: b"
    assert recipe.networks["encoder"].options["units"] == [256, 64]
    assert recipe.stages[0].trainer.options["optimizer"]["learning_rate"] == 1e-4


@pytest.mark.parametrize("stage", ["finetune", "1"])
def test_stages_go_by_name_or_by_number_from_0(load, stages_text, stage):
    stages = load(stages_text, f"stages.{stage}.epochs=7").stages
    assert [each.epochs for each in stages] == [None, 7]


def test_null_leaves_a_stage_out(load, stages_text):
    stages = load(stages_text, "stages.1.epochs=7", "stages.pretrain=null").stages
    assert [(each.name, each.epochs) for each in stages] == [("finetune", 7)]
    with pytest.raises(RecipeError, match="stages: expected a list of stages"):
        load(stages_text, "stages.pretrain=null", "stages.finetune=null")


def test_items_of_lists_go_by_number(load, recipe_text):
    assert load(recipe_text, "encoder.units.1=5").networks["encoder"].options["units"] == [64, 5]


def test_a_new_type_drops_the_old_options_in_any_order(load, recipe_text):
    overrides = ["encoder.filters=[8]", "encoder.type=conv"]
    options = load(recipe_text, *overrides).networks["encoder"].options
    assert options == {"filters": [8], "norm": "none", "drop": 0.5}
    assert load(recipe_text, "encoder.type=mlp").networks["encoder"].options["units"] == [64, 32]


def test_steps_take_the_place_of_epochs(load, recipe_text, stages_text):
    assert load(recipe_text, "steps=5").stages[0].epochs is None
    assert load(stages_text, "stages.pretrain.epochs=5").stages[0].steps is None


def test_settings_may_be_set_in_part(load, recipe_text):
    assert load(recipe_text, "checkpoints.keep=9", "early_stopping.patience=2").checkpoints.keep == 9
    assert load(recipe_text, "checkpoints=null", "checkpoints.keep=2").checkpoints.keep == 2


def test_losses_are_weighted_added_and_removed(load, recipe_text):
    losses = load(recipe_text, "losses.mse.weight=2", "losses.kl={free_nats: 1}").stages[0].losses
    assert [(loss.key, loss.weight) for loss in losses] == [("mse", 2.0), ("kl", 1.0)]
    losses = load(recipe_text, "losses.kl={}", "losses.mse=null").stages[0].losses
    assert [loss.key for loss in losses] == ["kl"]


def test_null_is_a_value_where_it_is_accepted_and_removes_elsewhere(load, recipe_text):
    overrides = ["encoder={type: conv, filters: [1], drop: 0.1, norm: batch}"]
    options = load(recipe_text, *overrides, "encoder.drop=null", "encoder.norm=null").networks["encoder"].options
    assert options == {"filters": [1], "norm": "none", "drop": None}
    assert "latent" not in load(recipe_text, "latent=null").networks


def test_a_bare_optimizer_may_be_given_options(load, recipe_text):
    recipe = load(recipe_text, "trainer.learning_rate=null", "trainer.optimizer.clipnorm=1")
    assert recipe.stages[0].trainer.options["optimizer"] == {"type": "adam", "clipnorm": 1.0}


@pytest.mark.parametrize(
    ("override", "problem"),
    [
        (
            "encodr.units=[1]",
            "command line:1:1: 'encodr' names nothing in this recipe. Did you mean 'encoder'?\n"
            "    1 | encodr.units=[1]\n"
            "      | ^^^^^^\n"
            "    there are: seed, data, encoder, latent, decoder, trainer, losses, epochs",
        ),
        ("encoder.unit=[1]", "command line:1:9: encoder 'mlp' has no option 'unit'. Did you mean 'units'?"),
        ("losses.kl.weight=2", "command line:1:8: 'kl' names nothing in 'losses'\n"),
        ("encoder.units.2=1", "command line:1:15: '2' names nothing in 'encoder.units'\n"),
        ("encoder.units.x.y=1", "command line:1:15: 'x' names nothing in 'encoder.units'\n"),
        ("seed.x=1", "command line:1:6: 'x' names nothing in 'seed'\n"),
        ("seed=x", "command line:1:6: key 'seed' of the recipe: expected a whole number"),
        ("epochs", "command line:1:1: expected key=value, received 'epochs'"),
        ("latent=", "command line:1:1: 'latent' is given no value"),
        ("a..b=1", "command line:1:1: expected key=value"),
        ("epochs={", "command line:1:"),
        ("extends=other", "command line:1:1: 'extends' cannot be overridden"),
    ],
)
def test_a_key_that_names_nothing_is_a_problem_under_the_caret(problems_of, recipe_text, override, problem):
    [found] = problems_of(recipe_text, override)
    assert found.startswith(problem)


def test_overrides_are_numbered(problems_of, recipe_text):
    problems = problems_of(recipe_text, "epochs=2", "sed=1", "seed=\n1\nx")
    assert [problem.splitlines()[0].partition(": ")[0] for problem in problems] == [
        "command line:2:1",
        "command line:3:7",
    ]
