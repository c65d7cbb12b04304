"""Recipes are read without Keras."""

import subprocess
import sys

LOAD = """
import sys
import aekit.plugins
from aekit.recipe import load_recipe
aekit.plugins.BUILT_IN_PACKAGE = "aekit_no_such_package"
load_recipe(sys.argv[1], plugins=[sys.argv[2]])
slow = ("keras", "tensorflow", "numpy", "rich", "click", "aekit.training", "aekit_plugins", "aekit_local")
print([name for name in sys.modules if name.startswith(slow)])
"""


def test_loading_a_recipe_imports_neither_keras_nor_plugins(tmp_path, recipe_text, plugins):
    file = tmp_path / "recipe.yaml"
    file.write_text(recipe_text)
    command = [sys.executable, "-c", LOAD, str(file), str(plugins)]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.stdout.strip() == "[]", found.stderr
