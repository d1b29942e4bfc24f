"""Is it alive, is it ready, which snapshot does it serve, and what has it done."""

from fastapi import APIRouter, Request
from fastapi.responses import PlainTextResponse

from kg.edges.web.snapshot_views import serving

router = APIRouter(tags=["operations"])


@router.get("/health")
def health() -> dict[str, str]:
    """Liveness: the front answers."""
    return {"status": "ok"}


@router.get("/ready")
def ready(request: Request) -> dict[str, str]:
    """Readiness: a query worker answers, from this snapshot."""
    store = serving(request).store
    store.lines("ASK { ?s ?p ?o }", union=True)  # as anybody asks: pages have a worker more
    return {"status": "ready", "version": store.version}


@router.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request) -> PlainTextResponse:
    """Counters and gauges in the text format of Prometheus."""
    text: str = request.state.meter.text()
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4; charset=utf-8")
