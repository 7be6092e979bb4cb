"""What every test starts from: two threads, a clean environment, no time limit for an example of a law."""

from __future__ import annotations

import os
import signal

import pytest
from hypothesis import HealthCheck, settings

settings.register_profile("ferbench", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("ferbench")

# Workers of pytest-xdist ignore Ctrl+C, and are told how wide the terminal is that they do not write to.
signal.signal(signal.SIGINT, signal.default_int_handler)
os.environ.pop("COLUMNS", None)


@pytest.fixture(autouse=True)
def clean_environment(monkeypatch, tmp_path_factory):
    """No setting of the person who runs the tests reaches them, and nothing is written outside the tests' folders."""
    for name in [name for name in os.environ if name.startswith("FERBENCH_")]:
        monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("FERBENCH_CONFIG", str(home / "ferbench.toml"))
    monkeypatch.setenv("XDG_DATA_HOME", str(home / "data"))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    (home / "ferbench.toml").write_text("", encoding="utf-8")
