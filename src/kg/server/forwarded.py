"""Behind a proxy: who the client is, under which address it sees the site, where the site begins.

Only the operator's settings and proxies that the operator trusts say so; a Host header is used
where it is a host and a port, and never echoed otherwise (RFC 9110, section 7.2). A proxy may strip
the base path or keep it: a path that begins with it is served as the path without it.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address, ip_network
from typing import Any
from urllib.parse import urlsplit

from kg.core.settings import HOST, PREFIX, Settings
from kg.server.asgi import App, Message, Receive, Scope, Send
from kg.server.protocol.request import header_fields

_OWN = re.compile(rb'(\s(?:href|src|action)=["\'])/(?!/)')


@dataclass(frozen=True, slots=True)
class Seen:
    """How one request sees the site."""

    scheme: str
    host: str
    base: str
    client: str


class Behind:
    """Reads requests as their clients sent them to the proxy; `base` is the path of the site."""

    def __init__(self, settings: Settings) -> None:
        public = urlsplit(settings.public_url)
        self._public = (public.scheme, public.netloc)
        self.base = settings.base_path or public.path.rstrip("/")
        named = settings.trusted_proxies.replace(",", " ").split()
        self._all = "*" in named
        self._trusted = [ip_network(name, strict=False) for name in named if name != "*"]
        self._is_plain = not (named or self.base or public.netloc)

    def seen(self, scope: Scope) -> Scope:
        """The scope as the application is to see it, its base path apart."""
        if self._is_plain and _is_fine(scope["headers"]):  # nothing to change, and nothing to pay
            return scope
        headers = header_fields(scope["headers"])
        seen = self._seen(scope, headers)
        changed = {**scope, "scheme": seen.scheme, "app_root_path": seen.base}
        if seen.client:
            changed["client"] = (seen.client, 0)
        others = [pair for pair in scope["headers"] if pair[0] != b"host"]
        changed["headers"] = [(b"host", seen.host.encode("latin-1")), *others]
        for base in sorted({seen.base, self.base} - {""}, key=len, reverse=True):
            if f"{scope['path']}/".startswith(f"{base}/"):
                changed["path"] = scope["path"][len(base) :] or "/"
                raw = scope.get("raw_path") or b""
                changed["raw_path"] = raw.removeprefix(base.encode()) or b"/"
                break
        return changed

    def _seen(self, scope: Scope, headers: Mapping[str, str]) -> Seen:
        scheme, host = scope.get("scheme", "http"), headers.get("host", "")
        base, client = self.base, ""
        if self._trusts(scope):
            given = headers.get("x-forwarded-proto", "").rpartition(",")[2].strip()
            scheme = given if given in ("http", "https") else scheme
            host = headers.get("x-forwarded-host", host).rpartition(",")[2].strip()
            prefix = headers.get("x-forwarded-prefix", "").rstrip("/")
            base = prefix if PREFIX.fullmatch(prefix) else base
            client = self._client(headers.get("x-forwarded-for", "").split(","))
        if self._public[1]:
            scheme, host = self._public
        return Seen(scheme, host if HOST.fullmatch(host) else _own(scope), base, client)

    def _trusts(self, scope: Scope) -> bool:
        return self._all or self._is_trusted((scope.get("client") or ("",))[0])

    def _is_trusted(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._trusted)

    def _client(self, chain: Iterable[str]) -> str:
        """The last address that is no trusted proxy's; each proxy adds who asked it."""
        last = ""
        for given in reversed([one.strip() for one in chain]):
            try:
                last = str(ip_address(given))
            except ValueError:
                return last
            if not self._is_trusted(last):
                return last
        return last


@lru_cache(256)
def _is_host(value: bytes) -> bool:
    return HOST.fullmatch(value.decode("latin-1")) is not None


def _is_fine(headers: Iterable[tuple[bytes, bytes]]) -> bool:
    """Whether there is one Host, and it is a host and a port."""
    hosts = [value for name, value in headers if name == b"host"]
    return len(hosts) == 1 and _is_host(hosts[0])


def _own(scope: Scope) -> str:
    host, port = (scope.get("server") or ("localhost", None))[:2]
    shown = f"[{host}]" if ":" in str(host) else str(host)
    return f"{shown}:{port}" if port else shown


def redirecting(scope: Scope, send: Send) -> Send:
    """Sends what the application sends, addresses in Location below the base path."""
    base = scope.get("app_root_path", "").encode()
    if not base:
        return send

    async def sent(message: Message) -> None:
        if message["type"] == "http.response.start":
            pairs = [(name, _below(name, value, base)) for name, value in message["headers"]]
            message = {**message, "headers": pairs}
        await send(message)

    return sent


def _below(name: bytes, value: bytes, base: bytes) -> bytes:
    is_own = name.lower() == b"location" and value.startswith(b"/") and value[:2] != b"//"
    return base + value if is_own else value


class Linked:
    """Pages below a base path: every link, form and script of theirs leads there."""

    def __init__(self, app: App) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request; a page is sent when it is whole."""
        base = scope.get("app_root_path", "").encode()
        if not base or scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        start: dict[str, Any] = {}
        body = bytearray()

        async def sent(message: Message) -> None:
            if message["type"] == "http.response.start" and _is_page(message):
                start.update(message)
            elif not start:
                await send(message)
            else:
                body.extend(message.get("body", b""))
                if not message.get("more_body"):
                    await self._finish(start, bytes(body), base, send)

        await self._app(scope, receive, sent)

    async def _finish(self, start: Mapping[str, Any], body: bytes, base: bytes, send: Send) -> None:
        body = _OWN.sub(rb"\g<1>" + base + b"/", body)
        size = str(len(body)).encode()
        sized = [(n, size if n == b"content-length" else v) for n, v in start["headers"]]
        await send({**start, "headers": sized})
        await send({"type": "http.response.body", "body": body, "more_body": False})


def _is_page(message: Message) -> bool:
    """Whether a page of the site begins; a page that is downloaded stands for itself."""
    headers = dict(message["headers"])
    is_download = b"content-disposition" in headers
    return bool(headers.get(b"content-type", b"").startswith(b"text/html")) and not is_download
