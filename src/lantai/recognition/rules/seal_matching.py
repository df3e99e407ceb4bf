"""Tell whose seal was found: compare what it says and how it looks with the registered models.

A look is the letters of a seal unrolled around its middle (TURNS by DEPTHS bytes of ink), so that turning the seal
shifts its rows; the star, which all have, is left out.
Thresholds were fitted on generated seals with look-alike organisations among the models and seals of unknown bodies.
"""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from rapidfuzz.distance import Indel, Levenshtein

from lantai.recognition.rules.seals import OVAL, ROUND, SQUARE, SealText

TURNS, DEPTHS = 180, 24
LOOK_BYTES = TURNS * DEPTHS
# How much the words and the look count, and from where on a seal is the model's.
WORDS_SHARE, LOOK_SHARE = 0.6, 0.4
# Either clearly like it, or less so but much more than any other organisation's.
SURE = (0.6, 0.03)
LIKELY = (0.52, 0.1)
SURE_LOOK, SURE_WORDS = 0.62, 0.86
LEAST_NAME = 2
# A worn seal loses letters; from this sureness on, more than so many letters that a model has not speak against it.
SURELY_READ, MOST_STRANGE, STRANGE_SHARE = 0.9, 1, 0.1


@dataclass(frozen=True, slots=True)
class ModelSeal:
    """A registered seal as far as it is compared: `key` is its row's."""

    key: str
    name: str
    purpose: str
    shape: str
    look: bytes = b""


@dataclass(frozen=True, slots=True)
class SealMatch:
    """The model that a seal was matched with; the parts of its score lie between 0 and 1."""

    key: str
    score: float
    words: float
    look: float


def match_seal(shape: str, text: SealText, look: bytes, models: Sequence[ModelSeal]) -> SealMatch | None:
    """Return the model whose seal this is, or None where none is like it enough or two are alike.

    Several seals of one organisation are one answer for the organisation; the likelier of them is returned.
    """
    possible = [model for model in models if not _names_another(text, model)]
    scored = sorted((_score(shape, text, look, model) for model in possible), key=lambda match: -match.score)
    if not scored:
        return None
    best = scored[0]
    names = {model.key: _plain(model.name) for model in models}
    rival = next((other for other in scored[1:] if names[other.key] != names[best.key]), None)
    margin = best.score - rival.score if rival is not None else best.score
    is_sure = any(best.score >= least and margin >= apart for least, apart in (SURE, LIKELY))
    return best if is_sure else None


def _score(shape: str, text: SealText, look: bytes, model: ModelSeal) -> SealMatch:
    words = words_likeness(text.name, model.name)
    alike = look_likeness(look, model.look) if _may_be(shape, model.shape) else 0.0
    if not model.look or not look:
        score = words if words >= SURE_WORDS else words * 0.8
    else:
        score = WORDS_SHARE * words + LOOK_SHARE * alike
        score = max(score, words * 0.75 if words >= SURE_WORDS else 0.0)
    if model.purpose and text.purpose:
        score += 0.02 if text.purpose == model.purpose else -0.02
    return SealMatch(model.key, round(min(max(score, 0.0), 1.0), 4), round(words, 4), round(alike, 4))


def _names_another(text: SealText, model: ModelSeal) -> bool:
    """Tell whether a seal was surely read to say what a model does not."""
    if text.confidence < SURELY_READ:
        return False
    edits = Levenshtein.editops(_plain(text.name), _plain(model.name))
    strange = sum(edit.tag != "insert" for edit in edits)
    return strange > max(MOST_STRANGE, STRANGE_SHARE * len(_plain(model.name)))


def _may_be(shape: str, other: str) -> bool:
    return shape == other or {shape, other} == {ROUND, OVAL} or SQUARE not in (shape, other)


def _plain(name: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFKC", name) if sign.isalnum())


def words_likeness(read: str, name: str) -> float:
    """Return how well a name was met, 0 to 1. Letters that were not read weigh less than letters read as others.

    A worn seal loses letters; a like-named body has others in their place.
    """
    first, second = _plain(read), _plain(name)
    if len(first) < LEAST_NAME or not second:
        return 0.0
    kept = Indel.normalized_similarity(first, second)
    changed = sum(edit.tag == "replace" for edit in Levenshtein.editops(first, second))
    return max(kept - 0.06 * changed, 0.0)


def look_likeness(first: bytes, second: bytes) -> float:
    """Return how alike two looks are at the turn where they are most alike, 0 to 1 (their correlation)."""
    if len(first) != LOOK_BYTES or len(second) != LOOK_BYTES:
        return 0.0
    one, other = _levelled(first), _levelled(second)
    together = np.fft.irfft(np.fft.rfft(one, axis=0) * np.conj(np.fft.rfft(other, axis=0)), n=TURNS, axis=0).sum(1)
    return max(float(together.max()), 0.0)


def _levelled(look: bytes) -> npt.NDArray[np.float64]:
    """Return a look without what all seals of its kind have in common: the mean of each ring around."""
    plane = np.frombuffer(look, np.uint8).reshape(TURNS, DEPTHS).astype(np.float64)
    plane -= plane.mean(0)
    length = float(np.linalg.norm(plane))
    return plane / length if length > 0 else plane
