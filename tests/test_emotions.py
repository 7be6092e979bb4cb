"""Classes and their orders: spellings, named orders, projection between class sets."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferbench.emotions import (
    CANONICAL,
    KNOWN,
    NAMED_ORDERS,
    canonical_class,
    label_modes,
    named_order,
    parse_class_order,
    require_projection,
    unique_order,
)
from ferbench.errors import ClassMismatch, UnknownName, UsageError

ORDERS = st.permutations(CANONICAL).flatmap(lambda names: st.integers(2, 8).map(lambda n: tuple(names[:n])))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Happy", "happiness"),
        ("3_Happy", "happiness"),
        ("HA", "happiness"),
        ("anger-6", "anger"),
        (" fearful ", "fear"),
        ("Disgusted", "disgust"),
        ("Happily Surprised", "happily_surprised"),
        ("happily bored", None),
        ("7", None),
        ("", None),
        ("joyful", None),
    ],
)
def test_spellings(text, name):
    """Known synonyms with numbers, cases and separators are one class; anything else is none."""
    assert canonical_class(text) == name


@given(ORDERS)
def test_an_order_written_out_is_read_back(order):
    """A list of classes with commas between is the order itself, in any case."""
    assert parse_class_order(", ".join(name.upper() for name in order)) == order


@pytest.mark.parametrize("name", NAMED_ORDERS)
def test_named_orders_are_found_by_name_and_by_classes(name):
    """A name gives its order, and the order its name; each class stands once."""
    order = parse_class_order(name)

    assert named_order(order) == name
    assert unique_order(order) == order
    assert set(order) <= set(KNOWN)


def test_unknown_class_in_an_order_is_named():
    """The message says which word is no class."""
    with pytest.raises(UnknownName, match="'boredom'"):
        parse_class_order("anger,boredom")


def test_a_class_twice_is_refused():
    """Two spellings of one class in an order are one class too many."""
    with pytest.raises(UsageError, match="happiness stands there more than once"):
        parse_class_order("happy,anger,joy")


@given(ORDERS, ORDERS)
def test_projection_needs_an_output_for_every_class(model, data):
    """Refused exactly where the data set has a class that the model lacks, and the class is named."""
    absent = set(data) - set(model)
    if not absent:
        require_projection(model, data)
        return
    with pytest.raises(ClassMismatch) as refused:
        require_projection(model, data)
    assert all(name in refused.value.found for name in absent)


@given(ORDERS, ORDERS)
def test_mask_is_a_mode_of_its_own_only_where_the_sets_differ(model, data):
    """Equal sets in whatever order have one mode; all others have two."""
    assert label_modes(model, data) == (("strict",) if set(model) == set(data) else ("strict", "mask"))
