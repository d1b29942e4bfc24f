"""Validators and content coding of an answer (RFC 9110, sections 8.8 and 12.5.3)."""

import zlib
from collections.abc import Iterable
from hashlib import sha256

from kg.core.media import media_ranges, quality

GZIP_FROM = 1000  # bytes; shorter answers are sent as they are


def etag(version: str, parts: Iterable[str], coding: str) -> str:
    """A strong validator: what was asked of which version, in which coding."""
    digest = sha256()
    for part in (version, *parts):
        digest.update(f"{len(part)}:".encode())
        digest.update(part.encode("utf-8", "surrogatepass"))
    suffix = "-gzip" if coding == "gzip" else ""
    return f'"{digest.hexdigest()[:32]}{suffix}"'


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Whether the client already holds this answer (RFC 9110, section 13.1.2).

    >>> is_known('W/"a", "b"', '"b"')
    True
    """
    if if_none_match is None:
        return False
    held = {item.strip().removeprefix("W/") for item in if_none_match.split(",")}
    return tag in held


def coding(accept_encoding: str | None) -> str:
    """`gzip` where the client takes it at least as gladly as plain bytes, else `identity`.

    >>> coding("br, gzip;q=0.8"), coding("gzip;q=0"), coding(None)
    ('gzip', 'identity', 'identity')
    """
    if not accept_encoding:
        return "identity"
    weights = {}
    for item in accept_encoding.lower().split(","):
        name, _, weight = item.partition(";")
        ranges = media_ranges(f"a/b;{weight}" if weight else "a/b")
        weights[name.strip()] = quality(ranges, "a/b") if ranges else 0.0
    weights.setdefault("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    plain = weights.get("identity", 0.0)
    return "gzip" if weights["gzip"] > 0 and weights["gzip"] >= plain else "identity"


class Gzip:
    """A gzip stream (RFC 1952) that hands out its first bytes at once; no clock in it."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj(1, zlib.DEFLATED, 31)
        self._begun = False

    def add(self, chunk: bytes) -> bytes:
        """Compressed bytes that are ready, perhaps none."""
        ready = self._stream.compress(chunk)
        if not self._begun:
            self._begun = True
            ready += self._stream.flush(zlib.Z_SYNC_FLUSH)
        return ready

    def end(self) -> bytes:
        """The rest."""
        return self._stream.flush()
