"""Small parts: texts without paths, names of files, addresses, scales, commands."""

from __future__ import annotations

import shlex

import pytest
from markupsafe import Markup

from ferbench.report.site.figure_labels import in_unit_square, side, with_room
from ferbench.report.site.links import web_link
from ferbench.report.site.names import page_name, run_page
from ferbench.report.site.pages import as_data, breakable
from ferbench.report.site.public import public, public_data, public_value
from ferbench.report.site.reproduce import command_for
from ferbench.report.site.scale import Scale
from ferbench.spec import RunSpec


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("/home/anna/faces/x.png", "\u2026/x.png"),
        ("cannot open '/home/anna maria/my faces/x.png': gone", "cannot open '\u2026/x.png': gone"),
        (r"C:\Users\anna\w.pth", "\u2026/w.pth"),
        (r"\\server\anna\w.pth", "\u2026/w.pth"),
        ("onnx:/home/anna/m.onnx", "onnx:\u2026/m.onnx"),
        ("file:///home/anna/site/index.html", "\u2026/index.html"),
        ("--data-root=/home/anna.smith", "--data-root=\u2026"),
        ("~/faces and ~anna/faces", "\u2026 and \u2026"),
        ("/data/RAF-DB/basic, Image/aligned", "\u2026, Image/aligned"),
        ("cannot read /home/anna maria/my faces (old)/x.png: gone", "cannot read \u2026/x.png: gone"),
        ("/home/anna,maria/faces/x.png and a/b", "\u2026/x.png and a/b"),
        ('"/home/o\'neill/faces/x.png"', '"\u2026/x.png"'),
        (r"C:\Users\Anna Maria\w.pth", "\u2026/w.pth"),
        (r"C:\Users\anna.smith", "\u2026"),
        (r"\\?\C:\Users\anna\w.pth", "\u2026/w.pth"),
        (r"\Users\anna\w.pth", "\u2026/w.pth"),
        ("//home/anna/w.pth", "\u2026/w.pth"),
        ("sqlite:////home/anna/board.sqlite", "sqlite:\u2026/board.sqlite"),
        ("<//home/anna/w.pth></home/anna/w.pth>", "<\u2026/w.pth><\u2026/w.pth>"),
        ("../../home/anna/faces/x.png", "\u2026/x.png"),
        (r"..\anna\x.png", "\u2026/x.png"),
    ],
)
def test_paths_are_shortened(text, shown):
    """Of a path from a root, a home or a folder above nothing is left but the name of its file, if it has one."""
    assert public(text) == shown


@pytest.mark.parametrize(
    "text",
    [
        "https://arxiv.org/abs/2301.12149",
        "recall/fear",
        "2829/3068",
        "and / or",
        "timm/resnet18",
        "</script>",
        "https://host/~anna/a//b.pdf",
        "a \\ b",
        "\u4e2d\u6587",
    ],
)
def test_what_is_no_path_stays(text):
    """Addresses of the web, fractions, names with a stroke."""
    assert public(text) == text


def test_every_text_is_public_wherever_it_stands():
    """Keys and values of plain data; None is a dash; markup of our own is left alone."""
    assert public_data({"/home/anna/x.y": ["/home/anna/x.y", 1, None]}) == {"\u2026/x.y": ["\u2026/x.y", 1, None]}
    assert public_value(None) == public_value("-") == "\u2013"
    assert public_value("a\u202eb\udc80") == r"a\u202eb\udc80"
    assert public_value(Markup("<wbr>")) == "<wbr>"


def test_names_may_be_broken_and_are_escaped():
    """Behind separators, and nothing else becomes markup."""
    assert breakable("a_b<i>.c") == "a_<wbr>b&lt;i&gt;.<wbr>c"


def test_data_cannot_end_its_element():
    """`</script>` in a text, and numbers that JSON has no spelling for."""
    shown = as_data({"a": "</script><!--", "b": [float("nan"), float("inf")]})

    assert "<" not in shown
    assert shown.endswith('"b":[null,null]}')


def test_pages_have_safe_and_different_names():
    """Equal things have equal names, different ones different names even where they read alike."""
    hostile = ["../../etc/passwd", "<script>", "\u4e2d\u6587", "a" * 300, "", "CON", "a/b", "A/B", "\udc80"]
    names = [page_name("models", text, text) for text in hostile]

    assert len(set(names)) == len(hostile)
    for name in names:
        folder, slash, file = name.partition("/")
        assert (folder, slash) == ("models", "/")
        assert len(file) < 80
        assert set(file) <= set("abcdefghijklmnopqrstuvwxyz0123456789-.")
        assert not file.startswith((".", "-"))
    assert run_page("m", "d", "1") == run_page("m", "d", "1") != run_page("m", "d", "2")


@pytest.mark.parametrize(
    "address",
    [
        "javascript:alert(1)",
        "data:text/html,x",
        "//host/x",
        "/etc/passwd",
        "",
        None,
        "http://[",
        "https://user:pw@host/",
    ],
)
def test_only_pages_of_the_web_become_links(address):
    """Everything else stays text."""
    assert web_link(address) == ""
    assert web_link("https://arxiv.org/abs/2301.12149") == "https://arxiv.org/abs/2301.12149"


def test_scales_keep_what_lies_beyond_at_their_ends():
    """A value below the scale is marked as such; reported values beyond it are left out."""
    scale = Scale(0.8, 0.9)
    strip = scale.strip(0.7, (0.65, 0.85), (0.85, 0.95))

    assert (strip.value, strip.low, strip.high, strip.below) == (0.0, 0.0, 50.0, True)
    assert strip.reported == (50.0,)
    assert not scale.strip(0.85, None).below


def test_the_command_of_a_run_can_be_read_by_a_shell():
    """All that differs from a default, and file names in place of paths."""
    spec = RunSpec(
        model="onnx:m.onnx",
        dataset="rafdb",
        weights="/home/anna/my weights.pth",
        data_root="/home/anna/RAF-DB",
        tta="flip",
        limit=10,
        margin=0.2,
        metrics=("uar",),
        timing=False,
        accept_class_order=True,
        dataset_options={"list": "/home/anna/list file.txt", "images": "aligned"},
    )
    lines = command_for({"spec": spec.as_json()})

    assert shlex.split(" ".join(lines)) == [
        "ferbench", "run", "--model", "onnx:m.onnx", "--dataset", "rafdb", "--data-root", "FOLDER_OF_RAFDB",
        "--weights", "my weights.pth", "--margin", "0.2", "--tta", "flip", "--limit", "10",
        "--dataset-option", "list=list file.txt", "--dataset-option", "images=aligned",
        "--accept-class-order", "--metric", "uar", "--no-timing",
    ]  # fmt: skip


def test_names_in_a_figure_lie_on_no_other_name_and_on_no_point():
    """The higher one of two neighbours is named; a name that another point would take for its own is left out."""
    assert with_room([(0.9, 1.0), (0.8, 0.97), (0.1, 0.2)], []) == {0, 2}
    assert with_room([(0.9, 1.0)], [(0.9, 1.0), (0.8, 0.99)]) == set()
    assert with_room([(0.9, 1.0)], [(0.9, 1.0), (0.95, 0.99), (0.5, 0.5)]) == {0}
    assert (side((0.1, 0.5)), side((0.9, 0.5))) == ("bottom right", "top left")


def test_points_are_scaled_as_their_axis_is():
    """By the logarithm where the axis has it; equal values are in the middle."""
    assert in_unit_square([(1, 5), (10, 5), (100, 5)], log=True) == [(0.0, 0.5), (0.5, 0.5), (1.0, 0.5)]
    assert in_unit_square([(0, 0), (10, 1)], log=False) == [(0.0, 0.0), (1.0, 1.0)]
