"""Verify SM2 signatures (GB/T 32918.2, curve of GB/T 32918.5) with whole numbers of Python.

Only public values are handled: nothing here has to be hidden from whoever measures time. It signs nothing.
"""

from collections.abc import Callable

P = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00000000FFFFFFFFFFFFFFFF
A = P - 3
B = 0x28E9FA9E9D9F5E344D5A9E4BCF6509A7F39789F515AB8F92DDBCBD414D940E93
N = 0xFFFFFFFEFFFFFFFFFFFFFFFFFFFFFFFF7203DF6B21C6052B53BBF40939D54123
G = (
    0x32C4AE2C1F1981195F9904466A39C9948FE30BBFF2660BE1715A4589334C74C7,
    0xBC3736A2F4F6779C59BDCEE36B692153D0A9877CC62A474002DF32E52139F0A0,
)
DEFAULT_ID = b"1234567812345678"
Point = tuple[int, int]
_Jacobian = tuple[int, int, int]
_NOWHERE: _Jacobian = (1, 1, 0)


def point_of(key: bytes) -> Point:
    """Return the point of an uncompressed public key. Raises ValueError if it does not lie on the curve."""
    if len(key) != 65 or key[0] != 4:
        raise ValueError("not an uncompressed point")
    x, y = int.from_bytes(key[1:33], "big"), int.from_bytes(key[33:], "big")
    if x >= P or y >= P or (y * y - (x * x * x + A * x + B)) % P:
        raise ValueError("the point is not on the curve")
    return x, y


def signed_digest(key: Point, message: bytes, sm3: Callable[[bytes], bytes], signer: bytes = DEFAULT_ID) -> int:
    """Return e = SM3(Z || message), Z binding the signer's name, the curve and the key (GB/T 32918.2, 5.5 and 6.1)."""
    numbers = b"".join(value.to_bytes(32, "big") for value in (A, B, *G, *key))
    z = sm3((len(signer) * 8).to_bytes(2, "big") + signer + numbers)
    return int.from_bytes(sm3(z + message), "big")


def is_signed(key: Point, digest: int, r: int, s: int) -> bool:
    """Tell whether (r, s) is a signature of `digest` by the owner of `key` (GB/T 32918.2, 7.1)."""
    if not (0 < r < N and 0 < s < N):
        return False
    t = (r + s) % N
    if t == 0:
        return False
    x, _, z = _twice_times(s, t, key)
    if z == 0:
        return False
    x = x * pow(z, -2, P) % P
    return (digest + x) % N == r


def _twice_times(s: int, t: int, key: Point) -> _Jacobian:
    """Return s·G + t·key, both at once (Shamir's way)."""
    first, second = (*G, 1), (*key, 1)
    both = _sum(first, second)
    total = _NOWHERE
    for bit in range(max(s.bit_length(), t.bit_length()) - 1, -1, -1):
        total = _double(total)
        match s >> bit & 1, t >> bit & 1:
            case 1, 1:
                total = _sum(total, both)
            case 1, 0:
                total = _sum(total, first)
            case 0, 1:
                total = _sum(total, second)
    return total


def _double(point: _Jacobian) -> _Jacobian:
    x, y, z = point
    if z == 0 or y == 0:
        return _NOWHERE
    square = y * y % P
    s = 4 * x * square % P
    m = (3 * x * x + A * pow(z, 4, P)) % P
    new_x = (m * m - 2 * s) % P
    return new_x, (m * (s - new_x) - 8 * square * square) % P, 2 * y * z % P


def _sum(first: _Jacobian, second: _Jacobian) -> _Jacobian:
    if first[2] == 0:
        return second
    if second[2] == 0:
        return first
    z1, z2 = first[2] * first[2] % P, second[2] * second[2] % P
    u1, u2 = first[0] * z2 % P, second[0] * z1 % P
    s1, s2 = first[1] * second[2] * z2 % P, second[1] * first[2] * z1 % P
    if u1 == u2:
        return _double(first) if s1 == s2 else _NOWHERE
    h, r = (u2 - u1) % P, (s2 - s1) % P
    cube = h * h * h % P
    v = u1 * h * h % P
    x = (r * r - cube - 2 * v) % P
    return x, (r * (v - x) - s1 * cube) % P, first[2] * second[2] * h % P
