"""The catalog: names, near names, clashes, and the hash of a plugin's source."""

from __future__ import annotations

import pytest

from ferbench.cards import MetricCard
from ferbench.catalog import Catalog, Origin, Registered, Shelf, sources_sha256
from ferbench.errors import PluginError, UnknownName
from ferbench.interfaces import MetricEntry


def registered(name, plugin="theirs"):
    """A metric of a plugin."""
    card = MetricCard(name=name, title=name, direction="higher", range=(0.0, 1.0))
    origin = Origin(plugin=plugin, distribution=f"{plugin}-dist", version="1", sources=(), sha256="")
    return Registered(entry=MetricEntry(card=card, compute=lambda answers: 1.0), origin=origin)


@pytest.fixture
def shelf():
    """Three metrics, one of them given twice."""
    shelf = Shelf("metric")
    for item in (registered("accuracy"), registered("uar"), registered("ece", "one"), registered("ece", "two")):
        shelf.add(item)
    return shelf


def test_entries_come_by_name_and_in_order(shelf):
    """A name gives its entry; iterating gives those that can be had, in the order in which they came."""
    assert shelf.get("uar").entry.card.name == "uar"
    assert [item.entry.card.name for item in shelf] == ["accuracy", "uar"]
    assert "ece" in shelf
    assert "nll" not in shelf


@pytest.mark.parametrize(("asked", "near"), [("acuracy", "'accuracy'"), ("Accuracy", "'accuracy'"), ("uarr", "'uar'")])
def test_unknown_names_suggest_near_ones(shelf, asked, near):
    """What was asked, how many there are, what was probably meant, and how to list all."""
    with pytest.raises(UnknownName) as caught:
        shelf.get(asked)

    assert caught.value.asked == f"The metric {asked!r} was asked for."
    assert "3 others" in caught.value.found
    assert f"Did you mean {near}" in caught.value.todo
    assert "ferbench list metrics" in caught.value.todo


def test_names_like_nothing_suggest_nothing(shelf):
    """No guess where nothing is near."""
    with pytest.raises(UnknownName) as caught:
        shelf.get("zzz")

    assert "Did you mean" not in caught.value.todo


def test_data_sets_are_listed_by_the_command_that_exists():
    """The kind with a space in its name leads to `ferbench list datasets`."""
    with pytest.raises(UnknownName, match="ferbench list datasets"):
        Catalog().datasets.get("rafdb")


def test_a_clash_is_an_error_for_who_asks(shelf):
    """Both plugins are named with distribution and version; the list of clashes has them too."""
    with pytest.raises(PluginError, match=r"one \(one-dist 1\) and two \(two-dist 1\)"):
        shelf.get("ece")
    assert shelf.clashes() == {"ece": ["one", "two"]}


def test_the_hash_of_a_source_follows_every_python_file(tmp_path):
    """Another byte, another name, another file: another hash; what is no Python does not matter."""
    package = tmp_path / "theirs"
    package.mkdir()
    (package / "__init__.py").write_text("x = 1", encoding="utf-8")
    hashes = [hash_of(package)]
    (package / "__init__.py").write_text("x = 2", encoding="utf-8")
    hashes.append(hash_of(package))
    (package / "more.py").write_text("", encoding="utf-8")
    hashes.append(hash_of(package))
    (package / "more.py").rename(package / "other.py")
    hashes.append(hash_of(package))

    assert len(set(hashes)) == 4
    (package / "README.md").write_text("read me", encoding="utf-8")
    assert hash_of(package) == hashes[-1]


def hash_of(package):
    """The hash of a package as it is now."""
    return sources_sha256((package,))


def test_the_hash_of_a_source_does_not_depend_on_where_it_lies(tmp_path):
    """A copy of a plugin in another folder is the same plugin."""
    for folder in ("one", "two"):
        (tmp_path / folder / "theirs").mkdir(parents=True)
        (tmp_path / folder / "theirs" / "__init__.py").write_text("x = 1", encoding="utf-8")

    assert sources_sha256((tmp_path / "one" / "theirs",)) == sources_sha256((tmp_path / "two" / "theirs",))
