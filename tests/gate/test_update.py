"""A baseline is written whole, or not at all."""

from __future__ import annotations

import pytest

from ferbench.bundles.reading import read_bundle
from ferbench.errors import MissingError
from ferbench.gate.update import write_result
from tests.docs_pages import ROOT

COMMITTED = ROOT / "leaderboards" / "baselines" / "tiny_cnn.synthetic.ferbench"


def test_a_run_is_written_in_the_place_of_what_is_there(catalog, tmp_path):
    """The same run gives the same predictions back, and nothing else is left in the folder."""
    path, result = tmp_path / "base.ferbench", read_bundle(COMMITTED).result()
    path.write_text("the old one", encoding="utf-8")
    write_result(result, catalog, path)

    assert read_bundle(path).result().predictions.sha256() == result.predictions.sha256()
    assert list(tmp_path.iterdir()) == [path]


def test_what_cannot_be_written_leaves_nothing_behind(catalog, tmp_path):
    """A folder of that name is no file."""
    path = tmp_path / "base.ferbench"
    (path / "inside").mkdir(parents=True)
    with pytest.raises(MissingError, match="may be written to"):
        write_result(read_bundle(COMMITTED).result(), catalog, path)

    assert list(tmp_path.iterdir()) == [path]
