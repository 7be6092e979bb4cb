"""One run as tables: scores and what makes them comparable, per-class rows, the confusion matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Table

from ferbench.report.cost_cells import latency, noise_remarks, pass_throughput, peak_memory
from ferbench.report.execution_lines import execution_lines
from ferbench.report.formatting import ABSENT, decimal, giga, headline_first, safe, score_cell, whole
from ferbench.report.leak_tables import leaks_report

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from rich.console import RenderableType
    from rich.text import Text

#: A row each: its title, and what it says of a cost.
_COST_ROWS: tuple[tuple[str, Callable[[Mapping[str, Any]], str]], ...] = (
    ("parameters in the checkpoint", lambda cost: whole(cost.get("params_total"))),
    ("of them read by a forward pass", lambda cost: whole(cost.get("params_used"))),
    ("MACs an image (FLOPs = 2 x MACs)", lambda cost: giga(cost.get("macs"))),
    ("latency, tensor to outputs, p50", lambda cost: latency(cost, "model")),
    ("latency, file to class, p50", lambda cost: latency(cost, "e2e")),
    ("throughput of the run", pass_throughput),
    ("peak memory", peak_memory),
)


_STYLES = {"ok": "green", "warning": "yellow", "contradicted": "red"}

#: So many images without an answer are listed in the terminal; `--json` gives all.
_LISTED_FAILURES = 20


def run_report(record: Mapping[str, Any], withdrawn: str = "") -> Group:
    """Everything about one run, from its record; `withdrawn` says why it was invalidated since."""
    parts: list[RenderableType] = [headline(record, withdrawn), summary(record)]
    if any("/" in name for name in record["scores"].get("strict", {})):
        parts.append(per_class(record))
    parts.extend(confusion(matrix) for matrix in record["matrices"])
    parts.extend(leaks_report(record))
    parts.extend(failures(record["failures"]))
    if record.get("guards"):
        parts.append(guards(record["guards"]))
    parts.extend(safe(f"warning: {text}", "yellow") for text in (*record["warnings"], *noise_remarks(record["cost"])))
    return Group(*parts)


def headline(record: Mapping[str, Any], withdrawn: str) -> Text:
    """Who was evaluated on what, and whether it ranks."""
    reasons = [f"invalidated: {withdrawn}"] if withdrawn else record["not_ranked_because"]
    state = f"not ranked: {'; '.join(reasons)}" if reasons else "ranked"
    text = safe(f"{record['model']} on {record['dataset']} ({record['split']}), run {record['run_id'][:8]}: ", "bold")
    return text.append_text(safe(state, "yellow" if reasons else "green"))


def summary(record: Mapping[str, Any]) -> Table:
    """Scores with intervals in every label mode, cost, and what makes the numbers comparable."""
    modes = [mode for mode in ("strict", "mask") if mode in record["scores"]]
    table = Table("", title_justify="left")
    for mode in modes:
        table.add_column(safe(f"{mode} (95 % interval)"))
    for name in headline_first(name for name in record["scores"].get("strict", {}) if "/" not in name):
        table.add_row(safe(name), *[score_cell(record, mode, name) for mode in modes])
    table.add_section()
    for title, show in _COST_ROWS:
        table.add_row(title, show(record["cost"]))
    table.add_section()
    for title, value in comparability(record):
        table.add_row(title, safe(value))
    return table


def comparability(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """What another lab must have equal to compare."""
    yield "images", images_line(record)
    yield from class_set_lines(record)
    yield "items", record["items_sha256"][:16]
    for verdict in (name for name in ("labels", "pixels") if name in record):
        yield f"{verdict} are", f"{record[verdict]['text']}: {record[verdict]['finding']}"
    yield "pixels", f"{record['pixels_sha256'][:16]} ({record['input']})"
    yield "weights", f"{record['weights']['name']} {record['weights']['sha256'][:16]}"
    yield "selected by", record["weights"]["selection"]
    if record["weights"].get("claimed_accuracy") is not None:
        yield "claimed", claim_line(record["weights"])
    yield "class order", f"{', '.join(record['classes'])} ({record['class_order_source']})"
    yield "preprocess", preprocess_line(record["preprocess"])
    yield "faces", faces_line(record)
    yield "views of a picture", f"{record.get('views', 1)} (TTA {record.get('tta', 'none')})"
    yield "device", f"{record['cost']['device']}: {record['cost']['device_name']}, {record['cost']['threads']} threads"
    yield from execution_lines(record)
    yield "run_key", record["run_key"][:16]


def claim_line(weights: Mapping[str, Any]) -> str:
    """An accuracy that somebody states for the weights, and who."""
    source = weights.get("claim_source") or "the file"
    return f"{weights['claimed_accuracy']:.2f} % by {source} (a claim, not a measurement)"


def images_line(record: Mapping[str, Any]) -> str:
    """How many images there are, and how many of them have no answer for which reason."""
    without_face = record.get("without_face", 0)
    broken = len(record["failures"]) - without_face
    parts = [
        f"{record['n']:,}",
        f"{broken:,} without an answer" if broken else "",
        f"{without_face:,} without a face (wrong)" if without_face else "",
    ]
    return ", ".join(part for part in parts if part)


def class_set_lines(record: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Which classes are scored and, where model and data set have others, what becomes of those, and why."""
    classes = record["dataset_classes"]
    yield "classes scored", f"{len(classes)}: {', '.join(classes)}"
    left_out = ", ".join(f"{count:,} images of {name}" for name, count in record.get("left_out", {}).items())
    if left_out:
        yield "left out", f"{left_out}: the model has no such output"
    foreign = ", ".join(f"{count:,} of {name}" for name, count in record.get("foreign_answers", {}).items())
    if foreign:
        why = "no class of the data set, so wrong in mode strict and not looked at in mode mask"
        yield "foreign answers", f"{foreign}: {why}"


def faces_line(record: Mapping[str, Any]) -> str:
    """How faces were cut out of the pictures."""
    preprocess, detector = record["preprocess"], record.get("detector")
    by = f" by {detector['name']} ({detector['plugin']} {detector['plugin_version']})" if detector else ""
    margin = f", margin {preprocess['margin']:g}" if preprocess.get("margin") else ""
    return f"crop {preprocess['crop']}{by}, align {preprocess['align']}{margin}"


def preprocess_line(preprocess: Mapping[str, Any]) -> str:
    """The preprocessing in one line."""
    height, width = preprocess["size"]
    fit, part = preprocess.get("fit", "stretch"), preprocess.get("crop_pct", 1)
    parts = [
        f"{preprocess['backend']} {preprocess['interpolation']} to {height}x{width}",
        "" if fit == "stretch" else fit.replace("_", " "),
        "" if part == 1 else f"the middle {part:g} of it",
        preprocess["colour_order"],
        "" if preprocess.get("pixel_max", 1) == 1 else f"values up to {preprocess['pixel_max']}",
    ]
    return ", ".join(text for text in parts if text)


def per_class(record: Mapping[str, Any]) -> Table:
    """One row a class with its metrics, in strict mode."""
    scores = record["scores"]["strict"]
    metrics = list(dict.fromkeys(name.split("/")[0] for name in scores if "/" in name))
    table = Table("class", title="per class")
    for metric in metrics:
        table.add_column(safe(metric), justify="right")
    for name in record["dataset_classes"]:
        values = [scores.get(f"{metric}/{name}") for metric in metrics]
        cells = [
            whole(int(v)) if m == "support" and v is not None else decimal(v)
            for m, v in zip(metrics, values, strict=True)
        ]
        table.add_row(safe(name), *cells)
    return table


def confusion(matrix: Mapping[str, Any]) -> Table:
    """Counts, or whatever else the metric gives: rows are true classes, columns predicted ones."""
    table = Table(r"true \ predicted", title=safe(f"{matrix['metric']} ({matrix['label_mode']})"))
    for name in matrix["columns"]:
        table.add_column(safe(name), justify="right")
    for name, values in zip(matrix["rows"], matrix["values"], strict=True):
        table.add_row(safe(name), *[ABSENT if value is None else f"{value:g}" for value in values])
    return table


def failures(reasons: Mapping[str, str]) -> Iterator[Text]:
    """The images without an answer by name, the first of them where there are many."""
    for name, reason in list(reasons.items())[:_LISTED_FAILURES]:
        yield safe(f"without an answer: {name}: {reason}", "yellow")
    if len(reasons) > _LISTED_FAILURES:
        yield safe(f"without an answer: {len(reasons) - _LISTED_FAILURES} more", "yellow")


def guards(found: Mapping[str, Mapping[str, str]]) -> Table:
    """One row a guard: how it ended, and what it measured."""
    table = Table("guard", "outcome", "finding")
    for name, verdict in sorted(found.items()):
        outcome = safe(verdict["outcome"], _STYLES.get(verdict["outcome"], ""))
        table.add_row(safe(name), outcome, safe(verdict["finding"]))
    return table
