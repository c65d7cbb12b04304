"""A run's process without training, stage by stage: `python -m fake_stages RUN [--resume]`.

What it measures is known by heart: 1 after rbm, 2 after greedy, 3 from a random start, and more by a tenth of the seed,
by how far the last stage's rate is from 1e-3 in powers of ten, and by 10 on validation data. A rate of 1 or more
diverges. Where $FAKE_STOP names a file, the run stops with a checkpoint and removes the file.
"""

import json
import math
import os
import sys
from pathlib import Path

import yaml

from aekit.run import EventLog, RunDirectory, exit_codes, process_start, read_info, write_info

WORTH = {"rbm": 1.0, "greedy": 2.0}


def main():
    run = RunDirectory(Path(sys.argv[1]))
    write_info(run, threads=1)
    recipe = yaml.safe_load(run.recipe.read_text())
    with EventLog(run.events) as log:
        who = {"pid": os.getpid(), "host": os.uname().nodename, "process_start": process_start(os.getpid())}
        log.write("started", **who, resumed_from=0 if "--resume" in sys.argv else None)
        return train(run, recipe, log)


def train(run, recipe, log):
    stages, step = recipe["stages"], 0
    first = read_info(run).get("started_from", {}).get("first_stage", 0)
    run.checkpoints.mkdir(exist_ok=True)
    for index, stage in list(enumerate(stages))[first:]:
        for phase in ("layer 1", "layer 2") if stage["name"] == "pretrain" else ("train",):
            steps, batch = stage["steps"], stage["batch_size"]
            about = {"name": stage["name"], "index": index, "phase": phase, "steps": steps, "batch_size": batch}
            log.write("stage", **about, first_step=step)
            step += steps
            log.write("epoch", step=step, epoch=1, train={"loss": 5.0}, validation={"loss": 1 / step})
        (run.checkpoints / f"stage-{index:02d}-{stage['name']}.h5").write_bytes(b"")
    stop = Path(os.environ.get("FAKE_STOP", "absent"))
    if stop.is_file():
        stop.unlink()
        log.write("checkpoint", step=step, file="checkpoints/step-000001.h5", sha256="0", reason="stop")
        log.write("stopped", step=step, checkpoint="checkpoints/step-000001.h5", reason="SIGTERM")
        return exit_codes.STOPPED
    rate = stages[-1]["trainer"]["optimizer"]["learning_rate"]
    if rate >= 1:
        log.write("failed", step=step, error="NonFiniteError", message="the loss became NaN", checkpoint=None)
        return exit_codes.FAILED
    known = WORTH.get(stages[0]["trainer"]["type"], 3.0) + recipe["seed"] / 10 + abs(math.log10(rate / 1e-3))
    splits = {"test": known, "validation": known + 10}
    figures = {split: {"value": value, "n": 10, "unit": "u", "direction": "lower"} for split, value in splits.items()}
    run.metrics.write_text(json.dumps({"format": 1, "step": step, "measures": {"squared_error": figures}}))
    log.write("finished", step=step, seconds=0.1, measures={"squared_error": figures})
    return exit_codes.DONE


if __name__ == "__main__":
    sys.exit(main())
