"""Whether a bundle holds: its file is as it was written, and its numbers follow from its predictions."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from ferbench.audit.checks import Check, metric_entries, recomputed
from ferbench.audit.conclusions import conclusions_check
from ferbench.audit.unlabelled import own_checks
from ferbench.bundles.assembling import items_of
from ferbench.bundles.opening import open_file
from ferbench.bundles.reading import contents_of
from ferbench.errors import NotComparable
from ferbench.pipeline.leaks import recorded_slices
from ferbench.pipeline.slices import slice_scores
from ferbench.results import core_sha256, seal_of, slice_record

if TYPE_CHECKING:
    from pathlib import Path

    from ferbench.audit.copies import Copy, Shelf
    from ferbench.bundles.contents import Bundle
    from ferbench.bundles.opening import OpenedFile
    from ferbench.catalog import Catalog
    from ferbench.results import RunResult, TestSet

#: Everything that needs the labels.
LABELLED = ("items", "pixels", "predictions", "metrics", "core", "record")


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What was found out about a bundle file. `result` is the run, where its labels are at hand."""

    checks: tuple[Check, ...]
    bundle: Bundle | None = None
    result: RunResult | None = None
    #: Where the labels are from, or why there are none.
    source: str = ""


def examine(path: Path, shelf: Shelf) -> Examined:
    """Check a bundle file, offline; labels that it lacks come from the verifier's own copy of the images.

    Raises:
        DataError: it is no bundle, one of a newer version, or it cannot be that of a run.
        MissingError: the file, or the folder that was named, cannot be read.
        UnknownName: no plugin gives a metric that was stored.
    """
    opened = open_file(path)
    checks = file_checks(opened)
    if not opened.intact:
        return Examined(checks=(*checks, *not_checked(LABELLED, "the file was changed")))
    bundle = contents_of(opened)
    checks += own_checks(bundle)
    if not bundle.labels_withheld and not is_part(bundle):
        return labelled(bundle, bundle.result(), None, checks, shelf.catalog)
    # Only a copy can tell what a part is a part of.
    copy = shelf.copy_for(bundle)
    if copy.test_set is not None:
        return beside(bundle, copy, copy.test_set, checks, shelf.catalog)
    if not bundle.labels_withheld:
        return labelled(bundle, bundle.result(), None, checks, shelf.catalog)
    unknown = not_checked(LABELLED, f"it carries no labels, and none are here: {copy.source}")
    return Examined(checks=(*checks, *unknown), bundle=bundle, source=copy.source)


def beside(bundle: Bundle, copy: Copy, images: TestSet, checks: tuple[Check, ...], catalog: Catalog) -> Examined:
    """The bundle on the images of a copy; they must be its own."""
    try:
        result = bundle.result_for(images)
    except NotComparable as error:
        other = Check(name="items", passed=False, finding=f"{copy.source}: {error.found}")
        rest = not_checked(LABELLED[1:], "the copy holds other images")
        return Examined(checks=(*checks, other, *rest), bundle=bundle, source=copy.source)
    return labelled(bundle, result, copy, checks, catalog)


def file_checks(opened: OpenedFile) -> tuple[Check, ...]:
    """One check a member, and one of what lies between them; a changed field is named."""
    members = [
        Check(
            name=name,
            passed=name not in opened.faults,
            finding=changed(opened, name) or f"{len(content):,} bytes as they were written",
        )
        for name, content in opened.members.items()
    ]
    return (
        *members,
        Check(name="file", passed="file" not in opened.faults, finding=changed(opened, "file") or opened.sha256),
    )


def changed(opened: OpenedFile, name: str) -> str:
    """The fields of a member that are not as they were written."""
    return f"changed: {', '.join(opened.faults[name])}" if name in opened.faults else ""


def labelled(
    bundle: Bundle, result: RunResult, copy: Copy | None, checks: tuple[Check, ...], catalog: Catalog
) -> Examined:
    """The bundle with labels, and what can be checked with them."""
    result = with_slices(bundle, result, catalog)
    found = (
        items_check(bundle, result, copy),
        pixels_check(bundle, result),
        hash_check("predictions", "predictions_sha256", bundle, result),
        recomputed(result.predictions, result.record, catalog, result.scores),
        hash_check("core", "core_sha256", bundle, result),
        conclusions_check(bundle.record, result, catalog, whole=not is_part(bundle)),
    )
    source = copy.source if copy else "the bundle"
    return Examined(checks=(*checks, *found), bundle=bundle, result=result, source=source)


def items_check(bundle: Bundle, result: RunResult, copy: Copy | None) -> Check:
    """Whether these are the images and labels of the record; those of a part, if they are a part of the right whole."""
    expected, found = bundle.record["items_sha256"], items_of(result.test_set)
    source = copy.source if copy else "the bundle"
    if found == expected:
        return Check(
            name="items", passed=True, finding=f"{len(result.test_set.ids)} images, labels of {source}: {found}"
        )
    if not is_part(bundle):
        return Check(name="items", passed=False, finding=f"{source} has {found}, the record {expected}")
    if copy is None or copy.test_set is None:
        return Check(name="items", passed=None, finding="a part of the split was evaluated, and the rest is not here")
    whole = copy.test_set.items_sha256
    return Check(name="items", passed=whole == expected, finding=f"a part of the split; the whole is {whole}")


def is_part(bundle: Bundle) -> bool:
    """Whether a run says that it evaluated a part of its split."""
    return bundle.record["spec"].get("limit") is not None and not bundle.record["ranked"]


def pixels_check(bundle: Bundle, result: RunResult) -> Check:
    """Whether the content digests are those of the record."""
    found = result.record["pixels_sha256"]
    return Check(name="pixels", passed=found == bundle.record["pixels_sha256"], finding=str(found))


def hash_check(name: str, field: str, bundle: Bundle, result: RunResult) -> Check:
    """Whether a hash over predictions comes out again; not where what it is over was left out."""
    found, left_out = str(result.record[field]), set(bundle.about.left_out)
    needed = {"predictions": {"failures"}, "core": {"failures", "slices"}}
    missing = sorted(needed[name] & left_out)
    missing += ["the order of the images"] if bundle.about.order == "withheld" else []
    if found == bundle.record[field] or not missing:
        return Check(name=name, passed=found == bundle.record[field], finding=found)
    return Check(name=name, passed=None, finding=f"the bundle leaves out {', '.join(missing)}")


def with_slices(bundle: Bundle, result: RunResult, catalog: Catalog) -> RunResult:
    """The run with its scores over parts of the images, which are left out with the labels, computed anew."""
    if "slices" not in bundle.about.left_out:
        return result
    slices = recorded_slices(result.record, result.predictions.ids)
    entries = metric_entries(catalog, [item.metric for item in result.scores])
    parts = slice_scores(result.predictions, tuple(result.record["dataset_classes"]), entries, slices)
    scores = (*result.scores, *parts)
    record: dict[str, Any] = {
        **{key: value for key, value in result.record.items() if key != "seal"},
        "slices": slice_record(parts, {name: len(rows) for name, rows in slices.items()}),
        "core_sha256": core_sha256(result.record["run_key"], result.record["predictions_sha256"], scores),
    }
    return replace(result, record={**record, "seal": seal_of(record)}, scores=scores)


def not_checked(names: tuple[str, ...], reason: str) -> tuple[Check, ...]:
    """Checks that could not be made, and why."""
    return tuple(Check(name=name, passed=None, finding=reason) for name in names)
