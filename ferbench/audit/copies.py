"""The verifier's own copy of the images of a bundle: from a folder, or from a run that is recorded here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ferbench.bundles.assembling import items_of
from ferbench.bundles.validation import UNREADABLE
from ferbench.errors import DataError, LeaderboardError, MissingError, PluginError
from ferbench.pipeline.data_roots import find_root
from ferbench.pipeline.images import decode, pixels_sha256
from ferbench.pipeline.manifest_cache import open_kept
from ferbench.pipeline.scope import check_rows, items_sha256, limited
from ferbench.results import TestSet

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from ferbench.bundles.contents import Bundle
    from ferbench.catalog import Catalog
    from ferbench.config import Settings
    from ferbench.interfaces import Row
    from ferbench.leaderboard.store import Leaderboard
    from ferbench.pipeline.plugin_calls import PluginDataset

#: Recorded test sets with the right items that are looked at for the right pixels.
_MOST_RUNS = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """Images with their labels, and where they are from; where there are none, `source` says why."""

    test_set: TestSet | None
    source: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Shelf:
    """Where copies are looked for. `options` are those of the data set, in addition to the recorded ones."""

    catalog: Catalog
    settings: Settings
    leaderboard: Leaderboard
    data_root: Path | None = None
    options: Mapping[str, str]

    def copy_for(self, bundle: Bundle) -> Copy:
        """A copy of the images of a bundle, with labels; by the named folder alone, where one is named.

        Raises:
            MissingError, DataError, PluginError: as the data set says of the folder that was named.
        """
        if self.data_root is not None:
            return self.opened(bundle)
        return self.recorded(bundle) or self.configured(bundle)

    def recorded(self, bundle: Bundle) -> Copy | None:
        """The images of a run of this leaderboard that has the same items."""
        record = bundle.record
        rows = [row for row in self.leaderboard.runs(dataset=record["dataset"]) if is_on(row, record)]
        for row in rows[:_MOST_RUNS]:
            try:
                test_set = self.leaderboard.test_set(row.run_id)
                trusted = self._is_trusted(row.run_id, test_set)
            except LeaderboardError:
                continue
            same_pictures = not bundle.ids_withheld or test_set.pixels_sha256 == record["pixels_sha256"]
            if trusted and same_pictures:
                return Copy(test_set=test_set, source=f"run {row.run_id[:8]} of {self.leaderboard.database}")
        return None

    def _is_trusted(self, run: str, test_set: TestSet) -> bool:
        """Whether images are those that their items hash says; of a part nobody can tell but who has seen the whole."""
        return items_of(test_set) == test_set.items_sha256 or not self.leaderboard.record_of(run).get("imported_from")

    def configured(self, bundle: Bundle) -> Copy:
        """The images in the configured folder of the data set, where it can be read."""
        try:
            return self.opened(bundle)
        except (MissingError, DataError) as error:
            return Copy(test_set=None, source=error.found)

    def opened(self, bundle: Bundle) -> Copy:
        """The images in a folder, as the plugin of the data set lists them."""
        record = bundle.record
        if record["dataset"] not in self.catalog.datasets:
            return Copy(test_set=None, source=f"no plugin provides the data set {record['dataset']}")
        registered = self.catalog.datasets.get(record["dataset"])
        root = find_root(registered.entry.card, self.data_root, self.settings)
        options = {**record["spec"].get("dataset_options", {}), **self.options}
        opened = open_kept(registered, root, record["split"], options, self.settings.manifests_home)
        check_rows(opened, record["dataset"])
        whole = tuple(row for row in opened.rows if row.label in set(record["dataset_classes"]))
        rows = limited(whole, record["n"]) if record["spec"].get("limit") else whole
        return Copy(test_set=listed(bundle, opened, whole, rows), source=str(root or record["dataset"]))


def is_on(row: object, record: Mapping[str, object]) -> bool:
    """Whether a run in a list has the images of a record."""
    return all(getattr(row, name) == record[name] for name in ("split", "items_sha256", "n"))


def listed(bundle: Bundle, opened: PluginDataset, whole: tuple[Row, ...], rows: tuple[Row, ...]) -> TestSet:
    """The rows of a split as a test set; pictures are read only where ids can be turned back by nothing else."""
    digests = tuple(digest_of(opened, row) for row in rows) if bundle.ids_withheld else ("",) * len(rows)
    return TestSet(
        dataset=bundle.record["dataset"],
        split=bundle.record["split"],
        items_sha256=items_sha256(whole),
        pixels_sha256=pixels_sha256(rows, digests),
        ids=tuple(row.id for row in rows),
        labels=tuple(row.label for row in rows),
        digests=digests,
        attributes=tuple(row.attributes for row in rows),
    )


def digest_of(opened: PluginDataset, row: Row) -> str:
    """The content digest of a picture, as a run records it."""
    try:
        return decode(opened.read(row)).digest
    except PluginError:
        raise
    except Exception:  # noqa: BLE001 - as in the pipeline: broken files break decoders in every way
        return UNREADABLE
