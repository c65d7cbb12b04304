"""Loading a plugin file costs nothing: what is slow is imported when a component is called."""

import subprocess
import sys

SCRIPT = """
import importlib, pathlib, sys
import aekit_plugins
root = pathlib.Path(aekit_plugins.__file__).parent
for kind in ("data", "metrics"):
    for file in sorted((root / kind).glob("*.py")):
        importlib.import_module(f"aekit_plugins.{kind}.{file.stem}")
print(*sorted(set(sys.modules) & {"keras", "tensorflow", "sklearn", "skimage", "scipy", "h5py", "PIL"}))
"""


def test_no_data_set_or_metric_imports_what_is_slow():
    result = subprocess.run([sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == ""
