"""One changed byte, wherever it is: the field that it is in is named, and nothing passes."""

from __future__ import annotations

import pytest

from ferbench.bundles.fields import lines_of, strict_json
from ferbench.bundles.opening import open_file
from ferbench.bundles.reading import read_bundle
from ferbench.bundles.schema import BUNDLE, DOCUMENTS
from ferbench.errors import DataError, VerificationFailed
from tests.bundles.remaking import members_in, with_member


def flipped(content: bytes, position: int) -> bytes:
    """The bytes with one bit changed."""
    return content[:position] + bytes([content[position] ^ 1]) + content[position + 1 :]


@pytest.mark.parametrize("kind", ["shared", "restricted"])
def test_an_unchanged_bundle_is_intact(request, kind):
    """Nothing is found where nothing was changed."""
    assert open_file(request.getfixturevalue(kind).path).faults == {}


@pytest.mark.parametrize("member", [name for name in DOCUMENTS if name != BUNDLE])
def test_every_field_of_a_document_is_named(shared, tmp_path, member):
    """The last byte of the value of each top-level field, changed: that field, and no other, is named."""
    content = members_in(shared.path)[member]
    names = sorted(strict_json(content))
    start = 1
    for name, line in zip(names, lines_of(content), strict=True):
        path = with_member(shared.path, tmp_path / "x.ferbench", member, flipped(content, start + len(line) - 1))
        start += len(line) + 2

        assert open_file(path).faults == {member: (name,)}
        with pytest.raises(VerificationFailed) as caught:
            read_bundle(path)
        assert f"{member}: {name}" in caught.value.found


@pytest.mark.parametrize("member", [name for name in DOCUMENTS if name != BUNDLE])
def test_a_changed_digest_names_the_field_that_it_is_of(shared, tmp_path, member):
    """A changed SHA-256 in `bundle.json` speaks against its field, and against the list as a whole."""
    content = members_in(shared.path)[BUNDLE]
    digests = strict_json(content)[member]
    for name in sorted(digests):
        position = content.index(digests[name].encode())
        other = b"0" if content[position : position + 1] != b"0" else b"1"
        changed = content[:position] + other + content[position + 1 :]
        faults = open_file(with_member(shared.path, tmp_path / "x.ferbench", BUNDLE, changed)).faults

        assert faults == {BUNDLE: ("root",), member: (name,)}


def test_a_changed_output_is_named(shared, tmp_path):
    """One bit of one logit."""
    name = "outputs/emotion.f32"
    content = flipped(members_in(shared.path)[name], 17)

    assert open_file(with_member(shared.path, tmp_path / "x.ferbench", name, content)).faults == {name: ("values",)}


@pytest.mark.parametrize(
    ("old", "new", "named"),
    [
        (b'"ferbench bundle"', b'"ferbench bundlf"', "format"),
        (b'"format_version":1', b'"format_version":0', "format_version"),
        (b'"format_version":1', b'"format_version":2', "reads up to 1"),
        (b'"format_version":1', b'"format_vfrsion":1', "format_version"),
    ],
)
def test_another_format_is_refused(shared, tmp_path, old, new, named):
    """What is no bundle, or one of a newer version, is not looked at any further."""
    content = members_in(shared.path)[BUNDLE]
    assert old in content
    path = with_member(shared.path, tmp_path / "x.ferbench", BUNDLE, content.replace(old, new))

    with pytest.raises(DataError) as caught:
        open_file(path)
    assert named in caught.value.found


def test_no_byte_of_the_file_can_be_changed_unnoticed(shared, tmp_path):
    """Members, names, checksums, directory: every 29th byte of the file, one after the other."""
    content = shared.path.read_bytes()
    path = tmp_path / "x.ferbench"
    passed = []
    for position in range(0, len(content), 29):
        path.write_bytes(flipped(content, position))
        try:
            if open_file(path).intact:
                passed.append(position)
        except DataError:
            continue

    assert passed == []


@pytest.mark.parametrize(
    "change", [lambda c: c + b"x", lambda c: b"x" + c, lambda c: c[:-1], lambda c: c[: len(c) // 2]]
)
def test_bytes_around_the_members_count(shared, tmp_path, change):
    """Something appended, put in front or cut off."""
    path = tmp_path / "x.ferbench"
    path.write_bytes(change(shared.path.read_bytes()))

    with pytest.raises((DataError, VerificationFailed), match=r"file: bytes that belong to no member|no zip file"):
        read_bundle(path)
