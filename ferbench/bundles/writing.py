"""A recorded run into a file for another lab."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from ferbench.bundles.container import MEMBER_NAME, pack
from ferbench.bundles.fields import digests_of, sha256, spelt, to_lines
from ferbench.bundles.gathering import listing_of, parts_of
from ferbench.bundles.opening import open_bytes
from ferbench.bundles.reading import contents_of, output_member
from ferbench.bundles.redaction import changed, redacted, renamed
from ferbench.bundles.schema import ABOUT, BUNDLE, FORMAT, FORMAT_VERSION, RECORD, SCORES, TEST_SET
from ferbench.bundles.validation import score_name
from ferbench.errors import DataError
from ferbench.results import WHOLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    import numpy as np
    from numpy.typing import NDArray

    from ferbench.bundles.contents import Bundle
    from ferbench.bundles.gathering import Listing, Parts
    from ferbench.bundles.private_texts import PrivateTexts
    from ferbench.catalog import Catalog
    from ferbench.leaderboard.store import Leaderboard


def write_bundle(
    leaderboard: Leaderboard, run: str, catalog: Catalog, path: Path, *, include_labels: bool = False
) -> Bundle:
    """Write a run into a file, whole or not at all; the same run gives the same bytes. Gives what was written.

    `include_labels` puts labels and ids of the user's own pictures in, which else stay at home.

    Raises:
        UnknownName: no such run.
        VerificationFailed: the run is not as it was recorded.
        UsageError: the labels of a set that is not free to pass on were to be included.
        DataError: the run does not fit into a bundle.
        OSError: the file cannot be written.
    """
    content = pack(members_of(parts_of(leaderboard, run, catalog, include_labels=include_labels)))
    # Whoever gets it must be able to read it: nothing is written that would be refused.
    bundle = contents_of(open_bytes(path, content))
    write_whole(path, content)
    return bundle


def write_whole(path: Path, content: bytes) -> None:
    """Write a file so that nobody ever finds a half of it, and what was there stays where writing ends early."""
    target = path.resolve()
    if target.exists() and not target.is_file():
        # A pipe or a device is no place to put a file in; a folder is refused by the system.
        target.write_bytes(content)
        return
    with TemporaryDirectory(dir=target.parent, prefix=".bundle-") as folder:
        finished = Path(folder) / "bundle"
        finished.write_bytes(content)
        finished.replace(target)


def members_of(parts: Parts) -> dict[str, bytes]:
    """The members of a bundle in their order."""
    listing = listing_of(parts)
    record = record_of(parts, listing)
    scores = [score for score in parts.scores if parts.labels or score.slice == WHOLE]
    documents: dict[str, dict[str, Any]] = {
        ABOUT: about_of(parts, listing, record),
        RECORD: record,
        SCORES: {score_name(score): asdict(score) for score in scores},
        TEST_SET: images_of(parts, listing),
    }
    require_no_path(documents, parts.private)
    outputs = {
        output_member(required_name(name)): packed(array, listing)
        for name, array in sorted(parts.predictions.outputs.items())
    }
    lines = {name: to_lines(fields) for name, fields in documents.items()}
    return {BUNDLE: head_of(documents, outputs), **lines, **outputs}


def head_of(documents: Mapping[str, Mapping[str, Any]], outputs: Mapping[str, bytes]) -> bytes:
    """`bundle.json`: what the file is, the SHA-256 of all that is in it, and one over these."""
    fields: dict[str, Any] = {
        "format": FORMAT,
        "format_version": FORMAT_VERSION,
        **{name: digests_of(value) for name, value in documents.items()},
        **{name: sha256(content) for name, content in outputs.items()},
    }
    return to_lines({**fields, "root": sha256(to_lines(fields))})


def record_of(parts: Parts, listing: Listing) -> dict[str, Any]:
    """The record as it leaves the house, with the names of the images that they have in the bundle."""
    record = parts.record
    if listing.ids_withheld:
        ids = [parts.test_set.ids[row] for row in listing.rows]
        record = renamed(record, dict(zip(ids, listing.names, strict=True)))
    return redacted(record, parts.private, labels=parts.labels)


def about_of(parts: Parts, listing: Listing, record: Mapping[str, Any]) -> dict[str, Any]:
    """What the bundle carries, and what it does not."""
    return {
        "origin": {"run_id": parts.record["run_id"], "seal": parts.record["seal"]},
        "labels": "included" if parts.labels else "withheld",
        "ids": "withheld" if listing.ids_withheld else "included",
        "order": listing.order,
        "left_out": changed(parts.record, record),
        "outputs": {name: array.shape for name, array in parts.predictions.outputs.items()},
    }


def images_of(parts: Parts, listing: Listing) -> dict[str, Any]:
    """The images: names and content digests; labels and attributes only where they may go."""
    test_set = parts.test_set
    images: dict[str, Any] = {"ids": listing.names, "digests": [test_set.digests[row] for row in listing.rows]}
    if not parts.labels:
        return images
    attributes = test_set.attributes or ({},) * len(test_set.ids)
    return {**images, "labels": test_set.labels, "attributes": [dict(item) for item in attributes]}


def packed(array: NDArray[np.float32], listing: Listing) -> bytes:
    """The rows of an output in the order of the bundle, as little-endian float32."""
    return array[list(listing.rows)].astype("<f4", order="C").tobytes()


def required_name(name: str) -> str:
    """The name of an output, when a member may be called so."""
    if MEMBER_NAME.fullmatch(output_member(name)):
        return name
    raise DataError(
        "A run was to be bundled.",
        f"One of its outputs is called {name!r}.",
        "Let the model name its outputs with letters, digits, `_`, `.` and `-`, and evaluate it again.",
    )


def require_no_path(documents: Mapping[str, Mapping[str, Any]], private: PrivateTexts) -> None:
    """The last look: refuse to write a document in which a path of this machine is left."""
    forbidden = {spelt(path)[1:-1] for path in private.paths}
    for name, fields in documents.items():
        for field, value in fields.items():
            text = spelt({field: value})
            left = next((path for path in forbidden if path in text), None)
            if left is not None:
                raise DataError(
                    "A run was to be bundled.",
                    f"{name}: {field} holds the path {left}.",
                    "Rename what is called so, and evaluate it again.",
                )
