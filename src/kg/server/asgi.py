"""The types of ASGI, as far as the bare paths speak it."""

from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
App = Callable[[Scope, Receive, Send], Awaitable[None]]

WATCHED = "kg.watched"  # in the scope: the server itself ends the task of who hung up
KEEPS = "kg.keeps"  # in the scope: the version that will always give these bytes to this request
