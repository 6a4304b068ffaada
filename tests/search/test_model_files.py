"""The file of a model: read back it is the same, and what is not what its name says is refused."""

import os
from pathlib import Path
from zipfile import ZipFile

import numpy as np
import pytest

from search.matching import learned
from search.matching.learned import BrokenModel, digest, load, model_of, save
from tests.search.learning import FIRE, arrays, needs

ARRAYS = arrays(needs())
MODEL = model_of(ARRAYS)
TEXTS = ("", "楼道的消防栓漏水", "车位", "想请律师", "［手机号］", "停车" * 500)


def test_a_model_read_back_is_the_same(tmp_path):
    version = save(ARRAYS, tmp_path / "models")
    again = load(tmp_path / "models", version)
    assert version == again.version == MODEL.version == digest(ARRAYS)
    assert os.listdir(tmp_path / "models") == [f"{version}.npz"]
    for text in TEXTS:
        assert again.opinion(text) == MODEL.opinion(text)
        assert again.words_for([FIRE], text) == MODEL.words_for([FIRE], text)


def test_the_file_holds_arrays_of_numbers_and_names_and_nothing_to_run(tmp_path):
    version = save(ARRAYS, tmp_path)
    with ZipFile(tmp_path / f"{version}.npz") as archive:
        names = archive.namelist()
        for name in names:
            with archive.open(name) as file:
                array = np.lib.format.read_array(file, allow_pickle=False)
            assert array.dtype.kind in "iufU"
    assert {name.removesuffix(".npy") for name in names} == set(ARRAYS)


class Evil:
    """Unpickled, it would make a folder."""

    def __init__(self, folder):
        self.folder = folder

    def __reduce__(self):
        return os.mkdir, (str(self.folder),)


def pickled(file):
    evil = np.array([Evil(file.parent / "broken in")], dtype=object)
    np.savez(file, **(ARRAYS | {"terms": evil}))


def array_only(file):
    np.save(file.with_suffix(".npy"), ARRAYS["terms"])
    file.with_suffix(".npy").rename(file)


def with_a_text(file):
    with ZipFile(file, "a") as archive:
        archive.writestr("readme.txt", "a model")


def flipped(file, place, byte):
    whole = file.read_bytes()
    file.write_bytes(whole[:place] + bytes([byte]) + whole[place + 1 :])


DAMAGES = {
    "missing": Path.unlink,
    "a folder": lambda file: (file.unlink(), file.mkdir()),
    "empty": lambda file: file.write_bytes(b""),
    "garbage": lambda file: file.write_bytes(b"no model at all" * 100),
    "half": lambda file: file.write_bytes(file.read_bytes()[: file.stat().st_size // 2]),
    "its end missing": lambda file: file.write_bytes(file.read_bytes()[:-1]),
    "its beginning only": lambda file: file.write_bytes(file.read_bytes()[:10]),
    "one byte changed": lambda file: flipped(file, file.read_bytes().index(ARRAYS["category_bias"].tobytes()), 0xFF),
    "an unknown compression": lambda file: flipped(file, file.read_bytes().index(b"PK\x01\x02") + 10, 0x63),
    "a password": lambda file: flipped(file, file.read_bytes().index(b"PK\x01\x02") + 8, 0x01),
    "an array only": array_only,
    "a pickled array": pickled,
    "a text in it": with_a_text,
    "an array short": lambda file: np.savez(file, **{k: array for k, array in ARRAYS.items() if k != "trust"}),
    "an array of another shape": lambda file: np.savez(file, **(ARRAYS | {"trust": np.zeros(3)})),
    "another model": lambda file: np.savez(file, **(ARRAYS | {"trust": np.array(0.5)})),
}


@pytest.mark.parametrize("damage", sorted(DAMAGES))
def test_a_file_that_is_not_the_model_it_should_be_is_refused(tmp_path, damage):
    version = save(ARRAYS, tmp_path)
    DAMAGES[damage](tmp_path / f"{version}.npz")
    with pytest.raises(BrokenModel, match=version):
        load(tmp_path, version)
    assert not (tmp_path / "broken in").exists()


def test_a_model_under_another_name_is_refused(tmp_path):
    version = save(ARRAYS, tmp_path)
    (tmp_path / f"{version}.npz").rename(tmp_path / f"{'0' * 16}.npz")
    with pytest.raises(BrokenModel, match=f"holds model {version}"):
        load(tmp_path, "0" * 16)


def test_a_model_saved_again_mends_a_damaged_file(tmp_path):
    version = save(ARRAYS, tmp_path)
    DAMAGES["half"](tmp_path / f"{version}.npz")
    assert save(ARRAYS, tmp_path) == version
    assert load(tmp_path, version).opinion("停车") == MODEL.opinion("停车")


def test_a_reader_never_sees_half_a_model(tmp_path, monkeypatch):
    def breaks_off(*_):
        raise OSError(28, "no space left on device")

    monkeypatch.setattr(learned.Path, "replace", breaks_off)
    with pytest.raises(OSError, match="no space"):
        save(ARRAYS, tmp_path)
    assert not list(tmp_path.glob("[!.]*"))


def test_other_arrays_make_another_version():
    changed = {name: array.copy() for name, array in ARRAYS.items()}
    changed["category_bias"][0] += 1
    assert digest(changed) != digest(ARRAYS)
    assert digest(ARRAYS | {"idf": ARRAYS["idf"].astype(np.float64)}) != digest(ARRAYS)
