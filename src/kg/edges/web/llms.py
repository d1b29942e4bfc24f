"""For programs that read in words: `/llms.txt`, and how to cite as JSON."""

from typing import Any

from fastapi import APIRouter, Request
from starlette.responses import PlainTextResponse, Response

from kg.edges.web.docs import REFUSALS
from kg.edges.web.rendering import templates
from kg.edges.web.snapshot_views import serving

router = APIRouter(responses=REFUSALS)


@router.get("/llms.txt", include_in_schema=False)
def llms(request: Request) -> Response:
    """What this is and where to ask, in Markdown (llmstxt.org)."""
    base = str(request.base_url).rstrip("/")
    return PlainTextResponse(templates.get_template("llms.txt").render(base=base))


@router.get("/api/citation-policy", tags=["views"], summary="How to cite")
def citation_policy(request: Request) -> dict[str, Any]:
    """How to cite a claim, an answer and the dataset, and what the licence holds."""
    state = serving(request)
    base, version = state.names.base, state.store.version
    return {
        "version": version,
        "dataset": f"{base}dataset/{version}",
        "claim": {
            "iri": f"{base}id/{{claim}}",
            "text": f"JSIP, claim {{claim}}, {base}id/{{claim}}, dataset version {version}",
        },
        "answer": f"{str(request.base_url).rstrip('/')}/api/citation?query={{query}}",
        "say": [
            "who asserts it, and through which document, as the claim says",
            "its hedge and its period as printed",
            "that it is disputed, where it is in a conflict",
        ],
        "never": [
            "print a rejected or superseded figure as current",
            "call a figure true because it is accepted here",
            "take what is not found for false",
        ],
        "licence": {"data": "https://creativecommons.org/licenses/by/4.0/",
                    "quotes": "short citations, outside that licence"},
    }  # fmt: skip
