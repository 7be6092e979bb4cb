"""What a name of a new plugin becomes, and which names are refused."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ferbench.catalog import Catalog, PluginReport
from ferbench.errors import UsageError
from ferbench.plugin_manager import build_catalog
from ferbench.scaffold.names import LONGEST, Names, names_of, require_free


@pytest.mark.parametrize("asked", ["My.Net", "my-net", "MY__NET", "my_net", "ferbench-my-net", "Ferbench_My-.Net"])
def test_spellings_of_one_name_are_one(asked):
    """Package indexes take them for the same, and so does everything that is derived."""
    names = names_of(asked)

    assert (names.name, names.distribution, names.package) == ("my_net", "ferbench-my-net", "ferbench_my_net")


@pytest.mark.parametrize(
    "asked",
    [
        *("", ".", "..", "-", "_x", "x_", "-x", "x-", "2net", "a b", "a/b", "../a", "a\\b", "/etc/a", "C:a", "a:b"),
        *("nät", "a\n", "a\x00", "$a", "a;b", "'", '"', "{{a}}", "--kind", "x" * (LONGEST + 1)),
    ],
)
def test_what_is_no_name_of_a_package_is_refused(asked):
    """Nothing of it could lead out of the folder, or into a shell."""
    with pytest.raises(UsageError, match="letters, digits"):
        names_of(asked)


@pytest.mark.parametrize("asked", ["class", "import", "ferbench-class", "Lambda", "ferbench-2net"])
def test_what_is_no_name_in_python_is_refused(asked):
    """Words of the language, and what begins with a digit."""
    with pytest.raises(UsageError, match="cannot name a Python module"):
        names_of(asked)


@given(st.from_regex(r"[A-Za-z][A-Za-z0-9._-]{0,20}[A-Za-z0-9]", fullmatch=True))
def test_derived_names_are_names(asked):
    """Whatever is not refused names a module, and reading it again changes nothing."""
    try:
        names = names_of(asked)
    except UsageError:
        return
    assert names.name.isidentifier()
    assert names.package.isidentifier()
    assert names_of(names.name) == names
    assert names_of(names.distribution) == names


@pytest.mark.parametrize(
    ("taken", "owner"),
    [
        *(("poster_v2", "poster_v2"), ("tiny_cnn", "synthetic"), ("rafdb", "datasets"), ("uar", "metrics")),
        *(("mtcnn", "mtcnn"), ("onnx", "exported"), ("metrics", "metrics")),
    ],
)
def test_what_ferbench_knows_is_refused(taken, owner):
    """The message says which plugin has the name."""
    with pytest.raises(UsageError, match=rf"The plugin '{owner}' of ferbench "):
        require_free(Names(name=taken), "nowhere_to_be_found", build_catalog())


def test_the_name_of_a_broken_plugin_is_refused():
    """It is taken, though nobody knows what it gives."""
    catalog = Catalog(reports=[PluginReport(name="mine", origin=None, error="a traceback", reason="it raised")])

    with pytest.raises(UsageError, match="which is broken"):
        require_free(Names(name="mine"), "ferbench_mine", catalog)


def test_a_module_that_is_there_is_refused():
    """A package or a file of that name would hide it."""
    with pytest.raises(UsageError, match="Its module would be ferbench_backbones"):
        require_free(Names(name="backbones"), "ferbench_backbones", Catalog())
    with pytest.raises(UsageError, match="Its module would be json"):
        require_free(Names(name="json"), json.__name__, Catalog())
    require_free(Names(name="json"), "ferbench_json", Catalog())


def test_looking_for_a_module_does_not_import_it():
    """`antigravity` would open a browser."""
    code = (
        "import sys; from ferbench.catalog import Catalog; from ferbench.scaffold.names import Names, require_free\n"
        "try:\n    require_free(Names(name='antigravity'), 'antigravity', Catalog())\n"
        "except Exception as error:\n    print(type(error).__name__, 'antigravity' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "UsageError False\n"
