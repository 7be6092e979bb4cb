"""Thirty installed plugins: all are listed, and nobody pays for the torch of a network that is not asked for.

`benchmarks/discovery_200.py` measures what 200 of them add in seconds.
"""

from __future__ import annotations

import pytest

from benchmarks.discovery_200 import install, listed, measured

PLUGINS = 30


@pytest.fixture(scope="module")
def folders(tmp_path_factory):
    """A folder without a plugin, and one in which thirty are installed."""
    empty, full = (tmp_path_factory.mktemp(name) for name in ("empty", "full"))
    install(full, PLUGINS)
    return empty, full


def test_every_plugin_is_listed_and_none_imports_torch(folders):
    """`ferbench list models` in a new process, without and with them."""
    (before, alone), (after, together) = map(listed, folders)

    assert after - before == PLUGINS
    assert (alone, together) == ("no torch", "no torch")


def test_a_plugin_that_imports_torch_is_noticed(tmp_path):
    """One among them is enough: the look at a new process is none that cannot fail."""
    install(tmp_path, 2)
    module = tmp_path / "ferbench_model_1.py"
    module.write_text("import torch\n" + module.read_text(encoding="utf-8"), encoding="utf-8")

    assert listed(tmp_path)[1] == "torch"


def test_the_bars_of_the_benchmark_hold_or_not():
    """Seconds that are added, by the median of the pairs, against 0.3 s; torch against never."""
    quick, none = measured([(1.0, 1.1), (1.0, 1.2), (1.0, 3.0)], 200, imports_torch=False)
    slow, heavy = measured([(1.0, 1.4)], 200, imports_torch=True)

    assert (round(quick.value, 6), quick.holds, none.holds) == (0.2, True, True)
    assert (round(slow.value, 6), slow.holds, heavy.holds) == (0.4, False, False)
