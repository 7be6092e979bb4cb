"""`ferbench run`: evaluate one model on a data set, or on several, and record it."""

from __future__ import annotations

import re
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ferbench.cli.options import AsJson, Database, PluginFiles, PluginsDir
from ferbench.cli.rerun import Rerun

NAME = "run"


class Engine(StrEnum):
    """How a network is run."""

    EAGER = "eager"
    COMPILE = "compile"
    ONNXRUNTIME = "onnxruntime"
    AUTO = "auto"


class Precision(StrEnum):
    """Arithmetic of a network."""

    FP32 = "fp32"
    TF32 = "tf32"
    BF16 = "bf16"
    FP16 = "fp16"
    GUARDED = "guarded"


class Classes(StrEnum):
    """Which images are evaluated."""

    ALL = "all"
    SHARED = "shared"


class ColourOrder(StrEnum):
    """Order of the colour channels."""

    RGB = "rgb"
    BGR = "bgr"


class Crop(StrEnum):
    """What is cut out of a picture."""

    NONE = "none"
    BOX = "box"
    DETECT = "detect"


class Align(StrEnum):
    """How a found face is turned."""

    NONE = "none"
    FIVE_POINT = "five_point"


class Tta(StrEnum):
    """Test-time augmentation."""

    NONE = "none"
    FLIP = "flip"
    TENCROP = "tencrop"


def command(
    model: Annotated[str, typer.Option(help="Model, see `ferbench list models`.")],
    dataset: Annotated[
        list[str],
        typer.Option(help="Data set, see `ferbench list datasets`; several times, or `all` for those that are here."),
    ],
    weights: Annotated[
        str | None, typer.Option(help="Checkpoint file, or `random`.", show_default="configured, cached or packaged")
    ] = None,
    data_root: Annotated[Path | None, typer.Option(help="Folder of the data set.", show_default="configured")] = None,
    split: Annotated[
        str | None, typer.Option(help="Split of the data set.", show_default="the set's own default")
    ] = None,
    classes: Annotated[
        Classes, typer.Option(help="`shared` leaves out the images of classes that the model does not know.")
    ] = Classes.ALL,
    class_order: Annotated[
        str | None, typer.Option(help="What the outputs mean: a known order, or classes with commas between.")
    ] = None,
    accept_class_order: Annotated[
        bool, typer.Option("--accept-class-order", help="Rank the run although its answers contradict the class order.")
    ] = False,
    colour_order: Annotated[ColourOrder | None, typer.Option(help="Override the colour order of the weights.")] = None,
    crop: Annotated[
        Crop | None,
        typer.Option(
            help="Cut the face out: by the box of the data set, or the largest that a detector finds.",
            show_default="as the weights say",
        ),
    ] = None,
    align: Annotated[
        Align | None,
        typer.Option(help="Turn a found face by its five landmarks.", show_default="as the weights say"),
    ] = None,
    margin: Annotated[
        float | None,
        typer.Option(help="Show so much more around the face, 0 to 1 of its size.", show_default="as the weights say"),
    ] = None,
    detector: Annotated[
        str | None,
        typer.Option(help="Face detector, see `ferbench list detectors`.", show_default="the only one there is"),
    ] = None,
    detector_option: Annotated[list[str] | None, typer.Option(help="KEY=VALUE for the detector.")] = None,
    tta: Annotated[
        Tta, typer.Option(help="Mean output of a picture and its mirror image, or of ten crops.")
    ] = Tta.NONE,
    model_option: Annotated[list[str] | None, typer.Option(help="KEY=VALUE for the model.")] = None,
    dataset_option: Annotated[list[str] | None, typer.Option(help="KEY=VALUE for the data set.")] = None,
    metric: Annotated[list[str] | None, typer.Option(help="Only these metrics.", show_default="all")] = None,
    exclude_leaks: Annotated[
        bool,
        typer.Option("--exclude-leaks", help="Score once more without images that the training split holds, too."),
    ] = False,
    leaks_from: Annotated[
        list[str] | None,
        typer.Option(help="The same for images that another set or split holds: SET or SET:SPLIT, several times."),
    ] = None,
    limit: Annotated[
        int | None, typer.Option(help="Only so many images, chosen by the hash of their ids; never ranked.")
    ] = None,
    engine: Annotated[
        Engine, typer.Option(help="How the network is run; `auto` compiles it where the run is long enough.")
    ] = Engine.EAGER,
    precision: Annotated[
        Precision, typer.Option(help="Arithmetic; `guarded`: fast, and float32 for every image that it may change.")
    ] = Precision.FP32,
    batch_size: Annotated[
        str, typer.Option(metavar="auto|N", help="Images a batch; `auto`: the fastest that fits into memory.")
    ] = "32",
    device: Annotated[str, typer.Option(help="auto, cpu, cuda, cuda:N or mps.")] = "auto",
    threads: Annotated[int | None, typer.Option(help="CPU threads of the network.", show_default="torch's own")] = None,
    workers: Annotated[str, typer.Option(metavar="auto|N", help="Threads that read images ahead.")] = "1",
    seed: Annotated[int, typer.Option(help="Seed of random weights.")] = 0,
    timing: Annotated[bool, typer.Option(help="Measure latency, too.")] = True,
    isolate: Annotated[
        bool, typer.Option("--isolate", help="Evaluate in a process of its own, which may crash without harm.")
    ] = False,
    time_limit: Annotated[
        float | None, typer.Option(help="Seconds that this process may take.", show_default="no limit")
    ] = None,
    memory_limit: Annotated[int | None, typer.Option(help="MiB that it may allocate.", show_default="no limit")] = None,
    record: Annotated[bool, typer.Option(help="Keep the run in the leaderboard.")] = True,
    rerun: Annotated[
        Rerun, typer.Option(help="What is computed: nothing; what is not recorded; also what is incomplete; all of it.")
    ] = Rerun.MISSING,
    plugin: PluginFiles = None,
    plugins_dir: PluginsDir = None,
    db: Database = None,
    json: AsJson = False,
) -> int:
    """Evaluate a model on a data set and record the run with its predictions.

    Example: ferbench run --model tiny_cnn --dataset synthetic
    """
    from ferbench.cli.evaluating_here import Here
    from ferbench.cli.evaluation import perform
    from ferbench.cli.in_child import InChild, limits_of
    from ferbench.cli.leak_search import LeakSearch
    from ferbench.cli.options import auto_or_count, key_values, load_catalog, open_leaderboard, typed
    from ferbench.cli.rerun import with_finished_runs
    from ferbench.spec import RunSpec

    spec = RunSpec(
        model=model,
        dataset=dataset[0],
        model_options=typed(key_values(model_option or (), "--model-option")),
        dataset_options=key_values(dataset_option or (), "--dataset-option"),
        split=split,
        data_root=str(data_root) if data_root else None,
        weights=weights,
        classes=classes.value,
        class_order=class_order,
        accept_class_order=accept_class_order,
        colour_order=colour_order.value if colour_order else None,
        crop=crop.value if crop else None,
        align=align.value if align else None,
        margin=margin,
        detector=detector,
        detector_options=typed(key_values(detector_option or (), "--detector-option")),
        tta=tta.value,
        limit=limit,
        engine=engine.value,
        precision=precision.value,
        batch_size=auto_or_count(batch_size, "--batch-size"),
        device=device,
        threads=threads,
        workers=auto_or_count(workers, "--workers"),
        seed=seed,
        metrics=tuple(metric or ()),
        timing=timing,
        command_line=tuple(without_password(argument) for argument in sys.argv),
    )
    search = LeakSearch(own_training=exclude_leaks, others=tuple(leaks_from or ()))
    limits = limits_of(isolate, time_limit, memory_limit)
    resume = rerun is not Rerun.ALWAYS
    evaluation = (
        InChild(plugins=plugin or (), plugins_dir=plugins_dir, search=search, limits=limits, resume=resume)
        if isolate
        else Here.of(load_catalog(plugin, plugins_dir), search, resume=resume)
    )
    leaderboard = open_leaderboard(db)
    looking = with_finished_runs(evaluation, leaderboard if record else None, rerun)
    return perform(spec, dataset, looking, leaderboard, record=record and rerun is not Rerun.NEVER, as_json=json)


def without_password(argument: str) -> str:
    """An argument as it may be recorded: records are passed on, and the URL of a database may hold a password."""
    return re.sub(r"(?<=://).*@", "***@", argument)
