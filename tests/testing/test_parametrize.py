"""`parametrize_with_checks`: a test for each plugin and check, in a pytest of its own."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from ferbench.errors import UnknownName
from ferbench.testing import CHECKS, checks_for, parametrize_with_checks

ROOT = Path(__file__).parents[2]
(RANGE,) = (check for check in CHECKS if check.name == "range")

TESTS = """
from pathlib import Path

from ferbench.cards import MetricCard
from ferbench.interfaces import MetricEntry
from ferbench.testing import parametrize_with_checks


def percent(answers):
    return 100 * float(answers.correct.mean()) if answers.y_true.size else float("nan")


ENTRY = MetricEntry(card=MetricCard(name="percent", title="", direction="higher", range=(0.0, 1.0)), compute=percent)


@parametrize_with_checks(["accuracy", ENTRY], without=["image-order"])
def test_metrics(check):
    check()


@parametrize_with_checks(["sound"], kind="metric", files=[Path({sound!r})])
def test_file(check):
    check()


@parametrize_with_checks(["rafdb"], without=["counts"])
def test_data_that_are_not_here(check):
    check()
"""


@pytest.fixture(scope="module")
def done(tmp_path_factory):
    """What pytest says of a test file that an author would write."""
    folder = tmp_path_factory.mktemp("author")
    sound = ROOT / "tests" / "testing" / "sound.py"
    (folder / "test_mine.py").write_text(TESTS.format(sound=str(sound)), encoding="utf-8")
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", "-rA", "--rootdir", str(folder), str(folder)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False).stdout


def test_ids_name_plugin_and_check(done):
    """One test for each pair, by readable names; what is left out is not collected."""
    names = [check.name for check in checks_for("metric") if check.name != "image-order"]
    counted = [name for name in names if f"test_metrics[accuracy-{name}]" in done or name == "reference"]

    assert counted == names
    assert "accuracy-image-order" not in done
    assert "test_mine.py::test_file[sound-reference]" in done


def test_a_failure_says_what_to_do(done):
    """What was found, how to mend it, and the page, without a traceback."""
    assert "test_mine.py::test_metrics[percent-range]" in done
    assert "found: [100.] lies outside of 0 to 1" in done
    assert "to do: Correct MetricCard.range" in done
    assert f"see: {RANGE.docs}" in done
    assert "Traceback" not in done


def test_skips_say_why(done):
    """Checks that are not applicable are skipped tests; an entry cannot be found by a new process."""
    assert "not applicable: the entry names no reference" in done
    assert "not applicable: an entry was handed over, which no new process could find" in done


def test_data_that_are_not_here_are_skipped(done):
    """One skipped test for each check, and what to do about it; the other tests of the file run."""
    names = [check.name for check in checks_for("dataset") if check.name != "counts"]

    assert f"SKIPPED [{len(names)}]" in done
    assert "skipped: No folder is configured for it." in done
    assert "--data-root" in done


def test_a_check_that_is_none_cannot_be_left_out():
    """A misspelt name leaves nothing out; the error names the check that was meant."""
    with pytest.raises(UnknownName, match="Did you mean 'image-order'"):
        parametrize_with_checks(["accuracy"], without=["image_order"])


def test_only_the_planted_failures_fail(done):
    """Nothing else fails: the percentage breaks its range, and the end of it."""
    assert "2 failed" in done


def test_importing_the_kit_imports_neither_torch_nor_pytest():
    """The kit is cheap to import; pytest is needed by its tests alone."""
    code = "import ferbench.testing, sys; assert not {'torch', 'pytest', '_pytest', 'timm'} & set(sys.modules)"
    subprocess.run([sys.executable, "-c", code], check=True, cwd=ROOT)
