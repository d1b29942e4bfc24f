"""The head of a request before the HTTP library reads it (RFC 9112).

| what | here | section |
|---|---|---|
| one empty line before the request | passed over | 2.2 |
| a bare LF or CR, a folded field | refused: proxies read them in different ways | 2.2, 5.2 |
| a target in absolute form | its path is asked, its authority is the host | 3.2.2 |
| letters beyond ASCII in a target | percent-encoded, as a browser does | (RFC 3987, 3.1) |
| both Content-Length and Transfer-Encoding | refused, and the connection closes | 6.1 |
| another major version than 1 | 505 | 2.3 |
"""

import re

from kg.core.errors import Refusal

LARGEST = 65_536  # bytes
_END = b"\r\n\r\n"
_BARE = re.compile(rb"(?<!\r)\n|\r(?!\n|\Z)")
_LINE = re.compile(rb"(\S+) ([^ \r]+) HTTP/(\d)\.(\d)\r\n")
_ABSOLUTE = re.compile(rb"https?://([^/?#\s]+)([^\s]*)", re.IGNORECASE)
_HOST = re.compile(rb"\r\nhost:[^\r]*", re.IGNORECASE)
_LENGTH = re.compile(rb"\r\ncontent-length[ \t]*:", re.IGNORECASE)
_BODY = re.compile(rb"\r\ncontent-length[ \t]*:[ \t]*(\d{1,15})[ \t]*\r\n", re.IGNORECASE)
_TRANSFER = re.compile(rb"\r\ntransfer-encoding[ \t]*:", re.IGNORECASE)
_LINES = "Lines of a request end with CR LF, and neither stands alone."
_CLOSE = {"Connection": "close"}


def readable(before: bytes, data: bytes) -> bytes | None:
    r"""A request as the library may read it, from what has arrived before and what arrives now.

    None while its head is not whole; raises Refusal.

    >>> readable(b"\r\nGET http://h:1/x HT", b"TP/1.1\r\nHost: other\r\n\r\n")
    b'GET /x HTTP/1.1\r\nHost: h:1\r\n\r\n'
    """
    new = max(0, len(before) - len(_END))
    data = before + data
    end = data.find(_END, new)
    if end < 0:
        if _BARE.search(data, new):
            raise _bad(_LINES)
        if len(data) > LARGEST:
            detail = f"The fields of a request may have {LARGEST:,} bytes."
            raise Refusal(431, "Request header fields too large", detail, _CLOSE)
        return None
    start = 2 if data.startswith(b"\r\n") and end > 0 else 0
    head, data = data[start : end + len(_END)], data[start:]
    _refuse_ambiguous(head)
    return _with_plain_target(head) + data[len(head) :]


def split(request: bytes) -> tuple[bytes, bytes]:
    r"""A request up to its end, as far as it is here, and what stands behind; chunks are not read.

    >>> split(b"GET / HTTP/1.1\r\n\r\nGET /x")
    (b'GET / HTTP/1.1\r\n\r\n', b'GET /x')
    """
    head_end = request.find(_END) + len(_END)
    if _TRANSFER.search(request, 0, head_end):
        return request, b""
    length = _BODY.search(request, 0, head_end)
    end = head_end + (int(length[1]) if length else 0)
    return request[:end], request[end:]


def _refuse_ambiguous(head: bytes) -> None:
    if _BARE.search(head):
        raise _bad(_LINES)
    if b"\r\n " in head or b"\r\n\t" in head:
        raise _bad("A field is folded over two lines; send it in one.")
    line = _LINE.match(head)
    if line and line[3] != b"1":
        detail = "This server speaks HTTP/1.1 and HTTP/1.0."
        raise Refusal(505, "HTTP version not supported", detail, _CLOSE)
    if _LENGTH.search(head) and _TRANSFER.search(head):
        raise _bad("Content-Length and Transfer-Encoding exclude each other; send one.")


def _bad(detail: str) -> Refusal:
    return Refusal(400, "Bad request", detail, _CLOSE)


def _with_plain_target(head: bytes) -> bytes:
    line = _LINE.match(head)
    if line is None:
        return head
    method, target, rest = line[1], line[2], head[line.end(2) :]
    if absolute := _ABSOLUTE.fullmatch(target):
        host = b"\r\nHost: " + absolute[1].rpartition(b"@")[2]
        rest = _HOST.sub(lambda _: host, rest, count=1)
        target = absolute[2] if absolute[2].startswith(b"/") else b"/" + absolute[2]
    if not target.isascii():
        target = b"".join(b"%c" % byte if byte < 128 else b"%%%02X" % byte for byte in target)
    return method + b" " + target + rest
