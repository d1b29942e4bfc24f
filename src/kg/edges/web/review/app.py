"""/review over HTTP: one reader's page, and the decisions that it sends.

| address | does |
|---|---|
| `GET /review`, `?second` | the page; without a session, a form for the token and who reads |
| `POST /review/session`, `/review/leave` | begins and ends a session |
| `GET /review/data?known=N` | the document and its candidates; what has changed since line N |
| `POST /review/decisions` | one decision, as JSON |
| `POST /review/finish` | writes the rows of all decisions |
| `GET /review/choices?column=C&q=T` | what may be meant by what is typed |
| `GET /review/status` | counts |

Nobody but this machine is answered: not another address, not a name that a foreign page has made
point here, not a foreign page's request. Nothing is cached.
"""

import json
import logging
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import parse_qs, urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.types import Receive, Scope, Send

from kg.build.dry_run import violations
from kg.core.bundle import Bundle
from kg.core.errors import KgError, Refusal, as_refusal
from kg.core.settings import Settings
from kg.edges.web.read_responses import SECURITY
from kg.edges.web.rendering import page, words
from kg.edges.web.review.cards import Shown, TermNames, shown_review
from kg.edges.web.review.choices import choices
from kg.edges.web.review.decision_body import asked_in
from kg.edges.web.review.loopback import is_loopback, refuse_exposed
from kg.edges.web.review.session_cookie import agent_of, ended_cookie, session_cookie
from kg.edges.web.snapshot_views import serving
from kg.ledger.decisions.journal import Reader, Role
from kg.ledger.decisions.known_record import target_of
from kg.ledger.decisions.review_session import Review
from kg.ledger.decisions.status import status
from kg.ledger.decisions.writing import finish
from kg.server.change_request import Token
from kg.server.exchange import HttpExchange, HungUp
from kg.server.protocol.request import FORM, content_type, decode_form

log = logging.getLogger(__name__)
_LARGEST = 64_000  # bytes of a body
_LONGEST = 200  # characters of what is typed into a chip
_JSON = "application/json"
_HEADERS = {
    **SECURITY,
    "Referrer-Policy": "same-origin",  # without one, a browser's own form has the Origin `null`
    "Cache-Control": "no-store",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Vary": "Accept, Accept-Language, Cookie",
}
"""Of every answer: nothing is kept, and no other site may read it."""


def is_reviewed(path: str) -> bool:
    """Whether a path is one of this module's addresses."""
    return path == "/review" or path.startswith("/review/")


class ReviewApp:
    """The addresses below /review; raises KgError for settings, inbox or tables that do not do."""

    def __init__(self, settings: Settings) -> None:
        assert settings.inbox is not None
        refuse_exposed(settings)
        assert settings.token_file is not None
        self._token = Token(settings.token_file)
        target = target_of(settings.tables, None, None, settings.overlay)
        self.review = Review(settings.inbox, target)
        self._names = TermNames(self.review.record.vocabulary)
        if self.review.recovered:
            log.warning("%s", self.review.recovered)
        self.review.journal.mend()
        for line in self.review.journal.torn:
            log.warning("line %s of the journal was torn by a crash and decides nothing", line)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        exchange = ReviewExchange(self.review, self._token, self._names, scope, receive, send)
        try:
            await exchange.answer()
        except HungUp:
            log.info("%s %s: the client hung up", scope["method"], scope["path"])
        except KgError as error:
            await exchange.refuse(as_refusal(error))


class ReviewExchange(HttpExchange):
    """One request below /review."""

    def __init__(
        self,
        review: Review,
        token: Token,
        names: TermNames,
        scope: Scope,
        receive: Receive,
        send: Send,
    ) -> None:
        super().__init__(scope, receive, send)
        self._names = names
        self._review, self._token, self._scope = review, token, scope
        self._request = Request(scope, receive)
        self._host = self.headers.get("host", "")
        asked = scope["query_string"].decode("latin-1")
        self._query = parse_qs(asked, keep_blank_values=True, encoding="utf-8", errors="replace")

    async def answer(self) -> None:
        """Answers it; raises Refusal, HungUp."""
        self._refuse_strangers()
        method = "GET" if self._scope["method"] == "HEAD" else self._scope["method"]
        path = self._scope["path"].removeprefix("/review").strip("/")
        answers = self._answers().get(path)
        if answers is None:
            raise Refusal(404, "Not found", f"There is nothing at {self._scope['path'][:200]}.")
        if method not in answers:
            allowed = ", ".join(["HEAD"] * ("GET" in answers) + list(answers))
            detail = f"{method} has no meaning here. There is {allowed}."
            raise Refusal(405, "Method not allowed", detail, {"Allow": allowed})
        if method == "POST":
            self._refuse_foreign()
        await answers[method]()

    def _answers(self) -> Mapping[str, Mapping[str, Callable[[], Any]]]:
        return {
            "": {"GET": self._page},
            "session": {"POST": self._enter},
            "leave": {"POST": self._leave},
            "data": {"GET": self._data},
            "decisions": {"POST": self._decide},
            "finish": {"POST": self._finish},
            "choices": {"GET": self._choices},
            "status": {"GET": self._status},
        }

    def _refuse_strangers(self) -> None:
        """Raises Refusal (403) for who asks from elsewhere, or by a name that is not this host."""
        client = (self._scope.get("client") or ("",))[0]
        name = urlsplit(f"//{self._host}").hostname or ""
        if not is_loopback(client) or not is_loopback(name):
            detail = "A review is answered on this machine alone, at 127.0.0.1 or localhost."
            raise Refusal(403, "Not from here", detail)

    def _refuse_foreign(self) -> None:
        """Raises Refusal (403) for a write that a page of another origin sends (RFC 6454)."""
        origin = self.headers.get("origin")
        site = self.headers.get("sec-fetch-site", "same-origin")
        is_own = origin is None or origin.lower() == f"http://{self._host}".lower()
        if not is_own or site not in ("same-origin", "none"):
            detail = f"A page of {(origin or 'another site')[:80]} may not decide here."
            raise Refusal(403, "Decisions from other sites are refused", detail)

    # ---- sessions

    def _reader(self) -> Reader:
        """Who asks; raises Refusal 401 without a session, 403 where they may not read so."""
        agent = agent_of(self._token, self.headers)
        if not agent:
            detail = "Open /review and give the token of this server."
            raise Refusal(401, "A session is needed", detail)
        reader = Reader(agent, "second" if "second" in self._query else "first")
        self._review.admit(reader)
        return reader

    async def _page(self) -> None:
        if not agent_of(self._token, self.headers):
            await self._entrance(200, "")
            return
        try:
            reader = self._reader()
        except Refusal as refusal:
            await self._entrance(refusal.status, refusal.detail)
            return
        await self._show(200, "review.html", reader=reader, inbox=self._review.folder.name)

    async def _entrance(self, code: int, fault: str) -> None:
        agents = self._review.record.agents
        people = sorted(agent for agent, kind in agents.items() if kind != "tool")
        await self._show(code, "review_enter.html", agents=people, fault=fault)

    async def _show(self, code: int, template: str, **context: Any) -> None:
        second = "second" in self._query
        made = await run_in_threadpool(
            page, self._request, template, status=code, second=second, **context
        )
        await self._send_whole(code, "text/html; charset=utf-8", bytes(made.body))

    async def _enter(self) -> None:
        given = dict(decode_form(await self._body(FORM)))
        agent = given.get("agent", "")
        role: Role = "second" if "second" in given else "first"
        try:
            self._token.admit(f"Bearer {given.get('token', '')}")
            self._review.refresh()
            self._admit_person(Reader(agent, role))
        except Refusal as refusal:
            fault = words(self._request).t("review-wrong-token")
            await self._entrance(refusal.status, refusal.detail if refusal.status == 403 else fault)
            return
        cookie = {"Set-Cookie": session_cookie(self._token, agent, self._host)}
        await self._redirect({"second": ""} if role == "second" else {}, cookie)

    def _admit_person(self, reader: Reader) -> None:
        """Raises Refusal (403) for who may not read so, and for a tool, which reads no page."""
        self._review.admit(reader)
        if self._review.record.agents[reader.agent] == "tool":
            detail = f"{reader.agent} is a tool; its proposals come by kg review."
            raise Refusal(403, "Not a reader", detail)

    async def _leave(self) -> None:
        await self._redirect({}, {"Set-Cookie": ended_cookie(self._host)})

    async def _redirect(self, given: Mapping[str, str], headers: Mapping[str, str]) -> None:
        lang = [f"lang={words(self._request).lang}"] if "lang" in self._query else []
        asked = "&".join([*given, *lang])
        where = "/review" + (f"?{asked}" if asked else "")
        await self._send_whole(303, "text/plain", b"", {"Location": where, **headers})

    # ---- what a page asks

    async def _data(self) -> None:
        reader, known = self._reader(), self._query.get("known", [""])[0]
        told = await run_in_threadpool(
            self._told, reader, int(known) if known.isdecimal() else None
        )
        await self._send_json(told)

    def _told(self, reader: Reader, known: int | None) -> dict[str, Any]:
        self._review.refresh()
        return shown_review(self._shown(reader), known)

    def _shown(self, reader: Reader) -> Shown:
        spoken = words(self._request)
        return Shown(self._review, reader, spoken, self._names.of(serving(self._request), spoken))

    async def _decide(self) -> None:
        reader, asked = self._reader(), asked_in(await self._body(_JSON))
        line = await run_in_threadpool(self._review.decide, reader, asked)
        told = await run_in_threadpool(self._told, reader, min(asked.known or 0, line.number - 1))
        await self._send_json({"candidate": line.candidate, **told})

    async def _finish(self) -> None:
        reader = self._reader()
        await self._body(_JSON)
        target = self._review.record.target
        bundle = Bundle(target.ontology, target.triples, target.tables)
        done = await run_in_threadpool(
            finish, self._review, reader, lambda made: violations(made, bundle, target.overlay)
        )
        told = await run_in_threadpool(self._told, reader, None)
        await self._send_json({**told, "finished": done, "status": status(self._review)})

    async def _choices(self) -> None:
        reader = self._reader()
        column, typed = (self._query.get(name, [""])[0][:_LONGEST] for name in ("column", "q"))
        found = await run_in_threadpool(lambda: choices(self._shown(reader), column, typed))
        await self._send_json({"choices": found})

    async def _status(self) -> None:
        self._reader()
        await self._send_json(await run_in_threadpool(status, self._review))

    # ---- bodies

    async def _body(self, kind: str) -> bytes:
        detail = f"A body may have at most {_LARGEST:,} bytes."
        large = Refusal(413, "The body is too large", detail, {"Connection": "close"})
        body = await self.body(_LARGEST, large)
        if content_type(self.headers.get("content-type")) != kind:
            raise Refusal(415, "Unsupported media type", f"This address takes {kind}.")
        return body

    async def _send_json(self, told: Any) -> None:
        await self._send_whole(200, _JSON, json.dumps(told, ensure_ascii=False).encode())

    async def _send_whole(
        self, code: int, kind: str, body: bytes, headers: Mapping[str, str] | None = None
    ) -> None:
        sized = {"Content-Type": kind, "Content-Length": str(len(body))}
        bare = self._scope["method"] == "HEAD"
        await self.respond(code, {**(headers or {}), **sized}, b"" if bare else body)

    async def begin(self, status: int, headers: Mapping[str, str]) -> None:
        """Sends the status and the fields; other than elsewhere, none that lets sites share it."""
        self.started = True
        fields = {name.lower(): value for name, value in {**headers, **_HEADERS}.items()}
        pairs = [(name.encode(), value.encode("latin-1")) for name, value in fields.items()]
        await self._send({"type": "http.response.start", "status": status, "headers": pairs})
