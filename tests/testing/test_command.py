"""`ferbench plugin check`: exit codes, documents, and what is said to people."""

from __future__ import annotations

import json
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from ferbench.cli.app import status_of
from ferbench.testing import CHECKS, checks_for

HERE = Path(__file__).parent
SOUND = HERE / "sound.py"
PLUGINS = HERE / "faulty_plugins"
(RANGE,) = (check for check in CHECKS if check.name == "range")

#: A metric that prints, and gets its range wrong.
LOUD = """
from ferbench.cards import MetricCard
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import MetricEntry

def percent(answers):
    print("computing")
    return 100 * float(answers.correct.mean()) if answers.y_true.size else float("nan")

@hookimpl
def ferbench_metrics():
    card = MetricCard(name="loud", title="A share", direction="higher", range=(0.0, 1.0))
    return [MetricEntry(card=card, compute=percent)]
"""


@pytest.fixture
def call(capsys):
    """`ferbench plugin check` in this process: exit code, stdout, stderr."""

    def run(*arguments):
        status = status_of(["plugin", "check", *map(str, arguments)])
        out, err = capsys.readouterr()
        return status, out, err

    return run


@pytest.fixture
def loud(tmp_path):
    """The plugin file."""
    path = tmp_path / "loud.py"
    path.write_text(LOUD, encoding="utf-8")
    return path


def test_a_sound_metric_passes(call):
    """Exit 0, a line that counts, and a row for every check."""
    status, out, _ = call("accuracy")

    assert status == 0
    assert "metric accuracy: 13 pass, 0 fail, 1 not applicable" in out
    assert [check.name for check in checks_for("metric") if check.name not in out] == []


def test_a_failed_check_says_what_to_do(call, loud):
    """Exit 1; what was found, what was asked, how to mend it and where it is explained."""
    status, out, _ = call("loud", "--plugin", loud)

    assert status == 1
    for text in (
        "lies outside of 0 to 1",
        "asked: Every value lies in the range of the card.",
        "to do: Correct MetricCard.range",
        f"see: {RANGE.docs}",
    ):
        assert text in out


def test_the_document_is_clean(call, loud):
    """One JSON document on stdout, whatever the plugin prints; every result has all its parts."""
    status, out, _ = call("loud", "--plugin", loud, "--json")
    document = json.loads(out)

    assert status == 1
    assert (document["name"], document["kind"], document["plugin"]) == ("loud", "metric", "loud")
    assert document["passed"] is False
    assert [check["check"] for check in document["checks"]] == [check.name for check in checks_for("metric")]
    assert all(set(check) == {"check", "outcome", "finding", "asks", "mend", "docs"} for check in document["checks"])
    assert {check["check"] for check in document["checks"] if check["outcome"] == "fail"} == {"range", "direction"}


def test_junit_is_written(call, loud, tmp_path):
    """A test case for each check, failures and skips with their reasons."""
    target = tmp_path / "checks.xml"
    call("loud", "--plugin", loud, "--junit", target)
    suite = ET.parse(target).getroot()
    cases = {case.get("name"): case for case in suite.iter("testcase")}

    assert (suite.get("tests"), suite.get("failures"), suite.get("skipped")) == (str(len(cases)), "2", "1")
    assert list(cases) == [check.name for check in checks_for("metric")]
    assert "lies outside" in cases["range"].find("failure").get("message")
    assert cases["reference"].find("skipped").get("message").startswith("not applicable: ")
    assert cases["pure"].find("failure") is None


def test_junit_that_cannot_be_written_is_missing(call):
    """A folder that is not there ends with 4."""
    assert call("accuracy", "--junit", "/nowhere/checks.xml")[0] == 4


def test_a_name_of_several_kinds_is_refused(call):
    """Exit 2, and the option that settles it; with it the one that is meant is checked."""
    status, _, err = call("sound", "--plugin", SOUND)

    assert status == 2
    assert "a model and a dataset and a metric and a detector" in err
    assert "--kind model" in err
    assert "metric sound: 14 pass, 0 fail" in call("sound", "--plugin", SOUND, "--kind", "metric")[1]


def test_names_that_nobody_gives_are_refused(call):
    """Exit 2 for a name, for a name of another kind, and for a check that is to be left out."""
    assert call("no_such_thing")[0] == 2
    assert call("accuracy", "--kind", "model")[0] == 2
    assert call("accuracy", "--without", "no-such-check")[0] == 2
    assert "class-counts" in call("accuracy", "--without", "no-such-check")[2]
    assert "Did you mean 'image-order'" in call("accuracy", "--without", "image_order")[2]


def test_a_detector_is_checked(call):
    """Its checks, by its name alone."""
    status, out, _ = call("sound", "--plugin", SOUND, "--kind", "detector")

    assert status == 0
    assert "detector sound: " in out
    assert [check.name for check in checks_for("detector") if check.name not in out] == []


def test_what_is_missing_ends_with_4(call, tmp_path):
    """A data set without its folder, a checkpoint that is not there."""
    assert call("rafdb")[0] == 4
    assert call("rafdb", "--data-root", tmp_path / "nowhere")[0] == 4
    assert call("tiny_cnn", "--weights", tmp_path / "nowhere.pth")[0] == 4


def test_a_plugin_that_cannot_be_loaded_ends_with_2(call, tmp_path):
    """The drop-in that is to be checked must load."""
    path = tmp_path / "broken.py"
    path.write_text("raise ValueError('broken on purpose')", encoding="utf-8")
    status, _, err = call("anything", "--plugin", path)

    assert status == 2
    assert "broken on purpose" in err
