"""The documentation says what the program does: commands, hooks, metrics, codes, fields, links."""

from __future__ import annotations

import inspect
import re
import subprocess
import sys
from dataclasses import fields

import pytest

from ferbench import cards, config, errors, hookspecs, results
from ferbench.emotions import NAMED_ORDERS
from ferbench.leaderboard.schema import METADATA
from ferbench.plugin_manager import build_catalog
from ferbench.spec import RunSpec
from tests.docs_help import fixed_environment, root
from tests.docs_pages import DOCS, ROOT, anchors, command_lines, headings, links, marked, name_of, pages, prose

REFERENCE = DOCS / "reference"


def code_words(page):
    """Everything that stands in backticks in the prose of a page."""
    return set(re.findall(r"`([^`\n]+)`", prose(page)))


def test_commands_are_documented_as_they_are():
    """commands.md is what `python -m tests.docs_help` prints: the help of every command, word for word."""
    command = [sys.executable, "-m", "tests.docs_help"]
    done = subprocess.run(command, cwd=ROOT, env=fixed_environment(), capture_output=True, check=True)

    assert (REFERENCE / "commands.md").read_text(encoding="utf-8") == done.stdout.decode("utf-8")


def test_data_sets_are_documented_as_their_cards_say():
    """datasets.md is what `python -m tests.docs_datasets` prints: the facts of every card."""
    done = subprocess.run([sys.executable, "-m", "tests.docs_datasets"], cwd=ROOT, capture_output=True, check=True)

    assert (REFERENCE / "datasets.md").read_text(encoding="utf-8") == done.stdout.decode("utf-8")


@pytest.mark.parametrize(
    ("page", "words"), list(command_lines()), ids=lambda value: " ".join(value) if isinstance(value, list) else ""
)
def test_command_lines_name_what_there_is(page, words):
    """Every `ferbench` line in a shell block names a command, and options that this command has."""
    command = root()
    while words and words[0] in getattr(command, "commands", {}):
        command, words = command.commands[words[0]], words[1:]
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}

    assert not getattr(command, "commands", {}), f"{name_of(page)} names no command"
    assert {word for word in words if word.startswith("--")} <= known | {"--help"}


def test_hooks_have_a_heading_with_their_signature():
    """Every hook stands in a how-to page as a heading, with its exact signature."""
    hooks = [hook for name, hook in vars(hookspecs).items() if name.startswith("ferbench_")]
    signatures = {f"`{hook.__name__}{str(inspect.signature(hook)).replace(chr(39), '')}`" for hook in hooks}
    found = {text for page in (DOCS / "how-to").glob("*.md") for text in headings(page)}

    assert len(signatures) == 5
    assert signatures <= found


def test_metrics_are_documented():
    """Every metric that comes with ferbench has its name in metrics.md, and the number of them is right."""
    names = {item.entry.card.name for item in build_catalog().metrics if item.origin.plugin == "metrics"}

    assert names <= code_words(REFERENCE / "metrics.md")
    assert f"{len(names)}, from accuracy to calibration" in (DOCS / "index.md").read_text(encoding="utf-8")


def test_everything_that_comes_with_ferbench_is_on_the_first_page():
    """The models and data sets of the installed plugins stand on the first page."""
    catalog = build_catalog()
    names = {
        item.entry.card.name
        for shelf in (catalog.models, catalog.datasets)
        for item in shelf
        if item.origin.distribution == "ferbench"
    }

    assert names <= code_words(DOCS / "index.md")


def test_exit_codes_are_documented():
    """Every error class stands in the row of its exit code, every code in the table of the README."""
    row_of = dict(re.findall(r"^\| (\d+) \|(.*)$", prose(REFERENCE / "exit-codes.md"), re.MULTILINE))
    classes = [item for item in vars(errors).values() if isinstance(item, type)]
    codes = {value for name, value in vars(errors).items() if name.startswith("EXIT_")}
    codes |= {item.exit_code for item in classes}

    assert set(row_of) == {str(code) for code in codes}
    assert [item.__name__ for item in classes if f"`{item.__name__}`" not in row_of[str(item.exit_code)]] == []
    assert set(re.findall(r"^\| (\d+) \|", prose(ROOT / "README.md"), re.MULTILINE)) == set(row_of)


@pytest.mark.parametrize(
    "card",
    [
        *(cards.ModelCard, cards.Preprocess, cards.WeightsRules, cards.WeightsCard),
        *(cards.DatasetCard, cards.MetricCard, cards.DetectorCard),
    ],
)
def test_fields_of_cards_are_documented(card):
    """Every field of every card stands in the section of that card."""
    text = prose(REFERENCE / "cards.md")
    section = text[text.index(f"## {card.__name__}\n") :].split("\n## ")[0]

    assert {item.name for item in fields(card)} <= set(re.findall(r"`([^`\n]+)`", section))


def test_named_orders_are_documented():
    """Every named class order stands in cards.md with its classes in order."""
    text = prose(REFERENCE / "cards.md")

    assert [name for name, order in NAMED_ORDERS.items() if f"| `{name}` | {', '.join(order)} |" not in text] == []


def test_fields_of_cost_are_documented():
    """Every field of a cost stands in record.md."""
    assert {item.name for item in fields(results.Cost)} <= code_words(REFERENCE / "record.md")


def test_tables_and_columns_are_documented():
    """Every table of the database and every column stand in database.md."""
    names = set(METADATA.tables) | {column.name for table in METADATA.tables.values() for column in table.columns}

    assert names <= code_words(REFERENCE / "database.md")


def test_configuration_is_documented():
    """Every section of ferbench.toml, and every environment variable that is no option, stand in configuration.md."""
    text = (REFERENCE / "configuration.md").read_text(encoding="utf-8")
    sources = [path.read_text(encoding="utf-8") for path in (ROOT / "ferbench").rglob("*.py")]
    variables = set(re.findall(r'environ(?:\.get\(|\[)"(FERBENCH_\w+)"', "\n".join(sources)))

    assert len(variables) >= 6
    assert [name for name in variables if f"`{name}`" not in text] == []
    assert [name for name in config._SECTIONS if f"[{name}]" not in text] == []


def test_environment_variables_exist():
    """No page names a FERBENCH_ variable that nothing reads."""
    sources = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "ferbench").rglob("*.py"))
    options = (REFERENCE / "commands.md").read_text(encoding="utf-8")
    named = {
        name for page in pages() for name in re.findall(r"FERBENCH_[A-Z_]+[A-Z]", page.read_text(encoding="utf-8"))
    }

    assert [name for name in named if name not in sources and name not in options] == []


def test_methods_of_the_leaderboard_are_documented():
    """Every public name and every public method of Leaderboard stand in python-api.md."""
    import ferbench

    text = prose(DOCS / "how-to" / "python-api.md")
    methods = [name for name in vars(ferbench.Leaderboard) if not name.startswith("_")]

    assert [name for name in ferbench.__all__ if f"`{name}`" not in text] == []
    assert [name for name in methods if f"`{name}(" not in text and name != "seal_holds"] == []
    assert {item.name for item in fields(RunSpec)} >= {"model", "dataset", "limit", "timing"}


@pytest.mark.parametrize("page", pages(), ids=name_of)
def test_links_lead_somewhere(page):
    """Every relative link leads to a file that is there, and to a heading that it has."""
    broken = []
    for target in links(page):
        path, _, anchor = target.partition("#")
        linked = (page.parent / path).resolve() if path else page
        if not linked.is_file() or (anchor and anchor not in anchors(linked)):
            broken.append(target)

    assert broken == []


@pytest.mark.parametrize("page", sorted(DOCS.rglob("*.md")), ids=name_of)
def test_pages_are_in_the_navigation(page):
    """Every page of the site is in its navigation, and does not link outside the site."""
    navigation = (ROOT / "mkdocs.yml").read_text(encoding="utf-8")
    targets = [
        (page.parent / target.partition("#")[0]).resolve() for target in links(page) if not target.startswith("#")
    ]

    assert page.relative_to(DOCS).as_posix() in navigation
    assert [target for target in targets if not target.is_relative_to(DOCS)] == []


def test_an_example_is_the_same_everywhere():
    """A file that stands on several pages has one text, that of the README included."""
    named = marked("file") | marked("run")

    assert [name for name, found in named.items() if len({block.text for block in found}) > 1] == []
    assert {name_of(block.page) for block in named["resnet18.py"]} >= {"README.md", "docs/tutorial/drop-in-model.md"}
    assert len([line for line in named["resnet18.py"][0].text.splitlines() if line]) <= 15
