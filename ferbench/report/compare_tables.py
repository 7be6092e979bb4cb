"""A comparison of runs in the terminal: who differs from whom, by how much, in which classes, on which images."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.table import Column, Table
from rich.text import Text

from ferbench.report.compare_texts import heading, interval_text, p_text, points_and_images, shown, signed
from ferbench.report.formatting import ABSENT, percent, safe, whole

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import Console, ConsoleOptions, RenderableType

    from ferbench.comparison.findings import ClassDifference, Comparison, PairFinding, SeedScore

#: So many pairs are shown class by class and image by image; `--json` and `--discordant` have all.
SHOWN_PAIRS = 3
#: Columns of a terminal from which on tests and intervals of classes fit beside each other.
WIDE = 100
SHOWN_IMAGES = 10


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """A whole comparison, in tables that fit 80 columns."""

    found: Comparison

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> Iterator[RenderableType]:
        """Title, what to keep in mind, entries, tests, differences, then pair by pair."""
        found = self.found
        yield safe(title(found), "bold")
        for line in cautions(found):
            yield safe(line, "yellow")
        yield entries_table(found)
        yield scores_table(found)
        if any(pair.counts for pair in found.pairs):
            yield counts_table(found)
            yield tests_table(found)
        yield differences_table(found)
        for pair in found.pairs[:SHOWN_PAIRS]:
            yield classes_table(pair, wide=options.max_width >= WIDE)
            yield from images_parts(pair)
        if len(found.pairs) > SHOWN_PAIRS:
            yield safe(f"{len(found.pairs) - SHOWN_PAIRS} more pairs by class and image: --json, --discordant FILE.csv")


def title(found: Comparison) -> str:
    """The images, how many of them, whose pixels, and by which label mode."""
    pairing = found.pairing
    images = f"{pairing.n:,} images"
    if pairing.on == "shared":
        images = f"{pairing.n:,} shared images of {' and '.join(f'{n:,}' for n in dict.fromkeys(pairing.images))}"
    pixels = f", {pairing.other_pixels:,} of them with different pixels" if pairing.other_pixels else ""
    return f"{pairing.dataset} ({', '.join(pairing.splits)}), {images}{pixels}, {found.label_mode} labels"


def cautions(found: Comparison) -> Iterator[str]:
    """What the numbers do not say."""
    if found.pairing.other_pixels:
        yield "The runs saw different pixels of the same images: this compares systems, not models."
    if not found.ranks:
        yield "A part of a test set that several runs happen to share ranks nobody."
    if found.pairing.relabelled:
        yield f"Left out: {found.pairing.relabelled:,} images that have another label in some run."
    yield from found.notes


def entries_table(found: Comparison) -> Table:
    """Who is compared."""
    table = Table("", Column("model", overflow="fold"), Column("weights", overflow="fold"), Column("run", no_wrap=True))
    for entry in found.entries:
        runs = [run_id[:8] for run_id in entry.run_ids]
        table.add_row(entry.name, safe(entry.model), lines(entry.weights), lines(runs))
    return table


def lines(texts: Sequence[str]) -> Text:
    """Foreign texts, one below the other."""
    return Text("\n").join(safe(text) for text in texts)


def scores_table(found: Comparison) -> Table:
    """The scores on the paired images; of several runs their mean and standard deviation."""
    table = Table("", title="scores", title_justify="left")
    for metric in found.metrics:
        table.add_column(safe(heading(metric)), justify="right")
    for entry in found.entries:
        table.add_row(entry.name, *[score_text(metric, entry.scores[metric]) for metric in found.metrics])
    return table


def score_text(metric: str, score: SeedScore) -> str:
    """A score, or the mean over n runs with its standard deviation."""
    mean = shown(metric, score.mean)
    return mean if score.sd is None else f"{mean}, sd {shown(metric, score.sd)}, n {score.n}"


def counts_table(found: Comparison) -> Table:
    """Numbers of images by who answers them right."""
    table = Table("pair", title="right answers, images", title_justify="left")
    for name in ("both", "first alone", "second alone", "neither"):
        table.add_column(name, justify="right")
    for pair in found.pairs:
        if pair.counts:
            counts = (pair.counts.both, pair.counts.first, pair.counts.second, pair.counts.neither)
            table.add_row(pair_name(pair), *[whole(count) for count in counts])
    return table


def tests_table(found: Comparison) -> Table:
    """Whether the entries are right equally often, and what the test set could show at all."""
    several = len([pair for pair in found.pairs if pair.test]) > 1
    title = "McNemar's test; what this set can show, in points (images)"
    table = Table("pair", title=title, title_justify="left")
    names = ("exact p", "mid-p", *(["Holm p"] if several else []), *(["better"] if found.ranks else []))
    for name in (*names, "p < 0.05 from", "80 % power from"):
        table.add_column(name, justify="right")
    for pair in found.pairs:
        if pair.counts and pair.test:
            adjusted = [p_text(pair.holm)] if several else []
            least = None if pair.least_significant is None else pair.least_significant / pair.counts.n
            table.add_row(
                pair_name(pair),
                p_text(pair.test.exact),
                p_text(pair.test.mid_p),
                *adjusted,
                *([pair.better or ABSENT] if found.ranks else []),
                points_and_images(least, pair.counts.n),
                points_and_images(pair.detectable, pair.counts.n),
            )
    return table


def differences_table(found: Comparison) -> Table:
    """First minus second entry by metric, with bootstrap intervals."""
    table = Table("pair", "metric", title="difference, first minus second (95 % bootstrap)", title_justify="left")
    for name in ("difference", "interval", "resamples"):
        table.add_column(name, justify="right", no_wrap=True)
    for pair in found.pairs:
        for item in pair.differences:
            table.add_row(
                pair_name(pair),
                safe(heading(item.metric)),
                signed(item.metric, item.value),
                interval_text(item.metric, item),
                whole(item.resamples),
            )
    return table


def classes_table(pair: PairFinding, *, wide: bool) -> Table:
    """Recall class by class; intervals stand beside tests only where there is room for both."""
    with_interval = wide or not pair.counts
    table = Table("class", title=f"recall % by class, {pair_name(pair)}", title_justify="left")
    names = ("images", pair.first, pair.second, pair_name(pair), *(["95 %"] if with_interval else []))
    for name in (*names, *(["alone", "exact p", "Holm p"] if pair.counts else [])):
        table.add_column(name, justify="right", no_wrap=True)
    for item in pair.classes:
        values = [percent(item.first), percent(item.second), signed("recall/", item.first - item.second)]
        interval = [interval_text("recall/", item)] if with_interval else []
        table.add_row(safe(item.name), whole(item.n), *values, *interval, *tested(item))
    return table


def tested(item: ClassDifference) -> list[str]:
    """Images that one entry alone answers right, and the test of them; nothing where an entry has several runs."""
    if item.counts is None:
        return []
    return [f"{item.counts.first} : {item.counts.second}", p_text(item.exact), p_text(item.holm)]


def images_parts(pair: PairFinding) -> Iterator[RenderableType]:
    """The first of the images that exactly one of two entries answers right."""
    if not pair.discordant:
        return
    title = f"answered right by one alone, {pair_name(pair)}"
    columns = [Column(name, overflow="fold") for name in ("image", "label", pair.first, pair.second)]
    table = Table(*columns, title=title, title_justify="left")
    for image in pair.discordant[:SHOWN_IMAGES]:
        said = (image.first or "no answer", image.second or "no answer")
        table.add_row(safe(image.id), safe(image.label), safe(said[0]), safe(said[1]))
    yield table
    left_out = len(pair.discordant) - SHOWN_IMAGES
    if left_out > 0:
        yield safe(f"{left_out:,} more: --discordant FILE.csv")


def pair_name(pair: PairFinding) -> str:
    """`A - B`: differences are the first minus the second."""
    return f"{pair.first} - {pair.second}"
