"""A verdict in every place where it is shown: the same numbers, and names of strangers that do nothing there."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from xml.etree import ElementTree as ET

import pytest
from rich.console import Console

from ferbench.gate.findings import Check, GateResult, Party
from ferbench.leaderboard.statistics.paired import PairedCounts
from ferbench.report.gate_github import command, workflow_commands
from ferbench.report.gate_junit import junit
from ferbench.report.gate_markdown import markdown
from ferbench.report.gate_table import GateReport
from ferbench.report.gate_texts import sentence

#: Ends a line, a cell, a tag, a workflow command and a JUnit element; pings somebody; hides and colours text.
HOSTILE = 'a%\n::error::b|c` <script>x</script> ]]> & "q" @someone #12 [l](http://e.vil) \x1b[31m\x00\u202e,:end'

FAILED = Check(
    name="accuracy",
    kind="metric",
    outcome="failed",
    allowed=0.5,
    worse_by=3.21,
    unit="points",
    baseline=0.9141,
    new=0.882,
    p=0.00041,
)
PASSED = Check(name="nll", kind="metric", outcome="passed", allowed=0.1, worse_by=-0.02, baseline=0.3, new=0.28, p=0.9)
DRIFTED = Check(name="max_abs_logit", kind="drift", outcome="failed", allowed=1e-4, worse_by=0.0312)
SLOW = Check(
    name="latency_model_ms_p50",
    kind="latency",
    outcome="failed",
    allowed=1.2,
    worse_by=1.31,
    unit="ms",
    baseline=2.0,
    new=2.62,
)
APART = replace(SLOW, outcome="reported", worse_by=None, because="measured apart")


def result(*checks, **changes):
    """A verdict."""
    side = Party(run_id="3f2a9c41-0000", model="tiny_cnn", weights="new.pth", weights_sha256="0" * 64, input="official")
    facts = {
        "baseline": side,
        "new": replace(side, run_id="8b07d5e2-0000"),
        "dataset": "synthetic",
        "split": "test",
        "n": 3200,
        "other_pixels": 0,
        "alpha": 0.05,
        "fail_on": "both",
        "counts": PairedCounts(both=2800, first=130, second=27, neither=243),
        "detectable": 0.0125,
        "unanswered": 0,
        "checks": checks,
        "notes": ("The baseline is not ranked: random weights.",),
    }
    return GateResult(**{**facts, **changes})


def hostile(**changes):
    """A verdict in which everything has a hostile name."""
    side = Party(run_id=HOSTILE, model=HOSTILE, weights=HOSTILE, weights_sha256="", input=HOSTILE)
    checks = [replace(check, name=HOSTILE) for check in (FAILED, APART)]
    named = {"baseline": side, "new": side, "dataset": HOSTILE, "split": HOSTILE, "notes": (HOSTILE,)}
    return result(*checks, **named, **changes)


def printed(found, width=120):
    """What the terminal shows."""
    console = Console(width=width, record=True, file=None, quiet=False, force_terminal=False)
    with console.capture() as captured:
        console.print(GateReport(found))
    return captured.get()


def test_the_terminal_shows_every_check():
    """Verdict, values, drops in their units, p-values, both sides."""
    shown = printed(result(FAILED, PASSED, DRIFTED, APART))

    assert shown.startswith("gate FAILED: tiny_cnn on synthetic (test), 3,200 images\n")
    for words in (
        ("accuracy", "91.41", "88.20", "+3.21 points", "0.5 points", "0.0004", "FAILED"),
        ("nll", "0.3000", "0.2800", "-0.0200", "0.1", "0.9000", "passed"),
        ("max_abs_logit", "0.0312", "0.0001", "FAILED"),
        ("latency_model_ms_p50", "2.000 ms", "2.620 ms", "1.2 times", "reported"),
        ("baseline", "tiny_cnn", "new.pth", "3f2a9c41"),
    ):
        assert any(all(word in line for word in words) for line in shown.splitlines()), words
    assert "not judged: measured apart" in shown
    assert "Right in the baseline alone 130, in the new run alone 27" in shown
    assert "1.25 points is told from chance four times in five" in shown


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "p < 0.05 and its drop is larger than allowed"),
        ({"fail_on": "significant", "alpha": 0.01}, "p < 0.01, however small"),
        ({"fail_on": "drop"}, "be it by chance"),
        ({"unanswered": 3}, "3 images have no answer"),
    ],
)
def test_the_rule_is_said(changes, words):
    """When this gate fails, in words; a gate without metrics has no such rule."""
    assert words in printed(result(FAILED, **changes))
    assert "A metric fails" not in printed(result(DRIFTED))


def test_junit_has_a_case_for_each_check():
    """One for the evaluation, too; totals that add up; failures with the sentence, skipped ones with the reason."""
    root = ET.fromstring(junit(result(FAILED, PASSED, APART, SLOW)))
    (suite,) = root
    cases = {case.get("name"): case for case in suite}

    assert (suite.get("tests"), suite.get("failures"), suite.get("errors"), suite.get("skipped")) == (
        "5",
        "2",
        "0",
        "1",
    )
    assert [case.get("name") for case in suite] == ["evaluation", "accuracy", "nll", *["latency_model_ms_p50"] * 2]
    assert cases["accuracy"].find("failure").get("message") == sentence(FAILED)
    assert cases["nll"].find("failure") is None
    assert suite[3].find("skipped").get("message") == "measured apart"


def test_an_incomplete_run_is_an_error_in_junit():
    """The evaluation itself went wrong, which is no failure of a check."""
    (suite,) = ET.fromstring(junit(result(PASSED, unanswered=2)))

    assert (suite.get("errors"), suite.get("failures")) == ("1", "0")
    assert suite[0].find("error").get("message").startswith("2 images have no answer")


#: What the schema that Jenkins publishes for JUnit files lets an element have: attributes, then children in order.
SCHEMA = {
    "testsuites": ({"name", "tests", "failures", "errors", "time", "disabled"}, ["testsuite"]),
    "testsuite": (
        {
            "name",
            "tests",
            "failures",
            "errors",
            "skipped",
            "time",
            "disabled",
            "timestamp",
            "hostname",
            "id",
            "package",
        },
        ["properties", "testcase", "system-out", "system-err"],
    ),
    "testcase": (
        {"name", "classname", "assertions", "time", "status"},
        ["skipped", "error", "failure", "system-out", "system-err"],
    ),
    "failure": ({"message", "type"}, []),
    "error": ({"message", "type"}, []),
    "skipped": ({"message", "type"}, []),
    "system-out": (set(), []),
}


@pytest.mark.parametrize("found", [result(FAILED, PASSED, APART, DRIFTED), result(unanswered=1), hostile()])
def test_junit_is_as_its_schema_says(found):
    """Known elements in their order, known attributes, required names."""
    root = ET.fromstring(junit(found))
    for element in root.iter():
        attributes, children = SCHEMA[element.tag]
        order = [children.index(child.tag) for child in element]

        assert set(element.keys()) <= attributes
        assert order == sorted(order)
        assert element.tag not in {"testsuite", "testcase"} or element.get("name")
    assert root.tag == "testsuites"


def test_names_do_nothing_in_junit():
    """They come back as text, with control characters spelt out."""
    (suite,) = ET.fromstring(junit(hostile()))
    name = suite[1].get("name")

    assert len(suite) == 3
    assert '::error::b|c` <script>x</script> ]]> & "q" @someone' in name
    assert r"\x1b[31m\x00\u202e" in name


def test_markdown_shows_what_the_terminal_shows():
    """A heading, a table of checks, both sides, remarks: four blocks of which every row has as many cells."""
    heading, checks, parties, remarks = [unescape(block) for block in markdown(result(FAILED, APART)).split("\n\n")]

    assert heading == "### gate FAILED: tiny_cnn on synthetic (test), 3,200 images"
    assert "| accuracy | 91.41 | 88.20 | +3.21 points | 0.5 points | 0.0004 | FAILED |" in checks
    assert {line.count("|") for line in checks.splitlines()} == {8}
    assert {line.count("|") for line in parties.splitlines()} == {5}
    assert "- The baseline is not ranked: random weights." in remarks


def test_names_do_nothing_in_markdown():
    """No markup, tag, cell, link or mention is left; what is read is the name, control characters spelt out."""
    text = markdown(hostile())
    stripped = re.sub(r"&#\d+;", "", text)

    assert not set(stripped) & set("<>`[]()@_*!\\~\x1b\x00\u202e")
    assert {line.count("|") for line in stripped.splitlines() if line.startswith("|")} == {8, 5}
    assert [line for line in stripped.splitlines() if "#" in line.removeprefix("###")] == []
    shown = unescape(text).replace("\u200b", "")
    assert r"a%\n::error::b|c` <script>x</script> ]]> & " in shown
    assert "@someone" not in unescape(text)


def test_github_gets_commands():
    """An error a failed check, a warning for what was not judged, the verdict as a notice."""
    lines = workflow_commands(result(FAILED, PASSED, APART))

    assert lines == [
        f"::error title=accuracy::{sentence(FAILED)}",
        f"::warning title=latency_model_ms_p50::{sentence(APART)}",
        "::notice title=ferbench gate::gate FAILED: tiny_cnn on synthetic (test), 3,200 images",
    ]
    assert workflow_commands(result(unanswered=4))[0].startswith("::error title=ferbench gate::4 images")


def test_names_do_nothing_in_commands():
    """One line each, with %, line ends and, in the title, colons and commas as the runner wants them."""
    for line in workflow_commands(hostile()):
        assert line.splitlines() == [line]
        assert line.isprintable()
        assert re.match(r"::(error|warning|notice) title=[^:,]*::", line)
    assert command("error", "a:b,c%", "50%\nnext\r\nline") == "::error title=a%3Ab%2Cc%25::50%25%0Anext%0Aline"


def test_names_do_nothing_in_the_terminal():
    """Control characters are spelt out and markup of rich is text."""
    shown = printed(hostile(), width=400)

    assert all(char.isprintable() or char == "\n" for char in shown)
    assert r"\x1b[31m\x00" in shown
    assert not any(line.lstrip().startswith("::") for line in shown.splitlines())
