"""The folders of the index: `gen-N` for each generation and `CURRENT`, the name of the one that answers."""

import json
import os
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from lantai.kernel.errors import UnavailableError, gettext_noop
from lantai.language.rules import DICTIONARY_VERSION
from lantai.search.adapters.engine import SearchEngine
from lantai.search.adapters.tantivy_engine import TantivyEngine, create_generation
from lantai.search.rules.fields import SCHEMA_VERSION

REFRESH_SECONDS = 0.2
_ABOUT = "about.json"


@dataclass(frozen=True, slots=True)
class Generation:
    """One complete index in its folder."""

    number: int
    folder: Path

    def fits(self) -> bool:
        """Tell whether this program's fields and dictionary are the ones it was built with."""
        try:
            about = json.loads((self.folder / _ABOUT).read_text())
        except (OSError, ValueError):
            return False
        return bool(about.get("schema") == SCHEMA_VERSION and about.get("dictionary") == DICTIONARY_VERSION)


class Generations:
    """The index folder of one installation."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def current(self) -> Generation | None:
        """Return the generation that answers, or None before the first one (or when nobody can tell which it is)."""
        try:
            name = (self.root / "CURRENT").read_text().strip()
            return Generation(int(name.removeprefix("gen-")), self.root / name)
        except (FileNotFoundError, ValueError):
            return None

    def create(self) -> Generation:
        """Make the next generation, empty; it answers nothing before `switch_to`."""
        self.root.mkdir(parents=True, exist_ok=True)
        number = max((int(f.name[4:]) for f in self.root.glob("gen-*") if f.name[4:].isdigit()), default=0) + 1
        folder = self.root / f"gen-{number}"
        folder.mkdir(mode=0o700)
        create_generation(folder)
        _write_durably(folder / _ABOUT, json.dumps({"schema": SCHEMA_VERSION, "dictionary": DICTIONARY_VERSION}))
        return Generation(number, folder)

    def switch_to(self, generation: Generation) -> None:
        """Let `generation` answer from now on: readers open it at their next question."""
        _write_durably(self.root / "CURRENT", generation.folder.name + "\n")

    def discard(self, generation: Generation) -> None:
        """Remove a generation that does not answer."""
        shutil.rmtree(generation.folder, ignore_errors=True)

    def prune(self) -> None:
        """Remove every generation older than the one before the current; that one stays as the way back."""
        current = self.current()
        if current is None:
            return
        older = sorted(int(f.name[4:]) for f in self.root.glob("gen-*") if int(f.name[4:]) < current.number)
        for number in older[:-1]:
            shutil.rmtree(self.root / f"gen-{number}", ignore_errors=True)


def _write_durably(path: Path, text: str) -> None:
    """Put `text` at `path` in one step that survives a power cut."""
    draft = path.with_name(f"{path.name}.{os.getpid()}.new")
    with draft.open("w") as stream:
        stream.write(text)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


class IndexReader:
    """The engine that answers now: follows commits and switches of generation, at most REFRESH_SECONDS behind."""

    def __init__(self, generations: Generations) -> None:
        self._generations = generations
        self._lock = threading.Lock()
        self._number = 0
        self._engine: TantivyEngine | None = None
        self._checked = 0.0

    def engine(self, *, fresh: bool = False) -> SearchEngine | None:
        """Return the engine of the current generation, or None before the first one exists.

        With `fresh`, everything committed before the call is visible. Raises UnavailableError when the index was built
        for another version of the program.
        """
        with self._lock:
            if fresh or self._engine is None or time.monotonic() - self._checked > REFRESH_SECONDS:
                self._follow()
                self._checked = time.monotonic()
            return self._engine

    def _follow(self) -> None:
        current = self._generations.current()
        if current is None:
            self._engine = None
        elif self._engine is None or current.number != self._number:
            if not current.fits():
                raise UnavailableError(
                    "search.old_index",
                    gettext_noop("The search index was built for another version. Run: lantai index rebuild"),
                )
            self._engine, self._number = TantivyEngine(current.folder), current.number
        else:
            self._engine.refresh()
