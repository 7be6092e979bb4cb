"""What a new process does with one plugin: discover it, load its model, open its data set or detector.

Requests and answers are JSON data.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.catalog import Catalog
from ferbench.errors import FerbenchError
from ferbench.plugin_manager import admit
from ferbench.testing.place import Place
from ferbench.testing.processes.notes import Notes

if TYPE_CHECKING:
    from collections.abc import Callable

#: Libraries that take a second to import; listing needs none of them.
HEAVY = ("torch", "torchvision", "timm", "tensorflow", "jax", "transformers")
#: So many pictures are read, to learn which files are pictures.
PICTURES = 200


def discover(request: dict[str, Any]) -> dict[str, Any]:
    """Import the plugin and call its hooks; which heavy libraries that brings, and what it does besides."""
    _, notes = discovered(request)
    return {"heavy": [name for name in HEAVY if name in sys.modules], "deeds": notes.deeds}


def load_model(request: dict[str, Any]) -> dict[str, Any]:
    """Load a model as the checks do; what that does besides, and the tensors that its preprocessing makes."""
    from ferbench.testing.find import subject_of
    from ferbench.testing.model_checks.inputs import goldens
    from ferbench.testing.subjects import ModelSubject

    catalog, notes = discovered(request)
    prepare_torch()
    weights = request["weights"]
    subject = subject_of(
        request["name"],
        catalog,
        kind="model",
        weights=Path(weights) if weights else None,
        options=request["options"],
    )
    assert isinstance(subject, ModelSubject)
    subject.checkpoint  # noqa: B018 - the harness reads it, and its own files are not the plugin's
    with notes.taken():
        subject.load(subject.num_classes)
    return {"golden": goldens(subject.entry.card), "deeds": notes.deeds}


def open_dataset(request: dict[str, Any]) -> dict[str, Any]:
    """Open a data set, then read some of it: its fingerprint, the pictures that were touched at open, other deeds."""
    from ferbench.pipeline.plugin_calls import open_dataset as open_split
    from ferbench.pipeline.scope import items_sha256

    catalog, notes = discovered(request)
    decoded = watch_decoders(notes)
    registered = catalog.datasets.get(request["name"])
    root = request["root"] and Path(request["root"])
    with notes.taken():
        opened = open_split(registered, root, registered.entry.card.default_split, request["options"])
    at_open, deeds, called = set(notes.opened), notes.deeds, decoded[:1]
    readers: Counter[str] = Counter()
    for row in opened.rows[:PICTURES]:
        notes.opened.clear()
        with notes.taken():
            read_quietly(lambda row=row: opened.read(row))  # type: ignore[misc]
        readers.update(set(notes.opened))
    # A file that many rows are read from is a table, not a picture.
    touched = sorted(path for path, rows in readers.items() if rows == 1 and path in at_open)
    pictures = touched if len(opened.rows) > 1 else []
    return {"items": items_sha256(opened.rows), "pictures": pictures, "decoded": called, "deeds": deeds}


def open_detector(request: dict[str, Any]) -> dict[str, Any]:
    """Open a face detector and show it a picture; what that does besides."""
    from ferbench.testing.find import subject_of
    from ferbench.testing.subjects import DetectorSubject

    catalog, notes = discovered(request)
    prepare_torch()
    subject = subject_of(request["name"], catalog, kind="detector", options=request["options"])
    assert isinstance(subject, DetectorSubject)
    with notes.taken():
        subject.opened.detect(subject.frames[-1])
    return {"deeds": notes.deeds}


TASKS: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "discover": discover,
    "load_model": load_model,
    "open_dataset": open_dataset,
    "open_detector": open_detector,
}


def discovered(request: dict[str, Any]) -> tuple[Catalog, Notes]:
    """The catalog of the one plugin, and the notes taken while it was discovered."""
    candidate = Place(**request["place"]).candidate()
    file = request["place"]["file"]
    notes, catalog = Notes(sources=(Path(file),) if file else ()), Catalog()
    notes.start()
    with notes.taken():
        admit(candidate, catalog, fatal=True)
    origin = catalog.reports[-1].origin
    notes.sources = origin.sources if origin else ()
    notes.opened.clear()
    return catalog, notes


def prepare_torch() -> None:
    """Import what every network brings, so that what these libraries do is not taken for the plugin's deeds."""
    import torch

    torch.nn.Linear(1, 1)


def watch_decoders(notes: Notes) -> list[str]:
    """The names of decoders of pictures that are called while notes are taken of an opening."""
    import cv2
    from PIL import Image

    called: list[str] = []
    for module, name in ((Image, "open"), (cv2, "imread"), (cv2, "imdecode")):
        setattr(module, name, watched(getattr(module, name), f"{module.__name__}.{name}", called, notes))
    return called


def watched(decode: Callable[..., Any], name: str, called: list[str], notes: Notes) -> Callable[..., Any]:
    """A decoder that says when it was called."""

    def say(*arguments: Any, **options: Any) -> Any:
        if notes.taking:
            called.append(name)
        return decode(*arguments, **options)

    return say


def read_quietly(read: Callable[[], object]) -> None:
    """Read a picture; one that cannot be read is another check's concern."""
    try:
        read()
    except (FerbenchError, OSError):
        return
