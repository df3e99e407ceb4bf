"""Find the quantisation table of a JPEG in its first bytes, without decoding a pixel."""

_TABLES, _SCAN, _MARK = 0xDB, 0xDA, 0xFF


def luminance_table(head: bytes) -> list[int]:
    """Return the 64 numbers of quantisation table 0, or nothing where `head` is no JPEG or does not hold it."""
    if head[:2] != b"\xff\xd8":
        return []
    position = 2
    while position + 4 <= len(head) and head[position] == _MARK and head[position + 1] != _SCAN:
        length = int.from_bytes(head[position + 2 : position + 4], "big")
        if head[position + 1] == _TABLES:
            table = _table_zero(head[position + 4 : position + 2 + length])
            if table:
                return table
        position += 2 + max(length, 2)
    return []


def _table_zero(segment: bytes) -> list[int]:
    position = 0
    while position < len(segment):
        wide, number = segment[position] >> 4, segment[position] & 15
        size = 128 if wide else 64
        values = segment[position + 1 : position + 1 + size]
        if number == 0 and len(values) == size:
            return [int.from_bytes(values[i : i + 2], "big") for i in range(0, 128, 2)] if wide else list(values)
        position += 1 + size
    return []
