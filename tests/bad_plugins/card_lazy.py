"""Its card looks up its facts when it is asked, and raises then.

$ ferbench list models
exit 2: which is no ModelEntry with a ModelCard
"""

import dataclasses

from ferbench.cards import ModelCard
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import ModelEntry
from tests.bad_plugins.parts import MODEL_CARD


class Lazy(ModelCard):
    """A summary that is not there yet."""

    @property
    def summary(self):
        """Raise."""
        raise OSError("not yet")

    @summary.setter
    def summary(self, value):
        """Forget it."""


@hookimpl
def ferbench_models():
    """A lazy card."""
    card = object.__new__(Lazy)
    for field in dataclasses.fields(MODEL_CARD):
        if field.name != "summary":
            object.__setattr__(card, field.name, getattr(MODEL_CARD, field.name))
    return [ModelEntry(card=card)]
