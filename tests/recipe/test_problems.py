"""Every problem of a recipe at once, each with its place, the near miss, what exists and where it is defined."""

import pytest

from aekit.recipe import RecipeError
from aekit.recipe.places import Text
from aekit.recipe.problems import Problem


@pytest.fixture
def with_line(recipe_text):
    """`with_line(line)` is the recipe with this line last, in place of the one of the same key."""

    def changed(line):
        key = line.partition(":")[0]
        kept = [old for old in recipe_text.splitlines() if old.partition(":")[0] != key]
        return "\n".join([*kept, line])

    return changed


def test_a_problem_reads_like_this(problems_of, plugins, recipe_text):
    text = recipe_text.replace("units: [64, 32]", "unit: [64, 32], units: [1]")
    assert problems_of(text) == [
        "recipe.yaml:4:22: encoder 'mlp' has no option 'unit'. Did you mean 'units'?\n"
        "    4 | encoder: {type: mlp, unit: [64, 32], units: [1]}\n"
        "      |                      ^^^^\n"
        f"    options: units, activation, batch_norm        {plugins}/networks.py:12"
    ]


def test_all_problems_come_at_once_in_the_order_of_the_text(problems_of):
    text = "seed: -1\ndata: {type: dot}\nencoder: {type: mlp}\nepochs: 0\nepoch: 3\n"
    heads = [problem.splitlines()[0] for problem in problems_of(text)]
    assert heads == [
        "recipe.yaml:1:1: a recipe needs a trainer",
        "recipe.yaml:1:7: key 'seed' of the recipe: expected a whole number >= 0 and < 4294967296, received -1",
        "recipe.yaml:2:14: there is no data 'dot'. Did you mean 'dots'?",
        "recipe.yaml:3:1: encoder 'mlp' needs the option 'units'",
        "recipe.yaml:4:9: key 'epochs' of a stage: expected a whole number > 0, received 0",
        "recipe.yaml:5:1: a recipe has no key 'epoch'. Did you mean 'epochs'?",
    ]


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("encoder: mlp", "10: encoder 'encoder': expected a mapping such as {type: mlp}, received 'mlp'"),
        ("encoder:", "1: encoder 'encoder' is empty; write encoder: {type: ...}"),
        ("encoder: {units: [1]}", "1: encoder needs a `type`"),
        ("encoder: {type: 3}", "17: the type of encoder: expected a name, received 3"),
        ("encoder: {type: plain}", "17: there is no encoder 'plain': it is a latent"),
        ("encoder: {type: vit}", "17: there is no encoder 'vit'"),
        (
            "encoder: {type: mlp, units: [8, x]}",
            "33: option 'units' of encoder 'mlp': expected a whole number, received 'x'",
        ),
        (
            "encoder: {type: mlp, units: 8}",
            "29: option 'units' of encoder 'mlp': expected a list of whole numbers, received 8",
        ),
        (
            "encoder: {type: mlp, units: [1], batch_norm: yes}",
            "46: option 'batch_norm' of encoder 'mlp': expected true or false, received 'yes'",
        ),
        (
            "encoder: {type: conv, filters: [0]}",
            "33: option 'filters' of encoder 'conv': expected a whole number > 0, received 0",
        ),
        (
            "encoder: {type: conv, filters: [1], norm: bath}",
            "43: option 'norm' of encoder 'conv': expected 'none' or 'batch', received 'bath'. Did you mean 'batch'?",
        ),
        ("losses: {mse: }", "10: loss 'mse' is empty; write mse: {}"),
        ("losses: [mse]", "9: losses: expected a mapping such as {squared_error: {}}, received ['mse']"),
        ("losses: {a: {type: mes}}", "20: there is no loss 'mes'. Did you mean 'mse'?"),
        ("losses: {mse: {weight: x}}", "24: weight of loss 'mse': expected a number or a ramp, received 'x'"),
        (
            "losses: {mse: {weight: {from: 0, to: 1}}}",
            "24: the ramp of weight of loss 'mse' needs either steps or epochs",
        ),
        (
            "losses: {mse: {weight: {from: 0, to: 1, steps: 3, epochs: 2}}}",
            "24: the ramp of weight of loss 'mse' needs either steps or epochs",
        ),
        (
            "losses: {mse: {weight: {from: 0, too: 1, steps: 3}}}",
            "34: the ramp of weight of loss 'mse' has no option 'too'. Did you mean 'to'?",
        ),
        ("metrics: {squared_error: {weight: 1}}", "27: metric 'squared_error' has no option 'weight'"),
        ("memory: lots", "9: key 'memory' of the recipe: expected bytes or a size such as 4GB, received 'lots'"),
        (
            "validate: often",
            "11: key 'validate' of the recipe: expected auto, {epochs: n} or {steps: n}, received 'often'",
        ),
        ("validate: {epochs: 1, steps: 2}", "11: validate needs either epochs or steps"),
        ("early_stopping: {measure: kl, patience: 3}", "27: there is no measure 'kl'"),
        (
            "early_stopping: {patienc: 3, patience: 1}",
            "18: early_stopping has no key 'patienc'. Did you mean 'patience'?",
        ),
        (
            "on_collapse: roll",
            "14: key 'on_collapse' of the recipe: expected 'keep', 'stop' or 'rollback', received 'roll'. "
            "Did you mean 'rollback'?",
        ),
        ("on_collapse: {action: rollback, time: 3}", "33: on_collapse has no key 'time'. Did you mean 'times'?"),
        ("early_stopping: {}", "17: early_stopping needs the key 'patience'"),
        ("best: msee", "7: there is no measure 'msee'. Did you mean 'mse'?"),
        ("checkpoints: {seconds: 0}", "24: key 'seconds' of checkpoints: expected a number > 0, received 0"),
        ("previews: 3", "11: previews: expected null or a mapping such as {count: 16, seconds: 60.0}, received 3"),
        (
            "output: sigmoidal",
            "9: key 'output' of the recipe: expected 'sigmoid', 'tanh', 'linear' or null, received 'sigmoidal'. "
            "Did you mean 'sigmoid'?",
        ),
        ("freeze: [encodr]", "10: there is no network 'encodr' to freeze. Did you mean 'encoder'?"),
        ("steps: 5", "1: give either epochs or steps, not both"),
        ("stages: []", "9: stages: expected a list of stages, received []"),
        ("plugins: lib", "10: plugins: expected a list of folders and files, received 'lib'"),
        ("plugins: [lib]", "11: there is no plugin folder or file lib"),
        ("plugins: [{path: ., hash: a}]", "21: a plugin has no key 'hash'"),
    ],
)  # fmt: skip
def test_what_is_wrong_and_where(problems_of, line, problem, with_line):
    text = with_line(line)
    number = len(text.splitlines())
    assert problem in [p.splitlines()[0].removeprefix(f"recipe.yaml:{number}:") for p in problems_of(text)]


@pytest.mark.parametrize(
    ("trainer", "problem"),
    [
        ("optimizer: adan", "there is no optimizer 'adan'. Did you mean 'adam'?"),
        ("optimizer: {type: adam, beta1: 0.9}", "optimizer 'adam' has no option 'beta1'. Did you mean 'beta_1'?"),
        ("optimizer: {type: adam, beta_1: x}", "option 'beta_1' of optimizer 'adam': expected a number, received 'x'"),
        ("optimizer: {learning_rate: 1}", "the optimizer needs a `type`"),
        ("optimizer: 3", "expected an optimizer's name or {type: name, ...}, received 3"),
        ("optimizer: {type: adam}, learning_rate: 1", "learning_rate beside an optimizer with options of its own"),
        ("learning_rate: -1", "option 'learning_rate' of optimizer 'adam': expected a number >= 0, received -1"),
        ("learning_rate: {type: cosine}", "there is no schedule 'cosine'. Did you mean 'cosine_decay'?"),
        ("learning_rate: {type: cosine_decay}", "schedule 'cosine_decay' needs the option 'decay_steps'"),
        ("momentum: 0.5", "trainer 'autoencoder' has no option 'momentum'"),
    ],
)
def test_optimizers_and_schedules_are_checked_by_name_and_option(problems_of, trainer, problem, with_line):
    [found] = problems_of(with_line(f"trainer: {{type: autoencoder, {trainer}}}"))
    assert problem in found


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("name: finetune", "name: pretrain", "two stages are called 'pretrain', the first in line 7"),
        ("name: finetune", "name: 2", "a stage's name is a word of letters, digits, - and _, received 2"),
        ("freeze: [encoder]", "freezes: [encoder]", "a stage has no key 'freezes'. Did you mean 'freeze'?"),
        ("freeze: [encoder]", "steps: 1, epochs: 1", "give either epochs or steps, not both"),
        ("epochs: 2\n", "", "stage 'finetune' needs epochs or steps"),
        ("trainer: {type: rbm}, ", "", "a recipe needs a trainer"),
        (
            "  - {name: finetune, trainer: {type: autoencoder}, freeze: [encoder]}",
            "  - finetune",
            "a stage is a mapping",
        ),
    ],
)
def test_stages_are_checked(problems_of, old, new, problem, stages_text):
    [found] = problems_of(stages_text.replace(old, new))
    assert problem in found


def test_what_stages_share_is_reported_once(problems_of, stages_text):
    assert len(problems_of(stages_text.replace("losses: {mse: {}}", "losses: {mes: {}}"))) == 1


def test_a_broken_plugin_is_told_apart_from_a_typo(problems_of, tmp_path, with_line):
    (tmp_path / "broken.py").write_text('import aekit\nimport aekit_none\n@aekit.encoder("vit")\ndef vit(x): ...\n')
    text = with_line("encoder: {type: vit}") + "\nplugins: [broken.py]"
    [problem] = problems_of(text)
    assert "encoder 'vit' cannot be used: ModuleNotFoundError: No module named 'aekit_none'" in problem
    assert problem.endswith("broken.py:2")


def test_a_recipe_without_networks_or_data(problems_of):
    problems = "\n".join(problems_of("trainer: {type: rbm}\nsteps: 1\n"))
    assert "a recipe needs data" in problems
    assert "a recipe needs networks" in problems


def test_carets_stand_under_wide_characters_and_long_lines():
    text = Text("a.yaml", "名前: [漢字]\n" + "x" * 500 + "y" * 500)
    lines = str(Problem.at(text.place(5, 7), "wrong")).splitlines()
    assert lines[1:] == ["    1 | 名前: [漢字]", "      |        ^^^^"]
    _, shown, carets = str(Problem.at(text.place(509, 512), "wrong")).splitlines()
    assert len(shown) < 140
    assert shown[carets.index("^")] == "y"
    assert shown[carets.index("^") - 1] == "x"


def test_control_characters_of_a_recipe_never_reach_the_terminal():
    text = Text("a.yaml", "\x1b[2J: 1\tx")
    assert "\x1b" not in str(Problem.at(text.place(0, 3), "wrong"))


def test_problems_as_dicts():
    text = Text("a.yaml", "seed: x")
    assert Problem.at(text.place(6, 7), "wrong", ["note"], "a.py:1").as_dict() == {
        "file": "a.yaml",
        "line": 1,
        "column": 7,
        "length": 1,
        "message": "wrong",
        "notes": ["note"],
        "source_line": "seed: x",
        "place": "a.py:1",
    }
    assert RecipeError([]).exit_code == 2
