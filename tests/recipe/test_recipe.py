"""A recipe that is right: complete, every default written in."""

import hashlib
from pathlib import Path

import pytest

from aekit.recipe import Checkpoints, EarlyStopping, Entry, Interval, OnCollapse, PluginRef, Previews, load_recipe


def test_every_default_is_written_in(load, recipe_text):
    recipe = load(recipe_text)
    assert recipe.description == "A recipe to try things on."
    assert (recipe.name, recipe.seed, recipe.output, recipe.stages[0].compile) == ("recipe", 1, None, "auto")
    assert recipe.data == Entry("data", "dots", "data", {"count": 32, "value_range": [0.0, 1.0]})
    assert recipe.networks["encoder"].options == {"units": [64, 32], "activation": "relu", "batch_norm": False}
    [stage] = recipe.stages
    assert (stage.name, stage.epochs, stage.steps, stage.batch_size) == ("train", 3, None, 128)
    assert stage.losses == (Entry("loss", "mse", "mse", {}, 1.0),)
    assert stage.trainer.options == {"optimizer": {"type": "adam", "learning_rate": 0.001}, "clip": None}
    assert recipe.memory == 4 * 10**9
    assert recipe.validate.is_auto
    assert (recipe.checkpoints, recipe.previews) == (Checkpoints(60.0, 3), Previews(16, 60.0))
    assert recipe.wanted[:2] == (("data", "dots"), ("encoder", "mlp"))
    assert str(recipe.networks["encoder"].place) == "recipe.yaml:4:1"


def test_a_default_that_only_the_plugin_knows_is_left_out(load, recipe_text):
    assert load(recipe_text).networks["decoder"].options == {"units": [32, 64]}


def test_what_can_only_be_checked_at_the_start_of_the_run_is_noted(load, recipe_text):
    text = recipe_text.replace("type: autoencoder, optimizer: adam, learning_rate: 1e-3", "type: rbm, chain: [1, 2]")
    recipe = load(text)
    assert recipe.stages[0].trainer.options == {"learning_rate": 0.1, "chain": [1, 2]}
    assert recipe.notes == ("trainer 'rbm': the option 'chain' is checked when the run starts: Chain",)


def test_roles_name_kinds(load, recipe_text):
    text = (
        recipe_text
        + "generator: {type: mlp, units: [2]}\n"
        + "discriminator: {type: conv, filters: [4]}\n"
        + "head: {type: mlp, units: []}\n"
    )
    kinds = {role: entry.kind for role, entry in load(text).networks.items()}
    assert kinds == {
        "encoder": "encoder",
        "latent": "latent",
        "decoder": "decoder",
        "generator": "decoder",
        "discriminator": "encoder",
        "head": "encoder",
    }


@pytest.mark.parametrize(
    ("override", "found"),
    [
        ("on_collapse=stop", OnCollapse("stop")),
        ("on_collapse.action=rollback", OnCollapse("rollback", 3, 0.5)),
        ("on_collapse={action: rollback, times: 1, rate: 0.1}", OnCollapse("rollback", 1, 0.1)),
    ],
)
def test_what_a_collapsed_run_does(load, recipe_text, override, found):
    recipe = load(recipe_text, override)
    assert recipe.on_collapse == found
    assert load(recipe.dump()).on_collapse == found
    assert load(recipe_text).on_collapse == OnCollapse("keep")


def test_stages_take_from_the_top_what_they_do_not_say(load, stages_text):
    pretrain, finetune = load(stages_text).stages
    assert (pretrain.name, pretrain.epochs, pretrain.steps, pretrain.batch_size) == ("pretrain", None, 10, 5)
    assert (finetune.epochs, finetune.steps, finetune.batch_size, finetune.freeze) == (2, None, 128, ("encoder",))
    assert pretrain.losses == finetune.losses


def test_stages_without_a_name_are_called_by_their_trainer(load, stages_text):
    text = stages_text.replace("name: pretrain, ", "").replace(
        "name: finetune, trainer: {type: autoencoder}", "trainer: {type: rbm}"
    )
    assert [stage.name for stage in load(text).stages] == ["rbm", "rbm-2"]


def test_keys_of_losses_may_differ_from_their_types(load, recipe_text):
    losses = load(recipe_text.replace("{mse: {}}", "{a: {type: mse}, b: {type: kl, weight: 0.5}}")).stages[0].losses
    assert [(loss.key, loss.type, loss.weight) for loss in losses] == [("a", "mse", 1.0), ("b", "kl", 0.5)]


def test_a_weight_may_be_a_ramp(load, recipe_text):
    recipe = load(recipe_text.replace("{mse: {}}", "{mse: {weight: {from: 0, to: 1, steps: 5000}}}"))
    assert recipe.stages[0].losses[0].weight == {"from": 0.0, "to": 1.0, "steps": 5000}


@pytest.mark.parametrize(
    ("trainer", "optimizer"),
    [
        ("{type: autoencoder}", {"type": "adam"}),
        ("{type: autoencoder, learning_rate: 1}", {"type": "adam", "learning_rate": 1.0}),
        ("{type: autoencoder, optimizer: {type: sgd, momentum: 0.9}}", {"type": "sgd", "momentum": 0.9}),
        (
            "{type: autoencoder, optimizer: {type: sgd, momentum: {from: 0.5, to: 0.7, epochs: 250}}}",
            {"type": "sgd", "momentum": {"from": 0.5, "to": 0.7, "epochs": 250}},
        ),
        (
            "{type: autoencoder, optimizer: adamw, learning_rate: {type: cosine_decay, decay_steps: 9000}}",
            {
                "type": "adamw",
                "learning_rate": {"type": "cosine_decay", "initial_learning_rate": 0.001, "decay_steps": 9000},
            },
        ),
    ],
)
def test_optimizers_become_mappings(load, trainer, optimizer, recipe_text):
    text = recipe_text.replace("{type: autoencoder, optimizer: adam, learning_rate: 1e-3}", trainer)
    assert load(text).stages[0].trainer.options["optimizer"] == optimizer


def test_a_second_optimizer_may_be_null(load, recipe_text):
    text = recipe_text.replace("autoencoder, optimizer: adam", "gan")
    options = load(text).stages[0].trainer.options
    assert options == {"optimizer": {"type": "adam", "learning_rate": 0.001}, "generator_optimizer": None}
    options = load(text, "trainer.generator_optimizer=sgd").stages[0].trainer.options
    assert options["generator_optimizer"] == {"type": "sgd"}


def test_settings(load, recipe_text):
    recipe = load(
        recipe_text,
        "memory=1.5GiB",
        "validate={steps: 10}",
        "early_stopping={patience: 2}",
        "best=mse",
        "checkpoints=null",
        "previews={count: 4}",
    )
    assert recipe.memory == 3 * 2**29
    assert recipe.validate == Interval(steps=10)
    assert recipe.early_stopping == EarlyStopping("loss", 2, 0.0)
    assert (recipe.best, recipe.checkpoints, recipe.previews) == ("mse", None, Previews(4, 60.0))


def test_local_plugin_files_that_are_used_are_recorded(load, plugins, recipe_text):
    refs = load(recipe_text).plugins
    assert refs == tuple(PluginRef(plugins / name) for name in ("data.py", "networks.py", "training.py"))


def test_plugins_are_found_beside_the_recipe_that_names_them(load, tmp_path, recipe_text):
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "wide.py").write_text('import aekit\n@aekit.encoder("wide")\ndef wide(input_shape): ...\n')
    text = recipe_text.replace("{type: mlp, units: [64, 32]}", "{type: wide}") + "plugins: [own]\n"
    assert PluginRef(tmp_path / "own" / "wide.py") in load(text).plugins


def test_a_changed_plugin_is_read_from_the_runs_copy(load, tmp_path, problems_of, recipe_text):
    source = 'import aekit\n@aekit.encoder("wide")\ndef wide(input_shape, *, size: int = 1): ...\n'
    original, copy = tmp_path / "wide.py", tmp_path / "copy.py"
    original.write_text(source)
    copy.write_text(source)
    sha256 = hashlib.sha256(source.encode()).hexdigest()
    ref = f"plugins: [{{path: {original}, sha256: {sha256}, copy: copy.py}}]\n"
    text = recipe_text.replace("{type: mlp, units: [64, 32]}", "{type: wide}") + ref
    assert load(text).catalog.find("encoder", "wide").file == original
    original.write_text(source.replace("1", "2"))
    recipe = load(text)
    assert recipe.networks["encoder"].options == {"size": 1}
    assert PluginRef(original, sha256, "copy.py") in recipe.plugins
    copy.unlink()
    assert "has changed since this recipe was written" in "".join(problems_of(text))


def test_plugins_of_the_command_line(tmp_path, monkeypatch, recipe_text):
    monkeypatch.chdir(tmp_path)
    Path("wide.py").write_text('import aekit\n@aekit.encoder("wide")\ndef wide(input_shape): ...\n')
    Path("wide.yaml").write_text(recipe_text.replace("{type: mlp, units: [64, 32]}", "{type: wide}"))
    assert load_recipe("wide.yaml", plugins=["wide.py"]).networks["encoder"].type == "wide"
