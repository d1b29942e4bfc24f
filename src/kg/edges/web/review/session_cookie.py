"""Who is reviewing: a cookie that names the agent, signed with the server's token.

It says nothing that is secret, lasts half a day and outlives a restart of the server; another token
ends it. Its name holds the port, because cookies are shared by all servers of a machine.
"""

import hmac
import time
from collections.abc import Mapping
from http.cookies import CookieError, SimpleCookie

from kg.core.names import SLUG
from kg.server.change_request import Token

_SECONDS = 12 * 3600


def cookie_name(host: str) -> str:
    """The name of the cookie on the server of an address such as `127.0.0.1:8000`."""
    port = host.rpartition(":")[2]
    return f"kg_review_{port if port.isdecimal() else 80}"


def session_cookie(token: Token, agent: str, host: str) -> str:
    """The value of a `Set-Cookie` field that lets an agent in."""
    value = f"{agent}.{int(time.time())}"
    signed = f"{value}.{token.sign(_message(value))}"
    return f"{cookie_name(host)}={signed}; Path=/review; HttpOnly; SameSite=Strict"


def ended_cookie(host: str) -> str:
    """The value of a `Set-Cookie` field that lets nobody in any more."""
    return f"{cookie_name(host)}=; Path=/review; HttpOnly; SameSite=Strict; Max-Age=0"


def agent_of(token: Token, headers: Mapping[str, str]) -> str:
    """The agent whom the cookie of a request names; empty where it names none, or no longer."""
    try:
        found = SimpleCookie(headers.get("cookie", "")).get(cookie_name(headers.get("host", "")))
    except CookieError:
        return ""
    value, _, code = (found.value if found else "").rpartition(".")
    agent, _, since = value.rpartition(".")
    right = token.sign(_message(value))
    if not right or not hmac.compare_digest(code.encode(), right.encode()):
        return ""
    is_fresh = since.isdecimal() and time.time() - int(since) < _SECONDS
    return agent if is_fresh and SLUG.fullmatch(agent) else ""


def _message(value: str) -> bytes:
    return b"kg review\0" + value.encode("utf-8", "surrogateescape")
