"""Whether a detector says what it is, and refuses what it does not have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ferbench.errors import ExtraNotInstalled, FerbenchError
from ferbench.testing.check import Check, Failed, require
from ferbench.testing.refusing import OPTION

if TYPE_CHECKING:
    from ferbench.testing.subjects import DetectorSubject

#: What people write where they do not know, and None is meant.
_NOTHING = {"", "unknown", "none", "n/a", "tbd", "todo", "?"}


def detector_card(detector: DetectorSubject) -> str:
    """Facts are texts that say something, or None; paper and code are addresses."""
    card = detector.registered.entry.card
    require(card.summary.strip().lower() not in _NOTHING, "the card has no summary")
    facts = {"paper": card.paper, "code": card.code, "licence": card.licence}
    empty = [name for name, value in facts.items() if value is not None and value.strip().lower() in _NOTHING]
    require(not empty, f"{', '.join(empty)} of the card says nothing: what is not known is None")
    known = {name: value for name, value in facts.items() if value is not None}
    strange = [name for name, value in known.items() if name != "licence" and not value.startswith("https://")]
    require(not strange, f"{', '.join(strange)} of the card is no address")
    absent = ", ".join(name for name, value in facts.items() if value is None)
    return f"the card says what it is; {f'{absent} are not known' if absent else 'nothing is unknown'}"


def detector_option(detector: DetectorSubject) -> str:
    """Open it with an option that nobody has."""
    try:
        detector.open(**{OPTION: "x"})
    except ExtraNotInstalled:
        raise
    except FerbenchError as error:
        return f"an option that means nothing is refused ({type(error).__name__})"
    raise Failed("an option that means nothing is passed over in silence")


CHECKS = (
    Check(
        name="detector-card",
        kinds=("detector",),
        asks="The card says what the detector is; what is not known is None.",
        mend="Fill in summary, paper, code (as https addresses) and licence of DetectorCard, or say None.",
        run=detector_card,
    ),
    Check(
        name="detector-option",
        kinds=("detector",),
        asks="An option that the detector does not have is refused.",
        mend="Take options as named arguments, or raise UsageError for what is left in **options.",
        run=detector_option,
    ),
)
