"""The store as pages and the API see it: queries answered by the killable workers."""

import asyncio
import json

from pyoxigraph import QueryResultsFormat, RdfFormat, parse, parse_query_results

from kg.core.errors import QueryRefused, Refusal, StoreBusy
from kg.engine.graph_store import Answer
from kg.engine.pool import EngineRequest, Failure, Pool
from kg.engine.remote import Remote

_FORMS = {"json": QueryResultsFormat.JSON, "tsv": QueryResultsFormat.TSV}
_OF_THE_QUERY = ("query", "dataset", "type", "outside")


def read_answer(kind: str, body: bytes, form: str = "json") -> Answer:
    """A whole answer of that kind, N-Triples, else JSON or TSV; raises SyntaxError, ValueError."""
    if kind == "graph":
        return iter([quad.triple for quad in parse(body, format=RdfFormat.N_TRIPLES)])
    return parse_query_results(body, format=_FORMS[form])


class EngineStore:
    """A GraphStore over a pool or another engine; called from threads, never from its loop."""

    def __init__(
        self, pool: Pool | Remote, loop: asyncio.AbstractEventLoop, version: str, folder: str = ""
    ) -> None:
        self.version, self.folder = version, folder
        self.pool, self._loop = pool, loop
        # TSV is half as long and read four times faster; what others write as TSV differs
        self._form = "json" if isinstance(pool, Remote) else "tsv"

    @property
    def has_default(self) -> bool:
        """Another engine's default graph is the union and cannot be asked alone."""
        return not isinstance(self.pool, Remote)

    def query(self, sparql: str, union: bool = True) -> Answer:
        """The answer; raises StoreBusy where no worker could give it, Refusal, QueryRefused."""
        question = EngineRequest(
            sparql, union, results=self._form, graph="ntriples", folder=self.folder, is_own=True
        )
        kind, body = self._bytes(question)
        return read_answer(kind, body, self._form)

    def graph(self, sparql: str, form: str) -> bytes:
        """The triples of a CONSTRUCT in the RDF format of that name."""
        question = EngineRequest(sparql, results=None, graph=form, folder=self.folder, is_own=True)
        return self._bytes(question)[1]

    def lines(self, sparql: str, union: bool) -> bytes:
        """The answer to anybody's query line by line, as /sparql gives it; for digests.

        SPARQL 1.1 TSV, N-Triples for a graph. `union` is the default graph of /sparql. Raises
        Refusal for what is never run.
        """
        return self._anybodys(sparql, union, "tsv")

    def triples(self, sparql: str, union: bool) -> bytes:
        """The N-Triples of anybody's CONSTRUCT or DESCRIBE; refusals and `union` as in `lines`."""
        return self._anybodys(sparql, union, None)

    def _anybodys(self, sparql: str, union: bool, results: str | None) -> bytes:
        question = EngineRequest(
            sparql, union=union, results=results, graph="ntriples", folder=self.folder
        )
        return self._bytes(question)[1]

    def _bytes(self, question: EngineRequest) -> tuple[str, bytes]:
        asked = self._ask(question)
        try:
            answer = asyncio.run_coroutine_threadsafe(asked, self._loop)
        except RuntimeError:  # the loop is closed
            asked.close()
            raise StoreBusy("The server stops; ask again when it is there.") from None
        return answer.result()

    async def _ask(self, question: EngineRequest) -> tuple[str, bytes]:
        try:
            async with self.pool.ask(question) as answer:
                return answer.kind, b"".join([piece async for piece in answer.pieces()])
        except Failure as failure:
            if failure.kind == "refused":
                raise Refusal(**json.loads(failure.detail)) from None
            if failure.kind in _OF_THE_QUERY:
                raise QueryRefused(f"The query cannot be answered: {failure.detail}.") from None
            raise StoreBusy(f"The answer could not be computed ({failure}); try again.") from None
