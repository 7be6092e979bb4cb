"""What comes with ferbench, by kind."""

from __future__ import annotations

from ferbench.plugin_manager import build_catalog

CATALOG = build_catalog()
OWN = {"ferbench"}
METRICS = [item.entry.card.name for item in CATALOG.metrics if item.origin.distribution in OWN]
MODELS = {item.entry.card.name for item in CATALOG.models if item.origin.distribution in OWN}
DETECTORS = [item.entry.card.name for item in CATALOG.detectors if item.origin.distribution in OWN]
#: Networks of which each is built otherwise; the others of the catalog are `poster` in other sizes and forms.
LARGE = ("poster_v2", "poster", "apvit")
SIZES = sorted(MODELS - {*LARGE, "tiny_cnn"})
