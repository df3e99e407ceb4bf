"""The steps of digitising and when a sample is accepted (DA/T 31-2017); values that are not in its text are defaults."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from lantai.kernel.errors import InvalidError
from lantai.kernel.errors import gettext_noop as _

TAKEN_OUT, UNBOUND, SCANNED, CHECKED = "taken_out", "unbound", "scanned", "checked"
LINKED, BOUND, RETURNED = "linked", "bound", "returned"
STEPS = (TAKEN_OUT, UNBOUND, SCANNED, CHECKED, LINKED, BOUND, RETURNED)
OF_THE_BINDING = (UNBOUND, BOUND)


def steps_for(*, stays_bound: bool) -> tuple[str, ...]:
    """Return the steps of a volume; one that stays bound is neither unbound nor bound again."""
    return tuple(step for step in STEPS if not (stays_bound and step in OF_THE_BINDING))


def next_step(step: str, *, stays_bound: bool) -> str:
    """Return the step after `step` ("" for the first), "" when the volume is back in its place."""
    steps = steps_for(stays_bound=stays_bound)
    place = steps.index(step) + 1 if step else 0
    return steps[place] if place < len(steps) else ""


def step_before_scanning(*, stays_bound: bool) -> str:
    """Return the step to which a rejected volume goes back, so that scanning comes next."""
    return TAKEN_OUT if stays_bound else UNBOUND


def rate_an_hour(pages: int, minutes: float) -> float | None:
    """Return pages an hour; None where no time was noted."""
    return 60 * pages / minutes if minutes > 0 else None


def sample_size(volumes: int, percent: int) -> int:
    """Return how many volumes to draw: at least `percent` of them, never none."""
    return min(volumes, max(1, -(-volumes * percent // 100)))


def drawn(places: Sequence[int], percent: int, seed: int) -> list[int]:
    """Return the places drawn by lot with `seed`, in their order. The same seed draws the same places."""
    lot = random.Random(seed)  # noqa: S311  a lot that can be drawn again, not a secret
    return sorted(lot.sample(list(places), sample_size(len(places), percent)))


@dataclass(frozen=True, slots=True)
class Looked:
    """What looking at one drawn volume gave."""

    catalogue_right: bool
    pages: int
    wrong_pages: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """The result of a sample; `right_percent` counts pages, catalogue and pictures must agree in every volume."""

    volumes: int
    catalogue_wrong: int
    pages: int
    wrong_pages: int
    least_right_percent: int

    @property
    def right_percent(self) -> float:
        return 100.0 * (self.pages - self.wrong_pages) / self.pages if self.pages else 0.0

    @property
    def is_accepted(self) -> bool:
        return not self.catalogue_wrong and self.pages > 0 and self.right_percent >= self.least_right_percent


def verdict_of(looked: Sequence[Looked], least_right_percent: int) -> Verdict:
    """Return the verdict of a sample. Source: DA/T 31-2017, acceptance (100 % correspondence, the rest 95 %)."""
    return Verdict(
        volumes=len(looked),
        catalogue_wrong=sum(not one.catalogue_right for one in looked),
        pages=sum(one.pages for one in looked),
        wrong_pages=sum(one.wrong_pages for one in looked),
        least_right_percent=least_right_percent,
    )


@dataclass(frozen=True, slots=True)
class VolumeRow:
    """A volume as it is listed in an order."""

    code: str
    title: str
    stated_pages: int
    stays_bound: bool = False


def volume_rows(text: str) -> list[VolumeRow]:
    """Return the volumes of a pasted list: code, title, pages, and "bound" for one that stays bound, by tab or comma.

    Raises InvalidError naming the line that has no code or whose pages are no number.
    """
    rows = []
    for number, line in enumerate(text.splitlines(), 1):
        cells = [cell.strip() for cell in line.replace("，", ",").split("\t" if "\t" in line else ",")]
        if not any(cells):
            continue
        code, title, pages, bound, *_rest = [*cells, "", "", "", ""]
        if not code or not (pages == "" or pages.isdigit()):
            raise InvalidError(
                "ingest.volume_line",
                _("Line %(number)s is not “code, title, pages”. Mend it; nothing was added."),
                number=number,
            )
        rows.append(
            VolumeRow(code[:120], title[:500], min(int(pages or 0), 1_000_000), bound in ("bound", "不拆", "是"))
        )
    twice = next((code for code, count in Counter(row.code for row in rows).items() if count > 1), "")
    if twice:
        raise InvalidError(
            "ingest.volume_twice", _("The code %(volume)s stands in the list twice. Nothing was added."), volume=twice
        )
    return rows
