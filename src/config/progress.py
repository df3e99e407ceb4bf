"""Progress of a long command: a bar on a terminal, plain lines elsewhere; always on standard error."""

import sys
import time
from types import TracebackType
from typing import Self

from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    SpinnerColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

LINE_EVERY_SECONDS = 5.0


class _Rate(ProgressColumn):
    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:,.1f}/s" if task.speed else "")


class Bar:
    """A progress that several steps share. `step(name, done, total)` may be called as often as one likes."""

    def __init__(self) -> None:
        console = Console(stderr=True)
        self._live: Progress | None = None
        if console.is_terminal:
            self._live = Progress(
                SpinnerColumn(),
                TextColumn("{task.description:<14}"),
                BarColumn(),
                MofNCompleteColumn(),
                _Rate(),
                TimeRemainingColumn(),
                console=console,
            )
        self._tasks: dict[str, object] = {}
        self._began: dict[str, float] = {}
        self._told: dict[str, float] = {}

    def __enter__(self) -> Self:
        if self._live:
            self._live.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._live:
            self._live.stop()

    def step(self, name: str, done: int, total: int) -> None:
        """Show that `done` of `total` of the step `name` are done."""
        if self._live:
            if name not in self._tasks:
                self._tasks[name] = self._live.add_task(name, total=total)
            self._live.update(self._tasks[name], completed=done, total=total)  # type: ignore[arg-type]
            return
        moment = time.monotonic()
        began = self._began.setdefault(name, moment)
        last = self._told.get(name)
        if last is None or done >= total or moment - last >= LINE_EVERY_SECONDS:
            if last is not None and done >= total and self._tasks.get(name) == "ended":
                return
            self._told[name] = moment
            if done >= total:
                self._tasks[name] = "ended"
            rate = done / (moment - began) if moment > began else 0
            left = f", {(total - done) / rate:,.0f} s left" if rate and done < total else ""
            sys.stderr.write(f"{name}: {done} of {total}, {rate:,.1f}/s{left}\n")
            sys.stderr.flush()
