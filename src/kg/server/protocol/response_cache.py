"""Validators of an answer (RFC 9110, section 8.8), and the answers that are kept."""

from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass
from hashlib import blake2b

_OVERHEAD = 500  # bytes that an entry costs beside its body
_LARGEST = 8  # an answer of more than an eighth of all there is room for is not kept


def etag(version: str, parts: Iterable[str], coding: str) -> str:
    """A strong validator: what was asked of which version, in which coding."""
    text = "".join([f"{len(part)}:{part}" for part in (version, *parts)])
    digest = blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
    suffix = "" if coding == "identity" else f"-{coding}"
    return f'"{digest}{suffix}"'


def is_known(if_none_match: str | None, tag: str) -> bool:
    """Whether the client already holds this answer (RFC 9110, section 13.1.2).

    >>> is_known('W/"a", "b"', '"b"')
    True
    """
    if if_none_match is None:
        return False
    held = {item.strip().removeprefix("W/") for item in if_none_match.split(",")}
    return tag in held


@dataclass(frozen=True, slots=True)
class CachedResponse:
    """An answer as it was sent."""

    head: bytes | dict[str, str]
    body: bytes


Key = tuple[str | bytes, ...]


class ResponseCache:
    """The answers used last, up to so many bytes; a key names the version it belongs to."""

    def __init__(self, most_bytes: int) -> None:
        self.most_bytes = most_bytes
        self.bytes = self.hits = self.misses = 0
        self._kept: OrderedDict[Key, CachedResponse] = OrderedDict()

    def __len__(self) -> int:
        return len(self._kept)

    def get(self, key: Key) -> CachedResponse | None:
        """The answer kept under a key."""
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        return found

    def takes(self, size: int) -> bool:
        """Whether a body of that many bytes would be kept."""
        return size <= self.most_bytes // _LARGEST

    def put(self, key: Key, kept: CachedResponse) -> None:
        """Keeps an answer; those not used for longest make room."""
        if key in self._kept or not self.takes(len(kept.body)):
            return
        self._kept[key] = kept
        self.bytes += _cost(key, kept)
        while self.bytes > self.most_bytes:
            self.bytes -= _cost(*self._kept.popitem(last=False))

    def clear(self) -> None:
        """Forgets everything."""
        self._kept.clear()
        self.bytes = 0


def _cost(key: Key, kept: CachedResponse) -> int:
    return _OVERHEAD + len(kept.body) + sum(map(len, key))
