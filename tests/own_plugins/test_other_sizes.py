"""Networks of the parts of the reference models, in other sizes and forms, pass the checks of the kit."""

from __future__ import annotations

import pytest

from ferbench.testing import parametrize_with_checks
from tests.own_plugins.own import SIZES

#: What is asked of the plugin, and so of all its networks when `poster` is asked: each a new process.
OF_THE_PLUGIN = ("light-discovery", "no-side-effects", "public-modules", "preprocess-stable")
#: Of the same operations as those of `poster` and `poster_affectnet_small`, at half a minute and more for each size.
EXPORTS = ("exports-torchscript", "exports-onnx")
#: The one network of the other form, without its mixing of tokens, that is exported; ONNX would take another minute.
OTHER_FORM = "poster_affectnet_small"


@pytest.mark.slow
@parametrize_with_checks([name for name in SIZES if name != OTHER_FORM], without=[*OF_THE_PLUGIN, *EXPORTS])
def test_other_sizes_of_the_reference_models(check):
    """Networks of the same parts in other sizes pass every check that looks at the network or at its card."""
    check()


@pytest.mark.slow
@parametrize_with_checks([OTHER_FORM], without=[*OF_THE_PLUGIN, "exports-onnx"])
def test_the_other_form_of_poster(check):
    """It is exported, too."""
    check()
