"""A verdict as JUnit XML: one test case a check, which every CI knows how to show."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

from ferbench.report.formatting import safe
from ferbench.report.gate_texts import headline, sentence

if TYPE_CHECKING:
    from ferbench.gate.findings import Check, GateResult

SUITE = "ferbench gate"


def junit(result: GateResult) -> str:
    """The XML document. Drops and latencies that are not judged are skipped test cases; their values stand in them."""
    outcomes = [check.outcome for check in result.checks]
    totals = {
        "tests": str(len(outcomes) + 1),
        "failures": str(outcomes.count("failed")),
        "errors": str(int(bool(result.unanswered))),
    }
    root = ET.Element("testsuites", {"name": SUITE, **totals})
    suite = ET.SubElement(root, "testsuite", {"name": SUITE, **totals, "skipped": str(outcomes.count("reported"))})
    add_evaluation(suite, result)
    for check in result.checks:
        add_check(suite, result, check)
    ET.indent(root)
    return ET.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def add_evaluation(suite: ET.Element, result: GateResult) -> None:
    """The test case of the evaluation itself: whether every image got an answer."""
    case = ET.SubElement(suite, "testcase", {"name": "evaluation", "classname": class_name(result)})
    if result.unanswered:
        message = f"{result.unanswered} images have no answer: nothing is decided"
        ET.SubElement(case, "error", {"type": "incomplete", "message": message})
    ET.SubElement(case, "system-out").text = text(headline(result))


def add_check(suite: ET.Element, result: GateResult, check: Check) -> None:
    """The test case of a check."""
    case = ET.SubElement(suite, "testcase", {"name": text(check.name), "classname": class_name(result)})
    if check.outcome == "reported":
        ET.SubElement(case, "skipped", {"message": text(check.because)})
    if check.outcome == "failed":
        failure = ET.SubElement(case, "failure", {"type": check.kind, "message": text(sentence(check))})
        failure.text = text("\n".join(result.notes))
    ET.SubElement(case, "system-out").text = text(sentence(check))


def class_name(result: GateResult) -> str:
    """Where the cases stand in the tree of a CI: a point would open another level."""
    return text(f"{SUITE}.{result.dataset.replace('.', '_')}")


def text(value: str) -> str:
    """A text that XML can hold: it has no spelling for control characters, so they are spelt out."""
    return "\n".join(safe(line).plain for line in value.splitlines())
