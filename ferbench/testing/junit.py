"""Results as JUnit XML, which most services of continuous integration read."""

from __future__ import annotations

from typing import TYPE_CHECKING
from xml.etree import ElementTree as ET

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ferbench.testing.check import Result


def junit_xml(subject: str, results: Sequence[Result]) -> bytes:
    """One test suite with a test case for each check, in UTF-8."""
    count = {outcome: sum(result.outcome == outcome for result in results) for outcome in ("fail", "pass")}
    suite = ET.Element(
        "testsuite",
        name=printable(f"ferbench plugin check {subject}"),
        tests=str(len(results)),
        failures=str(count["fail"]),
        errors="0",
        skipped=str(len(results) - count["fail"] - count["pass"]),
    )
    for result in results:
        add_case(suite, subject, result)
    xml: bytes = ET.tostring(suite, encoding="utf-8", xml_declaration=True)
    return xml


def add_case(suite: ET.Element, subject: str, result: Result) -> None:
    """The test case of one check."""
    case = ET.SubElement(suite, "testcase", classname=printable(f"ferbench.{subject}"), name=result.check.name)
    finding = printable(result.finding)
    if result.outcome == "fail":
        failure = ET.SubElement(case, "failure", message=finding)
        failure.text = f"{result.check.mend}\n{result.check.docs}"
    elif result.outcome == "pass":
        ET.SubElement(case, "system-out").text = finding
    else:
        ET.SubElement(case, "skipped", message=f"{result.outcome}: {finding}")


def printable(text: str) -> str:
    """A text without what XML cannot hold: control characters, lone halves of surrogate pairs."""
    return "".join(char if char.isprintable() or char == "\n" else ascii(char)[1:-1] for char in text)
