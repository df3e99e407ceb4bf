"""Read ASN.1 in DER or BER as far as signatures need it (ITU-T X.690): tags, contents, identifiers, times."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone

INTEGER, BIT_STRING, OCTET_STRING, NULL, OBJECT_ID, UTF8 = 0x02, 0x03, 0x04, 0x05, 0x06, 0x0C
SEQUENCE, SET, UTC_TIME, GENERALIZED_TIME = 0x30, 0x31, 0x17, 0x18
CONTEXT_0, CONTEXT_1 = 0xA0, 0xA1
MOST_DEPTH = 40
_CONSTRUCTED = 0x20
CHINA = timezone(timedelta(hours=8))


@dataclass(frozen=True, slots=True)
class Node:
    """One value: its tag, its contents, and all of its bytes."""

    tag: int
    content: bytes
    raw: bytes

    @property
    def children(self) -> "list[Node]":
        """The values inside. Raises ValueError where they are not sound."""
        return list(_nodes(self.content))

    def at(self, *path: int) -> "Node":
        """Return the value inside values, counted from 0. Raises ValueError where there is none."""
        node = self
        for index in path:
            inside = node.children
            if index >= len(inside):
                raise ValueError("a value is missing")
            node = inside[index]
        return node

    @property
    def integer(self) -> int:
        return int.from_bytes(self.content, "big", signed=True)

    @property
    def bits(self) -> bytes:
        """The bytes of a bit string without the count of unused bits; of an octet string the bytes themselves."""
        return self.content[1:] if self.tag == BIT_STRING else self.octets

    @property
    def octets(self) -> bytes:
        """The bytes of an octet string, put together where BER has parted it."""
        return b"".join(part.octets for part in self.children) if self.tag & _CONSTRUCTED else self.content

    @property
    def text(self) -> str:
        """The characters of a string. UTF-16 (BMPString) is told by its tag."""
        if self.tag == 0x1E:
            return self.content.decode("utf-16-be", "replace")
        try:
            return self.content.decode("utf-8")
        except UnicodeDecodeError:
            return self.content.decode("gb18030", "replace")

    @property
    def identifier(self) -> str:
        """The dotted object identifier."""
        if self.tag != OBJECT_ID or not self.content:
            raise ValueError("not an object identifier")
        parts: list[int] = []
        value = 0
        for byte in self.content:
            value = value << 7 | byte & 0x7F
            if not byte & 0x80:
                parts.append(value)
                value = 0
        first = min(parts[0] // 40, 2)
        return ".".join(str(n) for n in (first, parts[0] - 40 * first, *parts[1:]))

    @property
    def moment(self) -> datetime | None:
        """The moment of a UTCTime or GeneralizedTime; also of a time written as a string. None if it is not one."""
        return moment_of(self.content.decode("ascii", "replace"), short=self.tag == UTC_TIME)


def parsed(content: bytes) -> Node:
    """Return the one value at the start of `content`. Raises ValueError if there is none."""
    for node in _nodes(content):
        return node
    raise ValueError("no value")


def sequence(*raw: bytes) -> bytes:
    """Return the DER of a sequence of values that are DER already."""
    body = b"".join(raw)
    return bytes([SEQUENCE]) + _length(len(body)) + body


def retagged(node: Node, tag: int) -> bytes:
    """Return the value with another tag, as signed attributes are hashed."""
    return bytes([tag]) + _length(len(node.content)) + node.content


def moment_of(text: str, *, short: bool = False) -> datetime | None:
    """Return the moment that a time of ASN.1 or of an OFD file writes, None if it is none.

    A time without a zone is China's; a short one has two digits for its year.
    """
    words = "".join(c for c in text if c.isalnum() or c in "+-.")
    zone = UTC if words.endswith("Z") else CHINA
    digits = "".join(c for c in words.split(".")[0].split("+")[0] if c.isdigit())
    if short and len(digits) in (10, 12):
        digits = ("19" if digits[:2] >= "50" else "20") + digits
    for length, pattern in ((14, "%Y%m%d%H%M%S"), (12, "%Y%m%d%H%M"), (8, "%Y%m%d")):
        if len(digits) >= length:
            try:
                return datetime.strptime(digits[:length], pattern).replace(tzinfo=zone).astimezone(UTC)
            except ValueError:
                return None
    return None


def _length(count: int) -> bytes:
    if count < 0x80:
        return bytes([count])
    body = count.to_bytes((count.bit_length() + 7) // 8, "big")
    return bytes([0x80 | len(body)]) + body


def _nodes(content: bytes) -> Iterator[Node]:
    position = 0
    while position < len(content):
        node, position = _node(content, position, 0)
        yield node


def _node(content: bytes, start: int, depth: int) -> tuple[Node, int]:
    if start + 2 > len(content) or depth > MOST_DEPTH:
        raise ValueError("cut off")
    tag, first = content[start], content[start + 1]
    if tag & 0x1F == 0x1F:
        raise ValueError("a long tag")
    body = start + 2
    if first == 0x80:
        position = body
        while content[position : position + 2] != b"\0\0":
            _, position = _node(content, position, depth + 1)
        return Node(tag, content[body:position], content[start : position + 2]), position + 2
    if first & 0x80:
        count = first & 0x7F
        if count > 5 or body + count > len(content):
            raise ValueError("a length out of bounds")
        first = int.from_bytes(content[body : body + count], "big")
        body += count
    if body + first > len(content):
        raise ValueError("cut off")
    return Node(tag, content[body : body + first], content[start : body + first]), body + first
