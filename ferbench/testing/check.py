"""What a check is: one question about a plugin, and what it answers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, Literal

from ferbench.testing.documentation import address

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

Kind = Literal["model", "dataset", "metric", "detector"]
Outcome = Literal["pass", "fail", "skipped", "not applicable"]

#: Where every check has a section of its own, below docs/.
PAGE = "reference/plugin-checks"


class Stop(Exception):
    """A check that ends otherwise than by passing; the text is what it found."""

    outcome: ClassVar[Outcome]


class Failed(Stop):
    """The plugin does not do what the check asks."""

    outcome = "fail"


class Skipped(Stop):
    """Something is not here that the check needs."""

    outcome = "skipped"


class NotApplicable(Stop):
    """The question makes no sense for this plugin."""

    outcome = "not applicable"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A question about a plugin, in one sentence, and how to mend a plugin that fails it, in another.

    `run(subject)` gives what it found, in words; it raises Failed, Skipped or NotApplicable where it does not pass.
    """

    name: str
    kinds: tuple[Kind, ...]
    asks: str
    mend: str
    run: Callable[[Any], str]

    @property
    def docs(self) -> str:
        """Where its section in the documentation is read."""
        return address(PAGE, self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What a check found of a plugin."""

    check: Check
    outcome: Outcome
    finding: str

    def as_json(self) -> dict[str, str]:
        """The result as JSON data."""
        return {
            "check": self.check.name,
            "outcome": self.outcome,
            "finding": self.finding,
            "asks": self.check.asks,
            "mend": self.check.mend,
            "docs": self.check.docs,
        }


def all_well(results: Iterable[Result]) -> bool:
    """Whether no check failed."""
    return all(result.outcome != "fail" for result in results)


def require(holds: bool, finding: str) -> None:
    """Failed with the finding, unless it holds; a NaN in the comparison must have made it False."""
    if not holds:
        raise Failed(finding)
