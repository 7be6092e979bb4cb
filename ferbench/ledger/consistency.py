"""Whether a percentage is some k/n at its stated rounding (the GRIM test), in whole numbers.

Consistency, never proof: a number that fits may still be wrong, and one that does not may stand on another n.
Source of the idea: Brown and Heathers 2017, "The GRIM test", Social Psychological and Personality Science 8(4).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from ferbench.ledger.aliases import COUNTS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from ferbench.ledger.claims import ReportedClaim

Verdict = Literal["consistent", "truncated?", "inconsistent", "not a count"]
#: First and last k, both included.
Range = tuple[int, int]

NEVER_PROOF = (
    "Consistency, never proof: what fits may be wrong, and what does not fit may stand on images that nobody knows of."
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """The numbers of right answers among n images that print as a value, by rounding and by truncating."""

    n: int
    rounded: Range | None
    truncated: Range | None

    @property
    def verdict(self) -> Verdict:
        """What this n says about the value."""
        return "consistent" if self.rounded else "truncated?" if self.truncated else "inconsistent"

    @property
    def counts(self) -> Range | None:
        """The numbers of right answers that the value can mean: rounded ones where there are any."""
        return self.rounded or self.truncated


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """What all known n say about one claim, which is held to the n that it states: `n`, None where it states none.

    `why` says why a claim is `not a count`, and is empty otherwise.
    """

    verdict: Verdict
    n: int | None = None
    fits: tuple[Fit, ...] = ()
    why: str = ""

    @property
    def decisive(self) -> tuple[Fit, ...]:
        """The fits that the verdict stands on."""
        return tuple(found for found in self.fits if self.n in {None, found.n})

    @property
    def text(self) -> str:
        """The finding in a few words: `2829/3068`, `no k/3068, rounded or truncated`, or why it is no count."""
        if self.why:
            return self.why
        if self.verdict == "inconsistent":
            return f"no {' or '.join(f'k/{found.n}' for found in self.decisive)}, rounded or truncated"
        return " or ".join(counts_text(found) for found in self.decisive if found.verdict == self.verdict)


def is_percentage(text: str) -> bool:
    """Whether a text is a decimal number from 0 to 100 with at most six digits after the point."""
    return bool(re.fullmatch(r"\d{1,3}(\.\d{1,6})?", text, re.ASCII)) and float(text) <= 100


def digits_of(text: str) -> tuple[int, int]:
    """A decimal number as (number without its point, digits after it): `92.21` is (9221, 2).

    >>> digits_of("92.21"), digits_of("93.00"), digits_of("91")
    ((9221, 2), (9300, 2), (91, 0))
    """
    whole, _, fraction = text.partition(".")
    return int(whole + fraction), len(fraction)


def fit(number: int, decimals: int, n: int) -> Fit:
    """The k among n that print as number / 10^decimals percent.

    By rounding: 100 k / n is at most half a unit of the last digit away. A k exactly between two printable values fits
    both of them, since half up, half to even and the printing of binary fractions send it to different sides. By
    truncating: further digits were cut off.

    >>> fit(9221, 2, 3068).rounded, fit(9135, 2, 3068).verdict, fit(9354, 2, 3068).truncated
    ((2829, 2829), 'inconsistent', (2870, 2870))
    >>> fit(6377, 2, 4000).rounded, fit(6378, 2, 4000).rounded
    ((2551, 2551), (2551, 2551))
    """
    # number / 10^decimals percent of n images are number * n / scale of them.
    scale = 10 ** (decimals + 2)
    rounded = ceiling((2 * number - 1) * n, 2 * scale), (2 * number + 1) * n // (2 * scale)
    truncated = ceiling(number * n, scale), ceiling((number + 1) * n, scale) - 1
    return Fit(n=n, rounded=within(*rounded, n), truncated=within(*truncated, n))


def ceiling(dividend: int, divisor: int) -> int:
    """The quotient, rounded up."""
    return -(-dividend // divisor)


def within(first: int, last: int, n: int) -> Range | None:
    """The part of a range that lies between 0 and n, or None."""
    first, last = max(first, 0), min(last, n)
    return (first, last) if first <= last else None


def counts_text(found: Fit) -> str:
    """`2829/3068`, or the first and last of several numbers: `2378-2381/4000`."""
    first, last = found.counts or (0, 0)
    return f"{first}/{found.n}" if first == last else f"{first}-{last}/{found.n}"


def check(claim: ReportedClaim, known: Mapping[int, str]) -> Finding:
    """What the known numbers of images of a claim's split say; a claim that states its n is held to that one."""
    why = why_no_count(claim)
    numbers = sorted({*known, *([claim.n] if claim.n else [])})
    if why or not numbers:
        return Finding(verdict="not a count", why=why or "n is not known")
    return finding(claim.text, numbers, claim.n)


def finding(text: str, numbers: Iterable[int], n: int | None = None) -> Finding:
    """What numbers of images say about a percentage: the best that a decisive one of them says."""
    fits = tuple(fit(*digits_of(text), number) for number in numbers)
    order: tuple[Verdict, ...] = ("consistent", "truncated?", "inconsistent")
    verdict = min((found.verdict for found in fits if n in {None, found.n}), key=order.index)
    return Finding(verdict=verdict, n=n, fits=fits)


def why_no_count(claim: ReportedClaim) -> str:
    """Why a claim cannot be a number of images divided by another; empty where it can."""
    if claim.unit == "other":
        return "no percentage"
    if claim.metric not in COUNTS:
        return f"{claim.metric} is no count"
    if claim.runs and claim.runs.startswith("mean"):
        return "a mean of several runs"
    return "other images" if "other-images" in claim.flags and claim.n is None else ""
