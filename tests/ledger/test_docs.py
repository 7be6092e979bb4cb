"""The reference of the ledger says every key and every value that may stand there, and its examples can be read."""

from __future__ import annotations

import re
from dataclasses import fields
from typing import get_args

import pytest

from ferbench.cards import CostUnit, Selection
from ferbench.ledger.claims import Flag, ImportedMatrix, Mark, ReportedClaim, SourceKind
from ferbench.ledger.consistency import Verdict
from ferbench.ledger.matrix_rows import MATRIX_KEYS, MATRIX_NEEDS
from ferbench.ledger.reading import load_ledger
from ferbench.ledger.rows import CLAIM_KEYS, CLAIM_NEEDS, UNITS
from ferbench.ledger.states import StateKind
from tests.docs_pages import DOCS, prose

PAGE = DOCS / "reference" / "ledger.md"
SECTIONS = {part.split("\n")[0]: part for part in prose(PAGE).split("\n## ")}


def words(section):
    """Everything in backticks in a section."""
    return set(re.findall(r"`([^`\n]+)`", SECTIONS[section]))


def test_every_key_of_a_claim_is_documented():
    """What a row may say, and what --json gives, stand in the section on claims; so do the needed keys."""
    needed = SECTIONS["A claim"].split("Needed are")[1].split(".\n")[0]

    assert {*CLAIM_KEYS, *(item.name for item in fields(ReportedClaim))} <= words("A claim")
    assert set(re.findall(r"`(\w+)`", needed)) == CLAIM_NEEDS


def test_every_key_of_a_matrix_is_documented():
    """What a row may say stands in the section on matrices."""
    assert {*MATRIX_KEYS, *(item.name for item in fields(ImportedMatrix))} - {"place"} <= words("A matrix")
    assert set(MATRIX_NEEDS) <= set(MATRIX_KEYS)


@pytest.mark.parametrize(
    ("kinds", "section"),
    [
        (Selection, "A claim"),
        (CostUnit, "A claim"),
        (SourceKind, "A claim"),
        (Mark, "A claim"),
        (Flag, "A claim"),
        (StateKind, "States"),
        (Verdict, "Is it a count?"),
    ],
)
def test_every_value_is_documented(kinds, section):
    """Every selection, unit, source, mark, flag, state and verdict stands where it belongs."""
    assert set(get_args(kinds)) <= words(section)


def test_every_unit_is_documented():
    """The units of a value stand in the section on claims."""
    assert set(UNITS) <= words("A claim")


@pytest.mark.parametrize("page", [PAGE, DOCS / "how-to" / "claims.md"], ids=lambda page: page.name)
def test_the_examples_can_be_read(page, tmp_path, catalog):
    """Every TOML block is a ledger; rows that ferbench has already get another source."""
    blocks = re.findall(r"```toml\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    for number, block in enumerate(blocks):
        path = tmp_path / f"{number}.toml"
        path.write_text(re.sub(r'source = "', 'source = "as in the example: ', block), encoding="utf-8")

        assert load_ledger(catalog, [path]) != load_ledger(catalog)
    assert blocks
