"""Where things are on this machine: `ferbench.toml`, the environment and the usual folders, read once into Settings."""

from __future__ import annotations

import os
import tomllib
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ferbench.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

FILE_NAME = "ferbench.toml"
_SECTIONS = ("data", "weights", "leaderboard")
_LEADERBOARD_KEYS = {"db"}
#: Keys of a data set with a section of its own, as in [data.rafdb].
_DATASET_KEYS = {"root"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """What this machine knows: roots by data set name, checkpoints by weights name, the database.

    `data_home` holds one folder a data set (`FERBENCH_DATA`), `weights_home` cached checkpoints under their file name,
    `manifests_home` manifests of large data sets that were opened before, `engines_home` networks as engines want them,
    and `unfinished_home` what runs had answered when they stopped.
    """

    source: Path | None = None
    data_roots: Mapping[str, Path] = field(default_factory=dict)
    data_home: Path | None = None
    weights: Mapping[str, Path] = field(default_factory=dict)
    weights_home: Path | None = None
    manifests_home: Path | None = None
    engines_home: Path | None = None
    unfinished_home: Path | None = None
    database: str = ""

    @classmethod
    def load(cls, start: Path | None = None, environ: Mapping[str, str] = os.environ) -> Settings:
        """Settings of a folder: its nearest `ferbench.toml` upwards, then the user's, under the environment.

        Raises:
            UsageError: the file is no TOML, or has a section or a value that means nothing; the folder is gone.
        """
        from platformdirs import user_cache_path, user_data_path

        source = find_file(start or current_folder(), environ)
        sections = read_file(source) if source else {}
        base = source.parent if source else Path()
        home = environ.get("FERBENCH_DATA")
        cache = Path(environ.get("FERBENCH_CACHE") or user_cache_path("ferbench"))
        database = environ.get("FERBENCH_DB") or located(sections.get("leaderboard", {}).get("db"), base)
        return cls(
            source=source,
            data_roots={name: base / home_expanded(path) for name, path in sections.get("data", {}).items()},
            data_home=Path(home) if home else None,
            weights={name: base / home_expanded(path) for name, path in sections.get("weights", {}).items()},
            weights_home=cache / "weights",
            manifests_home=cache / "manifests",
            engines_home=cache / "engines",
            unfinished_home=cache / "unfinished",
            database=database or str(user_data_path("ferbench") / "leaderboard.sqlite"),
        )

    def data_root(self, dataset: str) -> Path | None:
        """Folder of a data set: the configured one, else its folder under `data_home` if there is one."""
        if dataset in self.data_roots:
            return self.data_roots[dataset]
        candidate = self.data_home / dataset if self.data_home else None
        return candidate if candidate and not unreachable(candidate) else None

    def said_by(self, dataset: str) -> str:
        """Who names the folder of a data set, for people: the configuration file, or FERBENCH_DATA."""
        return str(self.source) if dataset in self.data_roots else "FERBENCH_DATA"

    def checkpoint(self, weights: str, file_name: str) -> Path | None:
        """Checkpoint of released weights: the configured one, else the cached file if there is one."""
        if weights in self.weights:
            return self.weights[weights]
        candidate = self.weights_home / file_name if self.weights_home else None
        return candidate if candidate and not unreachable(candidate) else None


def unreachable(path: Path) -> str:
    """Why there is nothing to be had at a path, in a sentence; empty where something is."""
    try:
        path.stat()
    except (OSError, ValueError) as error:
        return f"{path} cannot be found: {getattr(error, 'strerror', None) or error}."
    return ""


def current_folder() -> Path:
    """The folder that ferbench was started in, once it is known to be there still."""
    try:
        return Path.cwd()
    except OSError as error:
        raise UsageError(
            "A configuration was looked for from the current folder upwards.",
            f"The current folder cannot be entered: {error.strerror}.",
            "Change to a folder that exists.",
        ) from error


def find_file(start: Path, environ: Mapping[str, str]) -> Path | None:
    """`FERBENCH_CONFIG`, else the nearest `ferbench.toml` in `start` or above it, else the user's own."""
    from platformdirs import user_config_path

    if environ.get("FERBENCH_CONFIG"):
        return Path(environ["FERBENCH_CONFIG"])
    folders = [start.absolute(), *start.absolute().parents, user_config_path("ferbench")]
    return next((folder / FILE_NAME for folder in folders if not unreachable(folder / FILE_NAME)), None)


def read_file(path: Path) -> dict[str, dict[str, str]]:
    """The sections of a configuration file, every value a text; `[data.NAME] root = "DIR"` is `[data] NAME = "DIR"`."""
    try:
        with path.open("rb") as file:
            sections = tomllib.load(file)
    except (OSError, tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise UsageError(
            f"The configuration {path} was to be read.",
            str(error),
            "Mend the file, or point FERBENCH_CONFIG to another.",
        ) from error
    if isinstance(sections.get("data"), dict):
        sections["data"] = {name: root_in(path, name, value) for name, value in sections["data"].items()}
    for name, section in sections.items():
        check_section(path, name, section)
    return sections


def root_in(path: Path, dataset: str, value: Any) -> Any:
    """The root in the section of a data set; any other value as it is."""
    if not isinstance(value, dict):
        return value
    if value.keys() == _DATASET_KEYS:
        return value["root"]
    raise UsageError(
        f"The configuration {path} was to be read.",
        f"[data.{dataset}] has {', '.join(sorted(value)) or 'no key'}.",
        'It has one key: root = "DIR".',
    )


def check_section(path: Path, name: str, section: Any) -> None:
    """Refuse what would be overlooked in silence: an unknown section or key, a value that is no text."""
    texts = name in _SECTIONS and isinstance(section, dict) and all(isinstance(v, str) for v in section.values())
    if not texts:
        raise UsageError(
            f"The configuration {path} was to be read.",
            f"[{name}] is not a section of texts that ferbench knows.",
            f"Known sections: {', '.join(f'[{known}]' for known in _SECTIONS)}; every value is a path or a URL in "
            'quotes, and so is a name with a dot: "poster_v2.rafdb" = "FILE".',
        )
    if name == "leaderboard" and not section.keys() <= _LEADERBOARD_KEYS:
        raise UsageError(
            f"The configuration {path} was to be read.",
            f"[leaderboard] has {', '.join(sorted(section.keys() - _LEADERBOARD_KEYS))}.",
            'It has one key: db = "PATH or URL".',
        )


def located(database: str | None, base: Path) -> str | None:
    """A database of the configuration: a URL as it is, a path beside the file."""
    return database if database is None or "://" in database else str(base / home_expanded(database))


def home_expanded(path: str) -> str:
    """The path with the user's home for a leading `~`."""
    return os.path.expanduser(path)  # noqa: PTH111 - pathlib raises where there is no such home
