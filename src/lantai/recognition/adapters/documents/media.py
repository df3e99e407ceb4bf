"""Sound and film: kept as they are, with what MediaInfo says about them."""

from pathlib import Path
from typing import Any, BinaryIO

from lantai.recognition.adapters.documents.base import Document, damaged
from lantai.recognition.adapters.documents.previews import frame_sheet, waveform
from lantai.recognition.adapters.imaging import Image

_GENERAL = ("format", "duration", "overall_bit_rate", "encoded_date", "tagged_date")
_TRACK = {
    "Audio": ("format", "bit_rate", "channel_s", "sampling_rate", "bit_depth", "compression_mode"),
    "Video": (
        "format",
        "format_profile",
        "width",
        "height",
        "frame_rate",
        "bit_rate",
        "bit_depth",
        "display_aspect_ratio",
    ),
}


class MediaDocument(Document):
    """A sound or film file; `technical` has `duration_ms`, `container` and one entry for each track."""

    def __init__(self, stream: BinaryIO, name: str, kind: str, media_type: str) -> None:
        super().__init__(stream, name, kind, media_type)
        from pymediainfo import MediaInfo

        stream.seek(0)
        tracks = MediaInfo.parse(stream).tracks
        general = next((t.to_data() for t in tracks if t.track_type == "General"), {})
        found = [
            {"type": track.track_type.lower(), **_chosen(track.to_data(), _TRACK[track.track_type])}
            for track in tracks
            if track.track_type in _TRACK
        ]
        if not found:
            raise damaged(name)
        self.kind = "video" if any(track["type"] == "video" for track in found) else "audio"
        if kind == "video" and self.kind == "audio" and media_type.startswith("video/"):
            self.media_type = "audio/" + media_type.split("/", 1)[1]
        facts = _chosen(general, _GENERAL)
        self.technical = {
            "container": facts.pop("format", ""),
            "duration_ms": int(float(facts.pop("duration", 0))),
            **facts,
            "tracks": found,
        }

    def preview(self, folder: Path) -> Image | None:
        return (frame_sheet if self.kind == "video" else waveform)(self.stream, folder)


def _chosen(facts: dict[str, Any], names: tuple[str, ...]) -> dict[str, Any]:
    return {name: facts[name] for name in names if facts.get(name) not in (None, "")}
