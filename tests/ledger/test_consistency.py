"""Whether a percentage can be k/n: every statement that was checked by hand, and all small n by brute force."""

from __future__ import annotations

from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferbench.ledger.consistency import check, digits_of, finding, fit, is_percentage
from ferbench.ledger.known_counts import counts_for, known_counts
from tests.ledger.building import claim


def verdicts(text, *numbers):
    """What each n says."""
    return [fit(*digits_of(text), n).verdict for n in numbers]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        *(("92.21", 2829), ("92.05", 2824), ("91.98", 2822), ("93.02", 2854)),
        *(("89.70", 2752), ("90.35", 2772), ("92.34", 2833), ("90.906", 2789)),
    ],
)
def test_numbers_on_rafdb_that_fit(text, count):
    """Each is exactly one count of 3,068."""
    assert fit(*digits_of(text), 3068).rounded == (count, count)


def test_numbers_on_rafdb_that_do_not_fit():
    """Three are no count, rounded or truncated, and one is a count when its digits were cut off."""
    assert verdicts("91.35", 3068) == verdicts("94.76", 3068) == verdicts("93.37", 3068) == ["inconsistent"]
    assert fit(9354, 2, 3068).truncated == (2870, 2870)
    assert verdicts("93.54", 3068) == ["truncated?"]


@pytest.mark.parametrize(
    "text",
    ["67.49", "67.31", "66.91", "66.23", "65.69", "67.03", "67.94", "67.66", "64.94", "66.29", "66.51", "66.34"],
)
def test_seven_classes_of_the_original_release(text):
    """These numbers on AffectNet-7 round from a count of 3,500 and not from one of 3,499."""
    assert (fit(*digits_of(text), 3500).rounded is None, fit(*digits_of(text), 3499).rounded is None) == (False, True)


@pytest.mark.parametrize("text", ["64.53", "63.70", "67.36", "67.62", "61.85"])
def test_seven_classes_without_one_image(text):
    """These round from a count of 3,499 and not from one of 3,500."""
    assert (fit(*digits_of(text), 3500).rounded is None, fit(*digits_of(text), 3499).rounded is None) == (True, False)


def test_a_number_that_fits_no_release():
    """65.32 on AffectNet-7 is a count of neither."""
    assert verdicts("65.32", 3499, 3500) == ["inconsistent", "inconsistent"]


@pytest.mark.parametrize("text", ["63.34", "62.09", "60.29", "59.89", "65.04", "63.74"])
def test_eight_classes_of_the_numbered_release(text):
    """These numbers on AffectNet-8 are a count of 3,999 and not of 4,000."""
    assert verdicts(text, 3999, 4000) == ["consistent", "inconsistent"]


@pytest.mark.parametrize("text", ["64.30", "64.40", "64.25", "61.93", "63.03", "63.125", "60.23", "61.33"])
def test_eight_classes_of_the_original_release(text):
    """These are a count of 4,000 and not of 3,999."""
    assert verdicts(text, 3999, 4000) == ["inconsistent", "consistent"]


def test_a_number_between_two_printable_ones():
    """63.77 is 2550/3999, and 2551/4000, which lies exactly between 63.77 and 63.78."""
    assert finding("63.77", [3999, 4000]).text == "2550/3999 or 2551/4000"
    assert finding("63.78", [4000]).text == "2551/4000"


@pytest.mark.parametrize("text", ["91.62", "89.64", "90.05", "91.81", "91.17", "89.35", "88.81"])
def test_ferplus_without_contempt_or_by_a_list(text):
    """These numbers on FERPlus round from a count of 3,137 and not from one of 3,153."""
    assert (fit(*digits_of(text), 3137).rounded is None, fit(*digits_of(text), 3153).rounded is None) == (False, True)


@pytest.mark.parametrize("text", ["91.41", "91.85", "90.83"])
def test_ferplus_by_the_official_rule(text):
    """These are a count of 3,153 and not of 3,137."""
    assert verdicts(text, 3137, 3153) == ["inconsistent", "consistent"]


def test_other_sets():
    """CAER-S, SFEW, and FER2013 with both of its test splits together."""
    assert finding("93.00", [20987]).text == "19517-19518/20987"
    assert finding("59.40", [436]).text == "259/436"
    assert finding("79.79", [3589, 7178]).text == "5727/7178"
    assert fit(7979, 2, 3589).rounded is None


@given(n=st.integers(1, 400), part=st.integers(0, 400), digits=st.integers(0, 4))
def test_what_is_printed_fits(n, part, digits):
    """A real k/n fits, rounded half up, half to even or by Python's own formatting, and truncated."""
    k = min(part, n)
    exact = Decimal(100 * k) / n
    unit = Decimal(1).scaleb(-digits)
    rounded = {str(exact.quantize(unit, way)) for way in (ROUND_HALF_UP, ROUND_HALF_EVEN)}
    for text in {*rounded, f"{100 * k / n:.{digits}f}"}:
        first, last = fit(*digits_of(text), n).rounded
        assert first <= k <= last
    first, last = fit(*digits_of(str(exact.quantize(unit, ROUND_DOWN))), n).truncated
    assert first <= k <= last


@given(n=st.integers(1, 150), number=st.integers(0, 10_000), digits=st.integers(0, 2))
def test_nothing_else_fits(n, number, digits):
    """The counts are those whose share is within half a unit, or within one unit above, and no others."""
    unit = Fraction(1, 10**digits)
    value = number * unit
    near = [k for k in range(n + 1) if abs(Fraction(100 * k, n) - value) <= unit / 2]
    cut = [k for k in range(n + 1) if value <= Fraction(100 * k, n) < value + unit]

    found = fit(number, digits, n)

    assert found.rounded == ((near[0], near[-1]) if near else None)
    assert found.truncated == ((cut[0], cut[-1]) if cut else None)


def test_known_numbers_of_images(catalog):
    """Official counts and counted variants; no hearsay, and nothing for sets without an official split."""
    assert known_counts(catalog, "rafdb", "test") == {3068: "official"}
    assert set(known_counts(catalog, "affectnet7", "val")) == {3499, 3500}
    assert set(known_counts(catalog, "affectnet8", "val")) == {3999, 4000}
    assert {3137, 3153} < set(known_counts(catalog, "ferplus", "test"))
    assert set(known_counts(catalog, "caers", "test")) == {20987}
    assert set(known_counts(catalog, "sfew", "val")) == {436}
    assert set(known_counts(catalog, "fer2013", "test")) == {3589, 7178}
    assert known_counts(catalog, "jaffe", "all") == known_counts(catalog, "nothing", "test") == {}
    assert set(known_counts(catalog, "ferplus", "test", 7)) == {3137}
    assert 3137 in known_counts(catalog, "ferplus", "test", 8)
    assert set(counts_for(catalog, claim(dataset="ferplus", n=None, num_classes=7))) == {3137}
    assert counts_for(catalog, claim(n=3019)) == {3019: "stated in the claim", 3068: "official"}


def test_a_claim_is_held_to_its_own_n():
    """65.55 is a count of 3,019, which it states, and would not be allowed to be one of 3,068 instead."""
    assert check(claim("65.55", n=3019), {3068: "official"}).text == "1979/3019"
    assert check(claim("92.21", n=4000), {3068: "official"}).verdict == "inconsistent"
    assert check(claim("92.21", n=None), {3068: "official"}).text == "2829/3068"
    assert check(claim("91.35", n=None), {3068: "official"}).text == "no k/3068, rounded or truncated"


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"metric": "uar"}, "uar is no count"),
        ({"unit": "other"}, "no percentage"),
        ({"runs": "mean of 5"}, "a mean of several runs"),
        ({"flags": ("other-images",), "n": None}, "other images"),
        ({"n": None}, "n is not known"),
    ],
)
def test_what_is_not_a_count(changes, why):
    """Other metrics and units, means of runs, other images, and sets of unknown size."""
    known = {} if why == "n is not known" else {50: "official"}
    found = check(claim(**changes), known)

    assert (found.verdict, found.text) == ("not a count", why)


def test_the_best_of_several_runs_is_a_count():
    """A maximum is the number of one run."""
    assert check(claim(runs="max of 5"), {}).verdict == "consistent"


@pytest.mark.parametrize(
    ("text", "right"),
    [
        *(("92.21", True), ("100", True), ("0", True), ("100.01", False), ("-1", False)),
        *(("x", False), ("9.1234567", False), ("٩٢", False), ("", False), ("1e1", False)),
    ],
)
def test_what_a_percentage_is(text, right):
    """A decimal number from 0 to 100."""
    assert is_percentage(text) is right
