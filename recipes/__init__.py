"""The shipped recipes: one YAML file each, whose head says source, command, measured result and time."""
