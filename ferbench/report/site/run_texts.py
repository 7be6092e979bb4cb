"""The record of a run as rows of text. A database may come from a stranger: what is no record raises."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ferbench.report.compare_texts import heading, in_percent
from ferbench.report.cost_cells import latency, noise_remarks, pass_throughput, peak_memory, percentile, repeats
from ferbench.report.formatting import ABSENT, decimal, giga, headline_first, percent, percent_interval, whole
from ferbench.report.run_tables import comparability

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

#: The hashes of a record, and what each is of.
_HASHES = {
    "run_key": "everything that may change a prediction",
    "items_sha256": "ids and labels of the images",
    "pixels_sha256": "those, and the contents of the images",
    "predictions_sha256": "every output, bit by bit",
    "core_sha256": "run key, predictions and scores",
    "cost_key": "what a cost depends on beside the network",
    "seal": "the whole record",
}
#: A row each: its title, and what it says of a cost.
_COSTS: tuple[tuple[str, Callable[[Mapping[str, Any]], str]], ...] = (
    ("Parameters in the checkpoint", lambda cost: whole(cost.get("params_total"))),
    ("of them read by a forward pass", lambda cost: whole(cost.get("params_used"))),
    ("MACs a forward pass", lambda cost: giga(cost.get("macs"))),
    ("FLOPs (2 x MACs)", lambda cost: giga(cost.get("flops"))),
    ("Latency, tensor to outputs, p50", lambda cost: latency(cost, "model")),
    ("Latency, tensor to outputs, p95", lambda cost: percentile(cost, "model")),
    ("Latency, file to class, p50", lambda cost: latency(cost, "e2e")),
    ("Repeats that they stand on", lambda cost: f"{repeats(cost, 'model')} and {repeats(cost, 'e2e')}"),
    ("Throughput of the run", pass_throughput),
    ("Peak memory", peak_memory),
)
#: What the page says in places of its own.
_SAID_ELSEWHERE = {"images", "items", "labels are", "pixels", "weights", "run_key", "device"}
#: So many images without an answer are listed.
_FAILURES = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoreText:
    """A metric with its value and its interval in each label mode, empty where there is no interval."""

    metric: str
    values: tuple[str, ...]
    intervals: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RunTexts:
    """All texts of a run's page but those of its numbers. `accuracy` and `interval` are in percent, of strict mode."""

    accuracy: str
    interval: str
    modes: tuple[str, ...]
    scores: tuple[ScoreText, ...]
    setting: tuple[tuple[str, str], ...]
    verdicts: tuple[tuple[str, str, str], ...]
    guards: tuple[tuple[str, str, str], ...]
    warnings: tuple[str, ...]
    costs: tuple[tuple[str, str], ...]
    device: str
    hashes: tuple[tuple[str, str, str], ...]
    weights: tuple[tuple[str, str], ...]
    failures: tuple[tuple[str, str], ...]
    more_failures: int
    environment: tuple[tuple[str, str], ...]


def run_texts(record: Mapping[str, Any]) -> RunTexts:
    """The texts of a record.

    Raises:
        ArithmeticError, AttributeError, LookupError, TypeError, ValueError: it is not the record of a run.
    """
    modes = tuple(mode for mode in ("strict", "mask") if mode in record["scores"])
    failures = [(str(name), str(reason)) for name, reason in record["failures"].items()]
    return RunTexts(
        accuracy=percent(record["scores"].get("strict", {}).get("accuracy")),
        interval=percent_interval(record["intervals"].get("strict", {}).get("accuracy")),
        modes=modes,
        scores=tuple(score_texts(record, modes)),
        setting=tuple(
            (title.capitalize(), str(value)) for title, value in comparability(record) if title not in _SAID_ELSEWHERE
        ),
        verdicts=tuple(verdict_texts(record)),
        guards=tuple(
            (str(name), str(item["outcome"]), str(item["finding"]))
            for name, item in sorted((record.get("guards") or {}).items())
        ),
        warnings=(*(str(text) for text in record["warnings"]), *noise_remarks(record["cost"])),
        costs=tuple((title, show(record["cost"])) for title, show in _COSTS),
        device=device_text(record["cost"]),
        hashes=tuple((name, str(record[name]), what) for name, what in _HASHES.items() if name in record),
        weights=tuple(weights_texts(record["weights"], record.get("plugin") or {})),
        failures=tuple(failures[:_FAILURES]),
        more_failures=max(len(failures) - _FAILURES, 0),
        environment=tuple(environment_texts(record["environment"])),
    )


def device_text(cost: Mapping[str, Any]) -> str:
    """What the timings depend on."""
    return f"{cost['device_name']} ({cost['device']}), {cost['threads']} threads, batches of {cost['batch_size']}"


def score_texts(record: Mapping[str, Any], modes: tuple[str, ...]) -> Iterator[ScoreText]:
    """The metrics with a single value, the usual ones first; accuracies in percent as everywhere on the site."""
    for name in headline_first({name for mode in modes for name in record["scores"][mode] if "/" not in name}):
        show = percent if in_percent(str(name)) else decimal
        intervals = [record["intervals"].get(mode, {}).get(name) for mode in modes]
        yield ScoreText(
            metric=heading(str(name)),
            values=tuple(show(record["scores"][mode].get(name)) for mode in modes),
            intervals=tuple(f"{percent_interval(item)} %" if item else "" for item in intervals),
        )


def verdict_texts(record: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """What was found about labels and pixels: (what, verdict, finding)."""
    for what in ("labels", "pixels"):
        if record.get(what):
            yield what, str(record[what]["text"]), str(record[what]["finding"])


def weights_texts(weights: Mapping[str, Any], plugin: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Where the network came from."""
    yield "Weights", str(weights["name"])
    yield "SHA-256 of the weights", str(weights["sha256"])
    yield "Licence of the weights", str(weights.get("licence") or "not stated")
    extra = weights.get("extra_data")
    yield "Extra training data", "not known" if extra is None else ", ".join(map(str, extra)) or "none"
    if plugin:
        yield "Plugin", f"{plugin.get('name')} {plugin.get('version')} ({plugin.get('distribution')})"
        yield "SHA-256 of the plugin's source", str(plugin.get("sha256") or ABSENT)


def environment_texts(environment: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """Where it ran: Python, machine, the version of ferbench's source, packages."""
    source = environment.get("source") or {}
    for name in ("python", "platform", "cpu_name", "cpu_count", "device_name", "cuda"):
        if environment.get(name) is not None:
            yield name.replace("_", " "), str(environment[name])
    if source:
        yield "source of ferbench", f"{source.get('commit')}{' with local changes' if source.get('dirty') else ''}"
    packages = environment.get("packages")
    if isinstance(packages, dict):
        yield "packages", ", ".join(f"{name} {version}" for name, version in sorted(packages.items()))
