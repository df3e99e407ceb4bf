"""How large and how deep a packed file may be before it is refused unopened."""

from lantai.kernel.errors import InvalidError, gettext_noop

MEMBER_LIMIT = 200_000
TOTAL_LIMIT_BYTES = 200 << 30
RATIO_LIMIT = 200
"""Office documents and scans pack to a tenth at best; a bomb packs to a thousandth."""
RATIO_FREE_BYTES = 64 << 20


def check_size(*, name: str, members: int, unpacked_bytes: int, packed_bytes: int) -> None:
    """Raise InvalidError when a packed file would unfold to more than is believable."""
    too_large = members > MEMBER_LIMIT or unpacked_bytes > TOTAL_LIMIT_BYTES
    bomb = unpacked_bytes > RATIO_FREE_BYTES and unpacked_bytes > RATIO_LIMIT * max(packed_bytes, 1)
    if too_large or bomb:
        raise InvalidError(
            "ingest.packed_bomb",
            gettext_noop(
                "The packed file “%(name)s” would unfold to %(bytes)s bytes in %(members)s files and was not opened."
                " Send it in smaller parts."
            ),
            name=name,
            bytes=unpacked_bytes,
            members=members,
        )
