"""A planted fault: an entry that breaks one thing, the check made for it, and what that check must say."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from ferbench.interfaces import DatasetEntry, DetectorEntry, MetricEntry, ModelEntry
from tests.testing import sound


@dataclass(frozen=True)
class Fault:
    """`also` names further checks that cannot but see the fault, too."""

    check: str
    finding: str
    entry: ModelEntry | DatasetEntry | MetricEntry | DetectorEntry
    also: frozenset[str] = frozenset()
    #: What `subject_of` gets beside the entry.
    given: dict = field(default_factory=dict)

    def __str__(self):
        return f"{self.check}: {self.finding}"


def model(check, finding, build=sound.build, *, also=(), rules=None, golden=None, **card):
    """A model that breaks something in its network, in its rules, on its card or in what its author states of it."""
    entry = ModelEntry(card=replace(sound.MODEL, name=check, **card), build=build)
    given = {"golden": golden} if golden else {}
    return Fault(check, finding, replace(entry, rules=rules) if rules else entry, frozenset(also), given)


def network(check, finding, change, *, also=(), **card):
    """A model whose network is Sound with something changed: `change(Sound)` gives a class."""

    def build(num_classes):
        from tests.testing.sound_network import Sound

        return change(Sound)(num_classes)

    return model(check, finding, build, also=also, **card)


def dataset(check, finding, opening=sound.open_sound, *, also=(), **card):
    """A data set that breaks something when it is opened or read, or on its card."""
    entry = DatasetEntry(card=replace(sound.DATASET, name=check, **card), open=opening)
    return Fault(check, finding, entry, frozenset(also))


def metric(check, finding, compute=sound.accuracy, *, also=(), reference=None, **card):
    """A metric that breaks something in its value, in its reference or on its card."""
    entry = MetricEntry(card=replace(sound.METRIC, name=check, **card), compute=compute, reference=reference)
    return Fault(check, finding, entry, frozenset(also))


def detector(check, finding, change=lambda base: base, *, also=(), opening=None, **card):
    """A detector that breaks something in what it finds, in what it takes or on its card: `change(Blocks)`."""

    def open_changed():
        return change(sound.Blocks)()

    entry = DetectorEntry(card=replace(sound.DETECTOR, name=check, **card), open=opening or open_changed)
    return Fault(check, finding, entry, frozenset(also))
