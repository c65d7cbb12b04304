"""An example of a plugin package: every module here is a plugin, found by the entry point in pyproject.toml."""
