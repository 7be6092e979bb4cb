"""`ferbench gate`: whether a model is worse than a baseline, for CI."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ferbench.cli.options import AsJson, Database, PluginFiles, PluginsDir
from ferbench.cli.run import without_password

NAME = "gate"


class FailOnOption(StrEnum):
    """What a worse metric must be to fail."""

    BOTH = "both"
    DROP = "drop"
    SIGNIFICANT = "significant"


def command(
    baseline: Annotated[str, typer.Option(help="A bundle (FILE), or a recorded run as `ferbench show` takes it.")],
    run: Annotated[
        str | None, typer.Option(help="Judge this recorded run.", show_default="evaluate anew, as the baseline was run")
    ] = None,
    model: Annotated[str | None, typer.Option(help="Model under test.", show_default="the baseline's")] = None,
    dataset: Annotated[str | None, typer.Option(help="Data set.", show_default="the baseline's")] = None,
    weights: Annotated[
        str | None, typer.Option(help="Checkpoint under test, or `random`.", show_default="the baseline's")
    ] = None,
    data_root: Annotated[Path | None, typer.Option(help="Folder of the data set.", show_default="configured")] = None,
    split: Annotated[str | None, typer.Option(help="Split of the data set.", show_default="the baseline's")] = None,
    limit: Annotated[
        int | None, typer.Option(help="Only so many images.", show_default="as many as the baseline's")
    ] = None,
    model_option: Annotated[
        list[str] | None, typer.Option(help="KEY=VALUE for the model.", show_default="the baseline's")
    ] = None,
    dataset_option: Annotated[
        list[str] | None, typer.Option(help="KEY=VALUE for the data set.", show_default="the baseline's")
    ] = None,
    max_drop: Annotated[
        list[str] | None,
        typer.Option(
            help="METRIC=DROP, several times; in percentage points for metrics between 0 and 1.",
            show_default="accuracy=0.5, unless --drift is given",
        ),
    ] = None,
    alpha: Annotated[float, typer.Option(help="Level of the one-sided tests, over all metrics together.")] = 0.05,
    fail_on: Annotated[
        FailOnOption, typer.Option(help="Fail where a drop is larger than allowed, significant, or both.")
    ] = FailOnOption.BOTH,
    drift: Annotated[
        str | None,
        typer.Option(help="Fail where outputs differ by more: max_abs_logit=1e-4,flips=0", show_default="not checked"),
    ] = None,
    max_slowdown: Annotated[
        list[str] | None,
        typer.Option(
            help="latency_ms_p50=RATIO, new to baseline; fails only with --baseline-weights.",
            show_default="not measured",
        ),
    ] = None,
    baseline_weights: Annotated[
        str | None, typer.Option(help="Weights of the baseline, to time both networks in turn.", show_default=False)
    ] = None,
    allow_other_pixels: Annotated[
        bool, typer.Option("--allow-other-pixels", help="Judge although the same images have other pixels.")
    ] = False,
    update_baseline: Annotated[
        bool,
        typer.Option(
            "--update-baseline", help="Write the new run into the baseline FILE, if it passes or none is there."
        ),
    ] = False,
    junit: Annotated[Path | None, typer.Option(help="JUnit XML file to write.", show_default=False)] = None,
    comment: Annotated[Path | None, typer.Option(help="Markdown file to write.", show_default=False)] = None,
    batch_size: Annotated[int, typer.Option(help="Images a batch.")] = 32,
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    threads: Annotated[int | None, typer.Option(help="CPU threads of the network.", show_default="torch's own")] = None,
    workers: Annotated[int, typer.Option(help="Threads that read images ahead.")] = 1,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    db: Database = None,
    json: AsJson = False,
) -> int:
    """Evaluate a model and fail where it is worse than a baseline by more than is allowed, and not by chance.

    The side under test is evaluated anew, never taken from the leaderboard, and not recorded. Exit code 1 for a
    regression, 3 for images without an answer, 4 where something is missing, 5 where nothing can be compared.

    Example: ferbench gate --baseline latest --max-drop accuracy=0.5
    """
    from ferbench.cli.gate_outputs import Outputs
    from ferbench.cli.gating import Request, perform
    from ferbench.cli.options import key_values, load_catalog, open_leaderboard, typed
    from ferbench.gate.limits import Limits, Rule, drift_limits, drop_limits, slowdown_limits

    limits = Limits(
        drops=drop_limits(max_drop or ([] if drift else ["accuracy=0.5"])),
        drift=drift_limits(drift) if drift else (),
        slowdowns=slowdown_limits(max_slowdown or ()),
        rule=Rule(alpha=alpha, fail_on=fail_on.value),
        other_pixels=allow_other_pixels,
    )
    request = Request(
        baseline=baseline,
        run=run,
        model={
            "model": model,
            "weights": weights,
            "model_options": typed(key_values(model_option, "--model-option")) if model_option else None,
        },
        images={
            "dataset": dataset,
            "data_root": str(data_root) if data_root else None,
            "split": split,
            "limit": limit,
            "dataset_options": key_values(dataset_option, "--dataset-option") if dataset_option else None,
        },
        machine={
            "batch_size": batch_size,
            "device": device,
            "threads": threads,
            "workers": workers,
            "command_line": tuple(without_password(argument) for argument in sys.argv),
        },
        baseline_weights=baseline_weights,
        update=update_baseline,
    )
    outputs = Outputs(as_json=json, junit=junit, comment=comment)
    return perform(request, limits, load_catalog(plugin, plugins_dir), open_leaderboard(db), outputs)
