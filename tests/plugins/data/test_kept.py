"""Files in the cache: made once, made anew where they are damaged, never replaced under a reader."""

import os
import shutil
import time

import numpy as np
import pytest
from aekit_plugins.data._kept import FORGOTTEN, kept

from aekit.errors import DataError


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "aekit" / "data"


class Maker:
    """Writes ten thousand numbers and counts how often."""

    times = 0

    def __call__(self, file):
        self.times += 1
        file["x"] = np.arange(10_000)


def test_made_once(cache):
    make = Maker()
    path = kept("numbers", (1, "a"), make)
    assert kept("numbers", (1, "a"), make) == path and make.times == 1
    assert kept("numbers", (2, "a"), make) != path and make.times == 2
    assert path.parent == cache and not list(cache.glob("*.part"))


def cut(path):
    with path.open("r+b") as file:
        file.truncate(path.stat().st_size // 2)


def change_a_byte(path):
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("damage", [cut, change_a_byte, lambda path: path.write_text("no HDF5 file")])
def test_a_damaged_file_is_made_anew(damage):
    make = Maker()
    path = kept("numbers", 1, make)
    whole = path.read_bytes()
    damage(path)
    assert kept("numbers", 1, make).read_bytes() == whole and make.times == 2


def test_a_maker_that_breaks_off_leaves_nothing(cache):
    def breaks_off(file):
        file["x"] = np.arange(10)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        kept("numbers", 1, breaks_off)
    assert not list(cache.iterdir())


def test_a_file_that_another_process_made_meanwhile_stays(cache, tmp_path):
    path = kept("numbers", 1, Maker())
    shutil.move(path, tmp_path / "theirs.h5")

    def slow(file):
        Maker()(file)
        shutil.copy(tmp_path / "theirs.h5", path)
        slow.inode = path.stat().st_ino

    assert kept("numbers", 1, slow).stat().st_ino == slow.inode
    assert not list(cache.glob("*.part"))


def test_what_a_killed_writer_left_is_removed(cache):
    path = kept("numbers", 1, Maker())
    path.unlink()
    left, fresh = cache / f"{path.name}.1.part", cache / f"{path.name}.2.part"
    for file in (left, fresh):
        file.write_bytes(b"half")
    long_ago = time.time() - 2 * FORGOTTEN
    os.utime(left, (long_ago, long_ago))
    kept("numbers", 1, Maker())
    assert not left.exists() and fresh.exists()


def test_a_folder_that_cannot_be_written_to(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "file"))
    with pytest.raises(DataError, match=r"numbers: .*file/aekit/data/.* cannot be written .*XDG_CACHE_HOME"):
        kept("numbers", 1, Maker())
