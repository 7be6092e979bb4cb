"""What networks cost, for the terminal: one alone with its modules, or several side by side in one unit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from rich.console import Group
from rich.table import Column, Table

from ferbench.report.cost_cells import latency, noise_remarks, peak_memory, percentile, repeats
from ferbench.report.formatting import ABSENT, giga, millions, safe, unit, whole

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

#: A row each: its title, and what it says of a cost.
_MEASURED: tuple[tuple[str, Callable[[dict[str, Any]], str]], ...] = (
    ("parameters in the checkpoint", lambda cost: whole(cost["params_total"])),
    ("of them trainable", lambda cost: whole(cost["params_trainable"])),
    ("of them read by a forward pass", lambda cost: whole(cost["params_used"])),
    ("MACs an image", lambda cost: whole(cost["macs"])),
    ("MACs of normalisations (apart)", lambda cost: whole(cost["norm_macs"])),
    ("FLOPs an image (2 x MACs)", lambda cost: whole(cost["flops"])),
    ("latency, tensor to outputs, p50", lambda cost: latency(cost, "model")),
    ("latency, tensor to outputs, p95", lambda cost: percentile(cost, "model")),
    ("repeats that it stands on", lambda cost: repeats(cost, "model")),
    ("peak memory meanwhile", peak_memory),
    ("best throughput", lambda cost: unit(cost["images_per_s_best"], "images/s")),
    ("in batches of", lambda cost: whole(cost["batch_size_best"])),
)
#: The memory of a process holds what the networks before have left in it: libraries, caches, what was not given back.
_COMPARABLE = tuple(row for row in _MEASURED if row[1] is not peak_memory)


def cost_report(models: Sequence[dict[str, Any]]) -> Group:
    """The costs of networks, what their papers report, and for a single one its modules.

    `models` are documents of `ferbench profile`: the keys model, cost and reported (a ReportedCost as JSON, or None).
    """
    parts = [comparison(models), *notes(models)]
    return Group(*parts, modules(models[0]["cost"])) if len(models) == 1 else Group(*parts)


def comparison(models: Sequence[dict[str, Any]]) -> Table:
    """One column a network: measured here above, reported below."""
    table = Table("an image, batch 1", *[Column(safe(model["model"]), justify="right") for model in models])
    for title, show in _MEASURED if len(models) == 1 else _COMPARABLE:
        table.add_row(title, *[show(model["cost"]) for model in models])
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
    """What the tables cannot hold: noise, machine, the counter, what it leaves out, where reported figures stand."""
    for model in models:
        cost, name = model["cost"], model["model"]
        yield from (safe(f"{name}: {remark}", "yellow") for remark in noise_remarks(cost))
        yield safe(f"{name}: on {cost['device_name']} ({cost['device']}) with {cost['threads']} threads", "dim")
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
