"""`./lantai test`: the checks and the tests, quick to slow; `cluster` and `soak` are profiles of their own."""

import os
import subprocess
import sys
import time
from pathlib import Path

from config.environment import CHECKOUT

BIN = Path(sys.executable).parent
CHECKS = (
    ("ruff format", ["ruff", "format", "--check", "."]),
    ("ruff", ["ruff", "check", "."]),
    ("import walls", ["lint-imports"]),
    ("templates", ["djlint", "src", "--check", "--lint", "--quiet"]),
    ("types", ["mypy"]),
    ("migrations", ["python", "-m", "config.manage", "makemigrations", "--check", "--dry-run"]),
)
STAGES = (
    ("quick tests", "not slow and not browser and not soak and not cluster", "2"),
    ("slow tests", "slow and not browser and not soak and not cluster", "2"),
    ("browser tests", "browser and not soak and not cluster", "2"),
)


def main(words: list[str]) -> int:
    """Run the profile named by the first word, or the tests at the paths given, or everything."""
    os.chdir(CHECKOUT)
    os.environ.setdefault("LANTAI_HOME", str(CHECKOUT / "var" / "test"))
    if words[:1] == ["soak"]:
        return _pytest(["-m", "soak", "-p", "no:randomly", "-s", *words[1:]])
    if words[:1] == ["cluster"]:
        return _pytest(["-m", "cluster", *words[1:]])
    _build_pages()
    if words:
        return _pytest(words)
    failed = [name for name, command in CHECKS if not _check(name, command)]
    for name, marks, processes in STAGES:
        _say(name)
        if _pytest(["-n", processes, "-m", marks, "tests"]) not in (0, 5):
            failed.append(name)
    _say("all green" if not failed else f"failed: {', '.join(failed)}")
    return 1 if failed else 0


def _build_pages() -> None:
    from config import frontend, translations

    translations.compile_all()
    frontend.build()


def _check(name: str, command: list[str]) -> bool:
    began = time.monotonic()
    done = subprocess.run([str(BIN / command[0]), *command[1:]], capture_output=True, text=True, check=False)
    _say(f"{name}: {'ok' if done.returncode == 0 else 'FAILED'} in {time.monotonic() - began:.1f} s")
    if done.returncode:
        sys.stdout.write(done.stdout + done.stderr)
    return done.returncode == 0


def _pytest(arguments: list[str]) -> int:
    return subprocess.run([sys.executable, "-m", "pytest", "-q", *arguments], check=False).returncode


def _say(words: str) -> None:
    sys.stdout.write(f"== {words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
