"""Make electronic seals and signatures for sample OFD files: SM2 keys, certificates, seals (GB/T 38540), signed values.

For samples and tests only: keys come from a word, and the arithmetic takes no care of anybody who measures it.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime

from cryptography.hazmat.primitives import hashes

_P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
_A = _P - 3
_B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
_N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
_G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
_SIGNER = b"1234567812345678"
SM2_WITH_SM3 = "1.2.156.10197.1.501"
_Point = tuple[int, int] | None


def sm3(content: bytes) -> bytes:
    work = hashes.Hash(hashes.SM3())
    work.update(content)
    return work.finalize()


@dataclass(frozen=True, slots=True)
class SealHolder:
    """Whoever signs: a name, the secret number that a word gives, the years of the certificate."""

    name: str
    word: str
    valid_from: datetime
    valid_until: datetime
    secret: int = field(init=False)

    def __post_init__(self) -> None:
        number = int.from_bytes(hashlib.sha256(self.word.encode()).digest(), "big") % (_N - 2) + 1
        object.__setattr__(self, "secret", number)

    @property
    def key(self) -> tuple[int, int]:
        point = _times(self.secret, _G)
        assert point is not None
        return point

    def signed(self, message: bytes) -> bytes:
        """Return the signature of a message: the DER of (r, s), always the same for the same message."""
        x, y = self.key
        z = sm3(b"\0\x80" + _SIGNER + b"".join(n.to_bytes(32, "big") for n in (_A, _B, *_G, x, y)))
        e = int.from_bytes(sm3(z + message), "big")
        k = int.from_bytes(hashlib.sha256(self.word.encode() + e.to_bytes(32, "big")).digest(), "big") % (_N - 1) + 1
        point = _times(k, _G)
        assert point is not None
        r = (e + point[0]) % _N
        s = pow(1 + self.secret, -1, _N) * (k - r * self.secret) % _N
        return _sequence(_integer(r), _integer(s))

    def certificate(self) -> bytes:
        """Return a self-signed certificate as DER."""
        name = _sequence(_tag(0x31, _sequence(_oid("2.5.4.3"), _tag(0x0C, self.name.encode()))))
        point = b"\x04" + b"".join(n.to_bytes(32, "big") for n in self.key)
        about_key = _sequence(_oid("1.2.840.10045.2.1"), _oid("1.2.156.10197.1.301"))
        body = _sequence(
            _tag(0xA0, _integer(2)), _integer(self.secret % 10**9), _sequence(_oid(SM2_WITH_SM3)), name,
            _sequence(_time(self.valid_from), _time(self.valid_until)), name, _sequence(about_key, _bits(point)),
        )  # fmt: skip
        return _sequence(body, _sequence(_oid(SM2_WITH_SM3)), _bits(self.signed(body)))


def seal(maker: SealHolder, user: SealHolder, name: str, picture: bytes, valid: tuple[datetime, datetime]) -> bytes:
    """Return an electronic seal (SESeal, version 4) that `user` may use, signed by its maker; `picture` is a PNG."""
    header = _sequence(_tag(0x16, b"ES"), _integer(4), _tag(0x16, b"LantaiSample"))
    allowed = _sequence(_tag(0x04, user.certificate()))
    moments = (_time(valid[0]), _time(valid[0]), _time(valid[1]))
    properties = _sequence(_integer(3), _tag(0x0C, name.encode()), _integer(1), allowed, *moments)
    shown = _sequence(_tag(0x16, b"PNG"), _tag(0x04, picture), _integer(40), _integer(40))
    about = _sequence(header, _tag(0x16, b"LTSAMPLE0001"), properties, shown)
    certificate, algorithm = _tag(0x04, maker.certificate()), _oid(SM2_WITH_SM3)
    return _sequence(about, certificate, algorithm, _bits(maker.signed(_sequence(about, certificate, algorithm))))


def sealed_value(user: SealHolder, seal_bytes: bytes, listing: bytes, place: str, moment: datetime) -> bytes:
    """Return the signed value (SES_Signature, version 4) over a Signature.xml, whose bytes are `listing`."""
    to_sign = _sequence(
        _integer(4), seal_bytes, _time(moment), _bits(sm3(listing)), _tag(0x16, place.encode())
    )  # fmt: skip
    return _sequence(to_sign, _tag(0x04, user.certificate()), _oid(SM2_WITH_SM3), _bits(user.signed(to_sign)))


def _times(number: int, point: _Point) -> _Point:
    total: _Point = None
    while number:
        if number & 1:
            total = _sum(total, point)
        point = _sum(point, point)
        number >>= 1
    return total


def _sum(first: _Point, second: _Point) -> _Point:
    if first is None or second is None:
        return second if first is None else first
    (x1, y1), (x2, y2) = first, second
    if x1 == x2 and (y1 + y2) % _P == 0:
        return None
    slope = (3 * x1 * x1 + _A) * pow(2 * y1, -1, _P) if first == second else (y2 - y1) * pow(x2 - x1, -1, _P)
    x = (slope * slope - x1 - x2) % _P
    return x, (slope * (x1 - x) - y1) % _P


def _tag(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 128:
        return bytes([tag, size]) + content
    written = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes([tag, 0x80 | len(written)]) + written + content


def _sequence(*parts: bytes) -> bytes:
    return _tag(0x30, b"".join(parts))


def _integer(number: int) -> bytes:
    return _tag(0x02, number.to_bytes(number.bit_length() // 8 + 1, "big"))


def _bits(content: bytes) -> bytes:
    return _tag(0x03, b"\0" + content)


def _time(moment: datetime) -> bytes:
    return _tag(0x18, moment.strftime("%Y%m%d%H%M%SZ").encode())


def _oid(dotted: str) -> bytes:
    first, second, *rest = (int(n) for n in dotted.split("."))
    content = bytearray([first * 40 + second])
    for number in rest:
        pieces = [number & 0x7F]
        while number := number >> 7:
            pieces.append(number & 0x7F | 0x80)
        content += bytes(reversed(pieces))
    return _tag(0x06, bytes(content))
