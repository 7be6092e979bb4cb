"""Environments of strangers: Python of their own, with the ferbench of this checkout and what it depends on."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import venv
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
#: pip may ask nobody, and builds with what is installed.
_OFFLINE = {
    "PIP_NO_INDEX": "1",
    "PIP_NO_BUILD_ISOLATION": "0",
    "PIP_DISABLE_PIP_VERSION_CHECK": "1",
    "PIP_NO_CACHE_DIR": "1",
}
_FERBENCH = "#!{python}\nimport sys\nfrom ferbench.cli.app import main\nsys.exit(main())\n"


@dataclass(frozen=True, slots=True)
class Environment:
    """A virtual environment whose commands come first on the path; settings and leaderboard lie beside it."""

    folder: Path

    @classmethod
    def new(cls, folder: Path) -> Environment:
        """One in a folder that is not there yet.

        A path file names this checkout and the folder of the dependencies; path files that lie there are not read
        again, so that nothing else is installed editably.
        """
        venv.create(folder, with_pip=False)
        site = next(folder.glob("lib/python3*/site-packages"))
        paths = [sysconfig.get_paths()["purelib"], *(str(ROOT / name) for name in ("", "plugins", "leaderboards"))]
        (site / "ferbench.pth").write_text("\n".join(paths) + "\n", encoding="utf-8")
        command = folder / "bin" / "ferbench"
        command.write_text(_FERBENCH.format(python=folder / "bin" / "python"), encoding="utf-8")
        command.chmod(0o755)
        for name in ("pytest", "mypy"):
            module = folder / "bin" / name
            module.write_text(f'#!/bin/sh\nexec "{folder}/bin/python" -m {name} "$@"\n', encoding="utf-8")
            module.chmod(0o755)
        return cls(folder)

    def variables(self, home: Path) -> dict[str, str]:
        """The variables of a process: nobody's settings, and folders of its own below `home`."""
        foreign = ("FERBENCH_", "PYTHON", "VIRTUAL_ENV", "COV_", "COVERAGE_")
        clean = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
        homes = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("DATA", "CACHE", "CONFIG")}
        tools = os.pathsep.join([str(self.folder / "bin"), str(Path(sys.executable).parent), os.environ["PATH"]])
        return {**clean, **homes, **_OFFLINE, "PATH": tools, "NO_COLOR": "1", "COLUMNS": "120"}

    def shell(self, script: str, folder: Path) -> subprocess.CompletedProcess[str]:
        """Run some lines of bash in a folder, to the first that fails."""
        command = ["bash", "-euo", "pipefail", "-c", script]
        return subprocess.run(
            command,
            cwd=folder,
            env=self.variables(self.folder / "home"),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=200,
        )
