"""Checkpoint files: the whole state in one checksummed HDF5 file, written aside and renamed."""

from __future__ import annotations

import hashlib
import io
import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import h5py
import ml_dtypes
import numpy as np

from aekit.errors import CheckpointError
from aekit.run.files import write_whole
from aekit.training.state import Tensor

FORMAT = 1


@dataclass(frozen=True)
class Checkpoint:
    """What a file holds.

    Attributes:
        tensors: the state by key.
        progress: counters, phase, data position: JSON values, part of the digest.
        about: what needs no equality (the data's shape and range, seconds trained).
    """

    tensors: dict[str, Tensor]
    progress: dict[str, Any]
    about: dict[str, Any]

    @property
    def digest(self) -> str:
        return digest(self.tensors, self.progress)


def digest(tensors: Mapping[str, Tensor], progress: Mapping[str, Any]) -> str:
    """SHA-256 over every tensor's key, shape, dtype and bytes, and the progress: equal for equal states."""
    total = hashlib.sha256(json.dumps(progress, sort_keys=True).encode())
    for key in sorted(tensors):
        value = tensors[key].value
        total.update(f"{key} {value.shape} {value.dtype}".encode())
        total.update(np.ascontiguousarray(value).tobytes())
    return total.hexdigest()


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> str:
    """Write the file aside, flush it to the disk and rename it: `path` is whole or absent. Returns the digest."""
    image = io.BytesIO()
    total = checkpoint.digest
    with h5py.File(image, "w") as file:
        file.attrs["format"] = FORMAT
        file.attrs["sha256"] = total
        file.attrs["progress"] = json.dumps(checkpoint.progress, sort_keys=True)
        file.attrs["about"] = json.dumps(checkpoint.about, sort_keys=True)
        for key, tensor in checkpoint.tensors.items():
            stored = tensor.value.view("uint16") if tensor.value.dtype == ml_dtypes.bfloat16 else tensor.value
            dataset = file.create_dataset(f"state/{key}", data=stored)
            dataset.attrs["path"], dataset.attrs["dtype"] = tensor.path, str(tensor.value.dtype)
    write_whole(path, image.getbuffer())
    return total


def read_checkpoint(path: Path) -> Checkpoint:
    """Read and verify a file.

    Raises:
        CheckpointError: it is missing, damaged, of another format, or its checksum does not match.
    """
    try:
        with h5py.File(path, "r") as file:
            if file.attrs["format"] != FORMAT:
                raise CheckpointError(f"{path} has format {file.attrs['format']}; this version reads {FORMAT}")
            tensors: dict[str, Tensor] = {}
            file["state"].visititems(lambda key, item: _read_tensor(tensors, key, item))
            found = Checkpoint(tensors, json.loads(file.attrs["progress"]), json.loads(file.attrs["about"]))
            expected = file.attrs["sha256"]
    except (OSError, KeyError, ValueError, RuntimeError, TypeError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}") from error
    if found.digest != expected:
        raise CheckpointError(f"{path} is damaged: its checksum does not match its contents")
    return found


def _read_tensor(tensors: dict[str, Tensor], key: str, item: Any) -> None:
    if isinstance(item, h5py.Dataset):
        value = np.asarray(item[()])
        dtype = item.attrs["dtype"]
        tensors[key] = Tensor(item.attrs["path"], value.view(ml_dtypes.bfloat16) if dtype == "bfloat16" else value)


class CheckpointFolder:
    """A run's checkpoints/: the last ones, the best one, and the end of every stage.

    Args:
        path: the folder.
        keep: how many of the regular ones stay.
    """

    def __init__(self, path: Path, keep: int = 3) -> None:
        self.path, self.keep = path, keep

    def regular(self) -> list[Path]:
        """step-NNNNNN.h5, in order of their step."""
        return sorted(self.path.glob("step-*.h5"), key=lambda p: int(p.stem.split("-")[1]))

    def path_of(self, step: int) -> Path:
        return self.path / f"step-{step:06d}.h5"

    def best_path(self, stage: int, step: int) -> Path:
        return self.path / f"best-{stage:02d}-{step:06d}.h5"

    def write(self, step: int, checkpoint: Checkpoint) -> tuple[Path, str]:
        """Write step-NNNNNN.h5, then drop what is older than the last `keep`."""
        self.path.mkdir(parents=True, exist_ok=True)
        path = self.path_of(step)
        total = write_checkpoint(path, checkpoint)
        for old in self.regular()[: -self.keep]:
            old.unlink()
        return path, total

    def write_best(self, stage: int, step: int, checkpoint: Checkpoint) -> tuple[Path, str]:
        """Write best-SS-NNNNNN.h5, the best of stage SS, then drop the stage's earlier best."""
        self.path.mkdir(parents=True, exist_ok=True)
        path = self.best_path(stage, step)
        total = write_checkpoint(path, checkpoint)
        for old in self.path.glob(f"best-{stage:02d}-*.h5"):
            if old != path:
                old.unlink()
        return path, total

    def keep_stage(self, stage: int, name: str, step: int) -> None:
        """Keep the checkpoint of this step as the end of a stage, stage-SS-NAME.h5, however many follow."""
        self._keep(step, self.path / f"stage-{stage:02d}-{name}.h5")

    def keep_good(self, stage: int, step: int) -> None:
        """Keep the checkpoint of this step as what a collapse goes back to, good-SS.h5."""
        self._keep(step, self.good_path(stage))

    def good_path(self, stage: int) -> Path:
        return self.path / f"good-{stage:02d}.h5"

    def _keep(self, step: int, path: Path) -> None:
        aside = path.with_name(f".{path.name}.part")
        aside.unlink(missing_ok=True)
        try:
            aside.hardlink_to(self.path_of(step))
        except OSError:  # a file system without links
            shutil.copyfile(self.path_of(step), aside)
        aside.replace(path)

    def last_good(self) -> tuple[Path, Checkpoint, list[str]] | None:
        """The newest file that verifies, with what was wrong with newer ones; None where there is none at all.

        Raises:
            CheckpointError: there are files and none of them verifies.
        """
        complaints: list[str] = []
        for path in reversed(self.regular()):
            try:
                return path, read_checkpoint(path), complaints
            except CheckpointError as error:
                complaints.append(str(error))
        if complaints:
            raise CheckpointError("no checkpoint is whole: " + "; ".join(complaints))
        return None
