"""What is noted of a plugin in a new process, and what is passed over."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from ferbench.testing.check import Failed
from ferbench.testing.place import Place
from ferbench.testing.processes import start
from ferbench.testing.processes.notes import Deed, Notes
from ferbench.testing.processes.start import in_new_process

PLUGIN = (Path("/plugins/mine"),)
OWN, LIBRARY = ("/plugins/mine/network.py", 7), ("/site-packages/timm/__init__.py", 3)
IMPORT = ("<frozen importlib._bootstrap>", 241)

METRIC = """
from ferbench.cards import MetricCard
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import MetricEntry
{body}

@hookimpl
def ferbench_metrics():
    card = MetricCard(name="mine", title="", direction="higher", range=(0.0, 1.0))
    return [MetricEntry(card=card, compute=lambda answers: 1.0)]
"""


DETECTOR = """
from ferbench.cards import DetectorCard
from ferbench.errors import ExtraNotInstalled
from ferbench.hookspecs import hookimpl
from ferbench.interfaces import DetectorEntry

CARD = DetectorCard(name="finder", summary="Finds", paper=None, code=None, licence=None, landmarks=False)

def opened():
    raise ExtraNotInstalled("It was to be opened.", "Its library is not here.", "Install it.")

@hookimpl
def ferbench_detectors():
    return [DetectorEntry(card=CARD, open=opened)]
"""


@pytest.mark.parametrize(
    ("frames", "passed_over"),
    [
        ((OWN,), False),
        ((LIBRARY, OWN), False),
        ((LIBRARY, IMPORT, OWN), True),
        ((OWN, IMPORT, LIBRARY), False),
        ((LIBRARY, IMPORT, LIBRARY), True),
        ((LIBRARY,), False),
    ],
)
def test_what_a_library_does_at_its_import_is_not_the_plugins_deed(frames, passed_over):
    """What the plugin does itself, or asks a library to do, is; its own import counts, wherever that comes from."""
    assert Deed("writes x", frames).by_import(PLUGIN) is passed_over


def test_the_line_of_the_plugin_is_named():
    """The innermost line of the plugin's own files."""
    deed = Deed("writes x", (LIBRARY, OWN, ("/plugins/mine/__init__.py", 1)))

    assert deed.described(PLUGIN) == "writes x in line 7 of /plugins/mine/network.py"
    assert Deed("writes x", (LIBRARY,)).described(PLUGIN) == "writes x"


def test_reading_is_no_deed(tmp_path):
    """Files opened for reading are noted apart, devices and what happens meanwhile not at all."""
    notes = Notes()
    with notes.taken():
        notes.hear("open", (str(tmp_path), "r", 0))
        notes.hear("open", ("/dev/null", "w", 1))
        notes.hear("open", (3, "w", 1))
    notes.hear("open", (str(tmp_path), "w", 1))

    assert notes.opened == [str(tmp_path)]
    assert notes.deeds == []


def test_the_network_is_refused():
    """Whatever a plugin asks for, nobody is asked."""
    notes = Notes()
    with notes.taken(), pytest.raises(ConnectionRefusedError):
        notes.hear("socket.getaddrinfo", ("example.org", 443))

    assert notes.deeds == ["uses the network (socket.getaddrinfo example.org, 443)"]


def place(tmp_path, body):
    """The place of a metric with something in its module."""
    path = tmp_path / "mine.py"
    path.write_text(METRIC.format(body=body), encoding="utf-8")
    return Place("mine", str(path))


def test_what_a_plugin_prints_is_no_answer(tmp_path):
    """Neither stdout nor an exit handler can spoil the document."""
    assert in_new_process("discover", place(tmp_path, "print('{}')"))["heavy"] == []


def test_a_plugin_that_does_not_end_is_given_up(tmp_path, monkeypatch):
    """A check has a time limit."""
    monkeypatch.setattr(start, "SECONDS", 2)

    with pytest.raises(Failed, match="did not end within 2 s"):
        in_new_process("discover", place(tmp_path, "import time; time.sleep(60)"))


def test_a_plugin_that_raises_there_alone_is_quoted(tmp_path):
    """The error of the new process is raised here, naming the plugin."""
    from ferbench.errors import PluginError

    with pytest.raises(PluginError, match="only here"):
        in_new_process("discover", place(tmp_path, "raise ValueError('only here')"))


def test_a_library_that_is_missing_there_is_no_fault(tmp_path):
    """What the plugin says of an extra stays that, so that a check is skipped and not failed."""
    from ferbench.errors import ExtraNotInstalled

    path = tmp_path / "mine.py"
    path.write_text(DETECTOR, encoding="utf-8")

    with pytest.raises(ExtraNotInstalled, match="not here"):
        in_new_process("open_detector", Place("mine", str(path)), name="finder", options={})


def test_the_new_process_is_this_python(tmp_path):
    """The same interpreter, with what can be imported here."""
    (tmp_path / "found_here.py").write_text("", encoding="utf-8")
    body = f"import found_here, sys; assert sys.executable == {sys.executable!r}"
    sys.path.append(str(tmp_path))
    try:
        assert in_new_process("discover", place(tmp_path, body))["deeds"] == []
    finally:
        sys.path.remove(str(tmp_path))
