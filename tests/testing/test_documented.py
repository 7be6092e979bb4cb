"""Every check is explained where its results point to."""

from __future__ import annotations

import re

from ferbench.testing import CHECKS
from ferbench.testing.check import PAGE
from ferbench.testing.plugin_checks.sources import PUBLIC
from tests.docs_pages import ROOT, anchors

TEXT = (ROOT / PAGE).read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### (\S+)\n\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL))


def test_every_check_has_a_section():
    """In the order in which they run, with what the check asks, a reason, and how to mend a plugin, word for word."""
    assert list(SECTIONS) == [check.name for check in CHECKS]
    for check in CHECKS:
        asked, reason, mend = SECTIONS[check.name].strip().split("\n\n")
        assert asked == f"**{check.asks}**"
        assert len(reason) > 30
        assert mend == f"To mend: {check.mend}"


def test_links_of_results_lead_to_a_section():
    """The anchor of every result is one of the page."""
    assert {check.docs.partition("#")[2] for check in CHECKS} <= anchors(ROOT / PAGE)


def test_names_are_unique():
    """A name is an anchor, a test id, and what --without takes."""
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_public_modules_are_listed():
    """What plugins may import stands in the section that asks for it."""
    assert [name for name in PUBLIC if f"`ferbench.{name}`" not in SECTIONS["public-modules"]] == []
