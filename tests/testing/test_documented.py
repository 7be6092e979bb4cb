"""Every check is explained where its results point to."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib

import yaml

from ferbench.testing import CHECKS
from ferbench.testing.check import PAGE
from ferbench.testing.plugin_checks.sources import PUBLIC
from tests.docs_pages import DOCS, ROOT, anchors

FILE = DOCS / f"{PAGE}.md"
TEXT = FILE.read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^### (\S+)\n\n(.*?)(?=^##|\Z)", TEXT, re.MULTILINE | re.DOTALL))


def test_every_check_has_a_section():
    """In the order in which they run, with what the check asks, a reason, and how to mend a plugin, word for word."""
    assert list(SECTIONS) == [check.name for check in CHECKS]
    for check in CHECKS:
        asked, reason, mend = SECTIONS[check.name].strip().split("\n\n")
        assert asked == f"**{check.asks}**"
        assert len(reason) > 30
        assert mend == f"To mend: {check.mend}"


#: Prints where the documentation of every check is.
SAY = "from ferbench.testing import CHECKS; print(*(check.docs for check in CHECKS), sep='\\n')"


def links_of_results(folder, *project_urls):
    """Where results point to, of a ferbench whose metadata have these lines, in a process of its own."""
    info = folder / "ferbench-0.dist-info"
    info.mkdir()
    lines = ["Metadata-Version: 2.1", "Name: ferbench", "Version: 0", *(f"Project-URL: {url}" for url in project_urls)]
    (info / "METADATA").write_text("\n".join(lines) + "\n", encoding="utf-8")
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join([str(folder), str(ROOT)])}
    done = subprocess.run([sys.executable, "-c", SAY], env=variables, capture_output=True, text=True, check=True)
    return done.stdout.split()


def test_links_of_results_lead_to_the_site(tmp_path):
    """To a section of a page that mkdocs makes of the file in docs/, where the distribution names its documentation."""
    found = links_of_results(
        tmp_path, "Source, https://example.org/code", "Documentation, https://example.org/ferbench/"
    )
    pages = {link.partition("#")[0] for link in found}

    assert pages == {"https://example.org/ferbench/reference/plugin-checks/"}
    assert (DOCS / "reference" / "plugin-checks.md").is_file()
    assert [link.partition("#")[2] for link in found] == [check.name for check in CHECKS]
    assert {check.name for check in CHECKS} <= anchors(FILE)


def test_without_a_site_results_name_the_file(tmp_path):
    """Its path in the repository, and the section."""
    found = links_of_results(tmp_path, "Source, https://example.org/code")

    assert {link.partition("#")[0] for link in found} == {FILE.relative_to(ROOT).as_posix()}


def test_the_site_is_the_one_that_is_built():
    """What the distribution calls its documentation is what mkdocs builds for."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    site = yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8")).get("site_url")

    assert (project.get("urls", {}).get("Documentation") or "").rstrip("/") == (site or "").rstrip("/")


def test_names_are_unique():
    """A name is an anchor, a test id, and what --without takes."""
    assert len({check.name for check in CHECKS}) == len(CHECKS)


def test_public_modules_are_listed():
    """What plugins may import stands in the section that asks for it."""
    assert [name for name in PUBLIC if f"`ferbench.{name}`" not in SECTIONS["public-modules"]] == []
