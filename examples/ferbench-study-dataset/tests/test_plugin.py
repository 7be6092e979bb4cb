"""What ferbench expects of every data set plugin; `ferbench plugin check study --data-root FOLDER` asks the same."""

from __future__ import annotations

from ferbench import RunSpec, evaluate
from ferbench.testing import parametrize_with_checks

from conftest import MINIATURE


@parametrize_with_checks(["study"], data_root=MINIATURE)
def test_plugin(check):
    """Every check passes, or does not apply and says why."""
    check()


def test_a_model_is_evaluated_on_it():
    """All seven labelled pictures are answered; the record says that one was left out."""
    chosen = {"model": "tiny_cnn", "weights": "tiny_cnn.synthetic", "dataset": "study", "data_root": str(MINIATURE)}
    spec = RunSpec(**chosen, device="cpu", timing=False)
    record = evaluate(spec).record

    assert record["n"] == 7
    assert not record["failures"]
    assert "1 of 8 pictures have no majority" in record["layout"]
