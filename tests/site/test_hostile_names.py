"""Names from strangers are shown, not obeyed: in pages, in attributes, in the data of figures, in file names."""

from __future__ import annotations

import json


def test_names_become_no_elements_and_no_handlers(hostile):
    """No page has an element, an attribute or a script that no template wrote."""
    assert hostile.done.status == 0, hostile.done.err
    assert len(hostile.pages) == 1 + 1 + 4 + 4 + 3
    for name, page in hostile.pages.items():
        assert not page.all("img"), name
        assert not page.all("b", src="x"), name
        assert not [item for item in page.elements if any(key.startswith("on") for key in item.attributes)], name
        for script in page.all("script"):
            assert script.attributes.get("src") or script.attributes["type"] == "application/json"
            assert not script.text or json.loads(script.text)
    assert "<img src=x" in hostile.page("index").text


def test_names_are_no_templates(hostile):
    """What looks like a template in a name stays as it is."""
    assert "{{7*7}}" in hostile.page("index").text


def test_control_characters_are_spelt_out(hostile):
    """No page holds an escape sequence, or a mark that turns the direction of writing."""
    for text in hostile.texts.values():
        assert "\x1b" not in text
        assert "\u202e" not in text


def test_figures_hold_no_markup(hostile):
    """Plotly reads `<a href>` in labels: they hold none, only its spelling."""
    for page in hostile.pages.values():
        for figure in page.figures:
            for trace in figure["data"]:
                for text in (*trace.get("text", ()), *(item for item in trace["y"] if isinstance(item, str))):
                    assert "<img" not in text
                    assert "<script" not in text


def test_file_names_are_safe(hostile):
    """Names of pages are short and plain, whatever is named, and lie in the site."""
    for path in hostile.folder.rglob("*"):
        assert len(path.name) < 100
        assert path.name.replace("-", "").replace("_", "").replace(".", "").isalnum()
        assert path.name.isascii()
        assert path.resolve().is_relative_to(hostile.folder)
