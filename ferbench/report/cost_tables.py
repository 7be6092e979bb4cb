"""What networks cost, for the terminal: one alone with its modules, or several side by side in one unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Column, Table

from ferbench.report.formatting import ABSENT, giga, millions, safe, unit, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


_MEASURED: tuple[tuple[str, str, Callable[[Any], str]], ...] = (
    ("parameters in the checkpoint", "params_total", whole),
    ("of them trainable", "params_trainable", whole),
    ("of them read by a forward pass", "params_used", whole),
    ("MACs an image", "macs", whole),
    ("MACs of normalisations (apart)", "norm_macs", whole),
    ("FLOPs an image (2 x MACs)", "flops", whole),
    ("latency, tensor to outputs, p50", "latency_model_ms_p50", lambda value: unit(value, "ms")),
    ("peak memory of the process", "peak_mem_mib", lambda value: unit(value, "MiB")),
)
#: The peak of a process tells nothing of the second network in it.
_COMPARABLE = tuple(row for row in _MEASURED if row[1] != "peak_mem_mib")


def cost_report(models: Sequence[dict[str, Any]]) -> Group:
    """The costs of networks, what their papers report, and for a single one its modules.

    `models` are documents of `ferbench profile`: the keys model, cost and reported (a ReportedCost as JSON, or None).
    """
    parts = [comparison(models), *notes(models)]
    return Group(*parts, modules(models[0]["cost"])) if len(models) == 1 else Group(*parts)


def comparison(models: Sequence[dict[str, Any]]) -> Table:
    """One column a network: measured here above, reported below."""
    table = Table("an image, batch 1", *[Column(safe(model["model"]), justify="right") for model in models])
    for title, key, show in _MEASURED if len(models) == 1 else _COMPARABLE:
        table.add_row(title, *[show(model["cost"].get(key)) for model in models])
    if any(model["reported"] for model in models):
        table.add_section()
        for title, show in _REPORTED:
            table.add_row(title, *[show(model["reported"]) if model["reported"] else ABSENT for model in models])
    return table


def reported_macs(reported: dict[str, Any]) -> float:
    """A published number of operations in MACs."""
    operations: float = reported["giga_operations"] * 1e9
    return operations if reported["unit"] == "MACs" else operations / 2


_REPORTED: tuple[tuple[str, Callable[[dict[str, Any]], str]], ...] = (
    ("reported: parameters", lambda reported: f"{reported['params_millions']:g} M"),
    ("reported: operations", lambda reported: f"{reported['giga_operations']:g} G"),
    ("reported: what they count", lambda reported: str(reported["unit"])),
    ("reported, in MACs", lambda reported: giga(reported_macs(reported))),
)


def notes(models: Sequence[dict[str, Any]]) -> Iterator[Any]:
    """What the tables cannot hold: the counter, operators that it does not count, and where reported figures stand."""
    for model in models:
        cost, name = model["cost"], model["model"]
        yield safe(f"{name}: {counting(cost)}", "dim")
        if model["reported"]:
            yield safe(f"{name}, reported: {model['reported']['source']}", "dim")


def counting(cost: dict[str, Any]) -> str:
    """Who counted, and what was left out; why nothing was counted, where nothing was."""
    if cost["macs"] is None:
        return f"no operations are counted: {cost['not_counted_because'] or 'it is no torch network'}"
    return f"counted by {cost['counter']}; not counted: {', '.join(sorted(cost['uncounted_ops'])) or 'none'}"


def modules(cost: dict[str, Any]) -> Table:
    """MACs by top-level module, the most expensive first."""
    table = Table("module", "MACs")
    for module, macs in sorted(cost["macs_by_module"].items(), key=lambda item: -item[1]):
        table.add_row(safe(module), millions(macs))
    return table
