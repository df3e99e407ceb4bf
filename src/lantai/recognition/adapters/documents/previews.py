"""One picture that stands for a recording: the wave of a sound file, a sheet of frames from a film."""

import tempfile
from pathlib import Path
from typing import Any, BinaryIO

import cv2
import numpy as np

from lantai.recognition.adapters.imaging import Image

WAVE_SIZE = (1600, 240)
WAVE_RATE = 4000
MOST_SECONDS = 6 * 3600
FRAMES_ACROSS, FRAMES_DOWN = 4, 3
FRAME_WIDTH = 400
INK, PAPER = (43, 90, 131), (255, 255, 255)
_PIECE_FRAMES = WAVE_RATE * 30


def waveform(stream: BinaryIO, folder: Path) -> Image | None:
    """Return the wave of a sound file, (240, 1600, 3), loud and soft from left to right; None where it cannot be decoded.

    WAV, MP3, FLAC and Vorbis can; the others are played but not drawn. `folder` holds the bytes while they are read.
    """
    import miniaudio

    with _on_disk(stream, folder) as path:
        try:
            pieces = miniaudio.stream_file(
                str(path), output_format=miniaudio.SampleFormat.SIGNED16, nchannels=1, sample_rate=WAVE_RATE,
                frames_to_read=_PIECE_FRAMES,
            )  # fmt: skip
            peaks = _peaks(pieces)
        except (miniaudio.MiniaudioError, OSError, ValueError):
            return None
    return _wave_picture(peaks) if len(peaks) else None


def _peaks(pieces: Any) -> np.ndarray[Any, np.dtype[np.float64]]:
    """Return the loudest level (0 to 1) of each tenth of a second."""
    step, found, seconds = WAVE_RATE // 10, [], 0.0
    for piece in pieces:
        samples = np.abs(np.frombuffer(piece, np.int16).astype(np.int32))
        whole = samples[: len(samples) // step * step].reshape(-1, step)
        found.append(whole.max(1) / 32768 if len(whole) else np.array([samples.max(initial=0) / 32768]))
        seconds += len(samples) / WAVE_RATE
        if seconds > MOST_SECONDS:
            break
    return np.concatenate(found) if found else np.zeros(0)


def _wave_picture(peaks: np.ndarray[Any, np.dtype[np.float64]]) -> Image:
    width, height = WAVE_SIZE
    edges = np.linspace(0, len(peaks), width + 1).astype(int)
    picture = np.full((height, width, 3), PAPER, np.uint8)
    for x in range(width):
        level = peaks[edges[x] : max(edges[x + 1], edges[x] + 1)].max(initial=0.0)
        reach = max(round(level * (height / 2 - 4)), 1)
        picture[height // 2 - reach : height // 2 + reach, x] = INK
    return picture


def frame_sheet(stream: BinaryIO, folder: Path) -> Image | None:
    """Return twelve frames of a film in rows, evenly spread over its length, each with its time; None where none can be read."""
    with _on_disk(stream, folder) as path:
        film = cv2.VideoCapture(str(path))
        try:
            frames = [frame for frame in _frames(film) if frame is not None]
        finally:
            film.release()
    if not frames:
        return None
    height = max(frame.shape[0] for frame in frames)
    rows: list[Image] = []
    for start in range(0, len(frames), FRAMES_ACROSS):
        row = frames[start : start + FRAMES_ACROSS]
        cells = [_padded(frame, height) for frame in row]
        cells += [np.full((height, FRAME_WIDTH, 3), 255, np.uint8)] * (FRAMES_ACROSS - len(cells) if rows else 0)
        rows.append(np.hstack(cells))
    sheet: Image = np.vstack(rows)
    return sheet


def _frames(film: Any) -> list[Image | None]:
    count = int(film.get(cv2.CAP_PROP_FRAME_COUNT))
    rate = film.get(cv2.CAP_PROP_FPS) or 25.0
    wanted = min(FRAMES_ACROSS * FRAMES_DOWN, count) if count > 0 else 1
    frames: list[Image | None] = []
    for number in range(wanted):
        place = int((number + 0.5) * count / wanted) if count > 0 else 0
        film.set(cv2.CAP_PROP_POS_FRAMES, place)
        good, frame = film.read()
        frames.append(_small(frame, place / rate) if good and frame is not None else None)
    return frames


def _small(frame: Any, second: float) -> Image:
    height = max(round(frame.shape[0] * FRAME_WIDTH / frame.shape[1]), 1)
    small = cv2.cvtColor(cv2.resize(frame, (FRAME_WIDTH, height), interpolation=cv2.INTER_AREA), cv2.COLOR_BGR2RGB)
    words = f"{int(second // 3600):d}:{int(second // 60 % 60):02d}:{int(second % 60):02d}"
    for colour, width in (((0, 0, 0), 4), ((255, 255, 255), 1)):
        cv2.putText(small, words, (10, height - 12), cv2.FONT_HERSHEY_SIMPLEX, 0.6, colour, width, cv2.LINE_AA)
    frame_small: Image = small.astype(np.uint8, copy=False)
    return frame_small


def _padded(frame: Image, height: int) -> Image:
    whole: Image = np.full((height, frame.shape[1], 3), 255, np.uint8)
    whole[: frame.shape[0]] = frame
    return whole


class _on_disk:  # noqa: N801  reads as a word after "with"
    """The bytes of a stream as a file in `folder`, gone afterwards: decoders of film want a path."""

    def __init__(self, stream: BinaryIO, folder: Path) -> None:
        self._stream, self._folder = stream, folder

    def __enter__(self) -> Path:
        self._file = tempfile.NamedTemporaryFile(dir=self._folder, prefix="preview-")
        self._stream.seek(0)
        while piece := self._stream.read(1 << 20):
            self._file.write(piece)
        self._file.flush()
        return Path(self._file.name)

    def __exit__(self, *_error: object) -> None:
        self._file.close()
