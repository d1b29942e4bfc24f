"""Content codings of an answer (RFC 9110, section 12.5.3), at levels fast enough to be live."""

import zlib
from collections.abc import Sequence
from functools import lru_cache
from typing import Protocol

import brotli
import zstandard

from kg.core.media import media_ranges, quality

CODED_FROM = 1000  # bytes; shorter answers are sent as they are
CODINGS = ("zstd", "br", "gzip")  # the fastest first


@lru_cache(256)
def coding(accept_encoding: str | None, offers: Sequence[str] = ("gzip",)) -> str:
    """The offer that the client likes best, if at least as much as plain bytes, else `identity`.

    >>> coding("br, gzip;q=0.8"), coding("gzip;q=0"), coding(None)
    ('gzip', 'identity', 'identity')
    >>> coding("gzip, deflate, br, zstd", CODINGS), coding("br;q=0.5, gzip", CODINGS)
    ('zstd', 'gzip')
    """
    weights = _weights(accept_encoding or "")
    plain = weights.get("identity", 0.0)
    chosen, most = "identity", max(plain, 0.0005)
    for offer in offers:
        aliased = weights.get("x-gzip") if offer == "gzip" else None
        weight = weights.get(offer, aliased if aliased is not None else weights.get("*", 0.0))
        if weight > most or (weight == most and chosen == "identity"):
            chosen, most = offer, weight
    return chosen


def _weights(accept_encoding: str) -> dict[str, float]:
    weights = {}
    for item in accept_encoding.lower().split(","):
        name, _, weight = item.partition(";")
        ranges = media_ranges(f"a/b;{weight}" if weight else "a/b")
        weights[name.strip()] = quality(ranges, "a/b") if ranges else 0.0
    return weights


class Coder(Protocol):
    """A stream of coded bytes that hands out its first bytes at once; no clock in it."""

    def add(self, chunk: bytes) -> bytes:
        """Coded bytes that are ready, perhaps none."""

    def end(self) -> bytes:
        """The rest."""


class _Gzip:
    """RFC 1952."""

    def __init__(self) -> None:
        self._stream = zlib.compressobj(1, zlib.DEFLATED, 31)
        self._begun = False

    def add(self, chunk: bytes) -> bytes:
        ready = self._stream.compress(chunk)
        if not self._begun:
            self._begun = True
            ready += self._stream.flush(zlib.Z_SYNC_FLUSH)
        return ready

    def end(self) -> bytes:
        return self._stream.flush()


class _Zstd:
    """RFC 8878; the window stays below the 8 MB that every client takes."""

    def __init__(self) -> None:
        self._stream = zstandard.ZstdCompressor(level=1).compressobj()
        self._begun = False

    def add(self, chunk: bytes) -> bytes:
        ready = self._stream.compress(chunk)
        if not self._begun:
            self._begun = True
            ready += self._stream.flush(zstandard.COMPRESSOBJ_FLUSH_BLOCK)
        return ready

    def end(self) -> bytes:
        return self._stream.flush()


class _Brotli:
    """RFC 7932."""

    def __init__(self) -> None:
        self._stream = brotli.Compressor(quality=1)
        self._begun = False

    def add(self, chunk: bytes) -> bytes:
        ready: bytes = self._stream.process(chunk)
        if not self._begun:
            self._begun = True
            ready += self._stream.flush()
        return ready

    def end(self) -> bytes:
        rest: bytes = self._stream.finish()
        return rest


_CODERS: dict[str, type[Coder]] = {"gzip": _Gzip, "zstd": _Zstd, "br": _Brotli}


def coder(name: str) -> Coder:
    """A new stream of that coding."""
    return _CODERS[name]()
