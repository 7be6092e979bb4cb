"""Simulated models, honest ones and ones in another class or colour order, and how often the probes object.

python -m tests.pipeline.probes.simulated
"""

from __future__ import annotations

import sys
from collections import Counter

import numpy as np

from ferbench.emotions import NAMED_ORDERS
from ferbench.pipeline.probes.class_order import probe_class_order
from ferbench.pipeline.probes.colour_order import colour_verdict, compared
from ferbench.results import Predictions
from tests.drawing import RAFDB_COUNTS

RAFDB = NAMED_ORDERS["rafdb"]
SWAPPED = tuple({"fear": "disgust", "disgust": "fear"}.get(name, name) for name in RAFDB)
#: Images by class: 20, 50 or 200 each, or as in the test set of RAF-DB.
SIZES = [dict.fromkeys(RAFDB, n) for n in (20, 50, 200)] + [RAFDB_COUNTS["test"]]


def predictions_of(said, labels, declared=RAFDB, meant=RAFDB):
    """Predictions of a model that says the classes `said`, whose outputs mean `meant` and are declared otherwise."""
    emotion = np.array([[3.0 * (name == answer) for name in meant] for answer in said], np.float32)
    ids = tuple(f"image{number:05d}" for number in range(len(labels)))
    return Predictions(ids=ids, labels=tuple(labels), classes=declared, kind="logits", outputs={"emotion": emotion})


def drawn(rng, confusion, sizes):
    """(said, labels) of a model with the (7, 7) row-stochastic confusion, both in the classes of RAF-DB."""
    labels = [name for name in RAFDB for _ in range(sizes[name])]
    rows = [rng.choice(7, sizes[name], p=confusion[number]) for number, name in enumerate(RAFDB)]
    return [RAFDB[index] for index in np.concatenate(rows)], labels


def even(accuracy):
    """Confusion of a model that is right so often in every class, and wrong in all ways alike."""
    return np.full((7, 7), (1 - accuracy) / 6) + np.eye(7) * (accuracy - (1 - accuracy) / 6)


def random(rng):
    """A model that does not look: the same distribution of answers for every class, any distribution."""
    return np.tile(rng.dirichlet(np.ones(7)), (7, 1))


def constant(rng):
    """A model that says one class, or nearly so."""
    return 0.97 * np.tile(np.eye(7)[rng.integers(7)], (7, 1)) + 0.03 * even(0.5)


def uneven(rng):
    """An honest model, each class right in 30 to 95 %; its mistakes go mostly to one or two other classes."""
    return np.array([mistaken(rng, number, rng.uniform(0.3, 0.95)) for number in range(7)])


def mistaken(rng, number, right):
    """A row of a confusion: so often right, and else wrong in a few ways."""
    row = np.insert(rng.dirichlet(np.full(6, 0.3)) * (1 - right), number, right)
    return row / row.sum()


def one_sided(rng):
    """An honest model that takes one class for another nine times in ten, and knows the other one by halves."""
    confusion = uneven(rng)
    one, other = rng.permutation(7)[:2]
    confusion[one] = 0.9 * np.eye(7)[other] + 0.1 * mistaken(rng, one, 0.5)
    confusion[other] = mistaken(rng, other, rng.uniform(0.3, 0.9))
    return confusion


def strange_data(rng):
    """A model on data that are strange to it: any confusion at all, a little better than chance."""
    return 0.7 * rng.dirichlet(np.full(7, 0.5), 7) + 0.3 * np.eye(7)


HONEST = (random, constant, uneven, one_sided, strange_data)


def outcomes(models, confusion_of, sizes, meant=RAFDB, seed=0):
    """How often the probe ends how, over so many simulated models."""
    rng = np.random.default_rng([seed, models])
    found = Counter()
    for _ in range(models):
        said, labels = drawn(rng, confusion_of(rng), sizes)
        found[probe_class_order(predictions_of(said, labels, RAFDB, meant), RAFDB).outcome] += 1
    return found


def colour_verdict_on(rng, declared, other, per_class):
    """The verdict on a model that is right so often in the declared colour order (RGB), and so often in the other."""
    sizes = dict.fromkeys(RAFDB, per_class)
    first, second = (predictions_of(*drawn(rng, even(accuracy), sizes)) for accuracy in (declared, other))
    return colour_verdict(compared(first, second, RAFDB), "rgb", "bgr")


def colour_outcomes(models, declared, other, per_class, seed=0):
    """How often the colour-order probe ends how; the two answers to an image are independent, the worst case."""
    rng = np.random.default_rng([seed, models])
    return Counter(colour_verdict_on(rng, declared, other, per_class).outcome for _ in range(models))


def main(models=1000):
    """Print a line for each kind of model and size of data."""
    for sizes in SIZES:
        per_class = min(sizes.values())
        for honest in HONEST:
            line = f"honest, {honest.__name__}, at least {per_class} a class"
            sys.stdout.write(f"{line}: {dict(outcomes(models, honest, sizes))}\n")
    for accuracy in (0.60, 0.75, 0.92):
        for size in (20, 30, 50, 100):
            for name, meant in (("alphabetical7", NAMED_ORDERS["alphabetical7"]), ("one swap", SWAPPED)):
                found = outcomes(models, lambda _, a=accuracy: even(a), dict.fromkeys(RAFDB, size), meant)
                sys.stdout.write(f"{name}, {accuracy:.0%} right, {size} a class: {dict(found)}\n")
    for other in (0.80, 0.78, 0.75, 0.70, 0.60):
        for size in (20, 50, 146):
            line = f"colours, 80% right as declared, {other:.0%} in the other order, {size} a class"
            sys.stdout.write(f"{line}: {dict(colour_outcomes(models, 0.80, other, size))}\n")
            sys.stdout.write(f"{line}, the other declared: {dict(colour_outcomes(models, other, 0.80, size))}\n")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
