"""Nothing is left out of the documentation: hooks, what they return, commands, options, variables, examples."""

from __future__ import annotations

import ast
import re
import subprocess
import sys

import pytest

from ferbench import cards, hookspecs, interfaces
from ferbench.plugin_manager import build_catalog
from ferbench.testing import check_plugin, subject_of
from tests.docs_help import commands, root
from tests.docs_pages import DOCS, ROOT, links, marked, prose

REFERENCE = DOCS / "reference"
HOOKS = (REFERENCE / "hooks.md").read_text(encoding="utf-8")
SECTIONS = dict(
    re.findall(
        r"^## ferbench ?([^\n]*)\n\n```text\n(.*?)^```$",
        (REFERENCE / "commands.md").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
)
COMMANDS = list(commands())


def section_of(heading):
    """A section of hooks.md, up to the next of its kind."""
    found = re.search(rf"^(##+) {re.escape(heading)}\n(.*?)(?=^##+ |\Z)", HOOKS, re.MULTILINE | re.DOTALL)
    return found[2] if found else ""


def command_of(words):
    """The command of some words."""
    command = root()
    for word in words:
        command = command.commands[word]
    return command


def test_hooks_are_documented_as_they_are():
    """hooks.md is what `python -m tests.docs_hooks` prints."""
    done = subprocess.run([sys.executable, "-m", "tests.docs_hooks"], cwd=ROOT, capture_output=True, check=True)

    assert done.stdout.decode("utf-8") == HOOKS


def test_every_hook_has_a_section():
    """By the source of hookspecs: its signature, and a sentence."""
    tree = ast.parse((ROOT / "ferbench" / "hookspecs.py").read_text(encoding="utf-8"))
    hooks = [node for node in tree.body if isinstance(node, ast.FunctionDef)]

    assert len(hooks) == 5
    for hook in hooks:
        assert f"def {hook.name}() -> {ast.unparse(hook.returns)}: ..." in section_of(hook.name)
        assert ast.get_docstring(hook) in section_of(hook.name)


@pytest.mark.parametrize("module", [interfaces, cards, hookspecs], ids=lambda module: module.__name__)
def test_every_class_has_a_section_with_all_that_it_has(module):
    """By the source, and not by the program that writes the page: annotated names, methods, and the comments above."""
    source = (ROOT / module.__name__.replace(".", "/")).with_suffix(".py").read_text(encoding="utf-8")
    for node in (node for node in ast.parse(source).body if isinstance(node, ast.ClassDef)):
        section = section_of(node.name)
        fields = [part.target.id for part in node.body if isinstance(part, ast.AnnAssign)]
        methods = {part.name for part in node.body if isinstance(part, ast.FunctionDef)} - {"__post_init__"}
        said = re.findall(r"#: (.*)", ast.get_source_segment(source, node))

        assert [name for name in fields if f"| `{name}` |" not in section] == []
        assert [name for name in methods if f"def {name}(" not in section and f"\n{name}: " not in section] == []
        assert [line for line in said if line not in section] == []


@pytest.mark.parametrize("words", COMMANDS, ids=" ".join)
def test_every_command_and_option_is_explained(words):
    """In commands.md, each with a text of its own; and every command that does something has an example."""
    command, section = command_of(words), SECTIONS[" ".join(words)]
    shown = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    options = {option for parameter in shown for option in parameter.opts if option.startswith("--")}

    assert [parameter.name for parameter in shown if not getattr(parameter, "help", None)] == []
    assert [option for option in options if option not in section] == []
    assert getattr(command, "commands", {}) or f"Example: ferbench {' '.join(words)}" in " ".join(command.help.split())


def test_every_command_has_one_section():
    """No command is missing, and no section is about one that there is not."""
    assert sorted(SECTIONS) == sorted(" ".join(words) for words in COMMANDS)


def test_every_variable_is_documented():
    """Every name with FERBENCH_ that stands in the code, read from the environment or from a plugin."""
    text = "".join((REFERENCE / name).read_text(encoding="utf-8") for name in ("configuration.md", "hooks.md"))
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "ferbench").rglob("*.py")]
    constants = {node.value for tree in trees for node in ast.walk(tree) if isinstance(node, ast.Constant)}
    names = {value for value in constants if isinstance(value, str) and re.fullmatch(r"FERBENCH_[A-Z_]*[A-Z]", value)}

    assert len(names) >= 10
    assert sorted(name for name in names if f"`{name}" not in text) == []


@pytest.mark.parametrize("page", ["model", "dataset", "metric"])
def test_whoever_writes_a_plugin_is_sent_to_the_checks(page):
    """The three pages link to the page about checks."""
    assert "check-a-plugin.md" in links(DOCS / "how-to" / f"write-a-{page}-plugin.md")


@pytest.mark.parametrize("name", sorted(marked("example")))
def test_examples_of_models_pass_the_checks(name, tmp_path):
    """Every complete model that is only shown passes all checks but the exports, which take long."""
    path = tmp_path / name
    path.write_text(marked("example")[name][0].text, encoding="utf-8")
    results = check_plugin(subject_of(path.stem, build_catalog([path])), ("exports-onnx", "exports-torchscript"))

    assert [(result.check.name, result.finding) for result in results if result.outcome == "fail"] == []
    assert len([result for result in results if result.outcome == "pass"]) >= 20


def test_the_kinds_that_can_be_begun_are_named():
    """The tutorial names every kind of `ferbench plugin new`."""
    (kind,) = (parameter for parameter in command_of(("plugin", "new")).params if parameter.name == "kind")
    text = prose(DOCS / "tutorial" / "first-plugin.md")

    others = {choice.value for choice in type(kind.default)} - {kind.default.value}

    assert others == {"dataset", "metric"}
    assert [choice for choice in others if f"--kind {choice}" not in text] == []
