"""What ferbench expects of every model plugin; `ferbench plugin check dan` asks the same."""

from __future__ import annotations

from ferbench.testing import parametrize_with_checks

#: An export is proven to 1e-4. Untrained, the logits of DAN are of the order of 1000, where float32 is no finer than
#: that: test_checkpoint.py exports the network with logits of the size that training gives them.
EXPORTS = ("exports-torchscript", "exports-onnx")


@parametrize_with_checks(["dan"], without=EXPORTS)
def test_plugin(check):
    """Every check passes, or does not apply and says why."""
    check()
