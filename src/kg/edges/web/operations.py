"""Is it alive, is it ready, and which snapshot does it serve."""

from fastapi import APIRouter, Request

from kg.edges.web.state import serving

router = APIRouter(tags=["operations"])


@router.get("/health")
def health() -> dict[str, str]:
    """Liveness: the front answers."""
    return {"status": "ok"}


@router.get("/ready")
def ready(request: Request) -> dict[str, str]:
    """Readiness: a query worker answers, from this snapshot."""
    store = serving(request).store
    store.query("ASK { ?s ?p ?o }")
    return {"status": "ready", "version": store.version}
