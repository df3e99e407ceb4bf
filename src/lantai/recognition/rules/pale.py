"""Which lines are so pale beside the rest of their page that they are the ghost of another one."""

from collections.abc import Sequence

# A ghost has at most this share of the tone of the page's own writing, differs by at most so many of 255 grey levels
# from the paper (coloured headings differ by more), and comes with several lines: one or two pale lines are a note in
# pencil or a weak stamp, which belong to the page.
PALEST, PALE_LEVELS, LEAST_LINES = 0.6, 70.0, 4
# A page as pale as this has no tone of its own to compare with.
LEAST_TONE = 80.0


def pale_places(tones: Sequence[float], characters: Sequence[int]) -> frozenset[int]:
    """Return the places of the lines that are a ghost.

    `tones` tells by how many grey levels the strokes of each line differ from the paper (0: not known), `characters`
    how long it is; the page's own tone is that of the middle one of its characters.
    """
    order = sorted((tone, count) for tone, count in zip(tones, characters, strict=True) if tone)
    own, passed, half = 0.0, 0, sum(count for _, count in order) / 2
    for tone, count in order:
        own, passed = tone, passed + count
        if passed >= half:
            break
    if own < LEAST_TONE:
        return frozenset()
    pale = frozenset(place for place, tone in enumerate(tones) if 0 < tone <= min(PALEST * own, PALE_LEVELS))
    return pale if len(pale) >= LEAST_LINES else frozenset()
