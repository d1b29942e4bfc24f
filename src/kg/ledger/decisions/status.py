"""Where a review stands, in counts: nothing in it tells one reader what another has decided."""

from collections import Counter
from typing import Any

from kg.core.bundle import shown
from kg.ledger.decisions.comparison import agreement, disagreements, others
from kg.ledger.decisions.journal import Reader
from kg.ledger.decisions.review_session import Review


def counts(review: Review, reader: Reader) -> dict[str, int]:
    """How many candidates a reader has decided on, and how."""
    states = review.states(reader).values()
    found = Counter(state.decision or "open" for state in states)
    kinds = ("open", "skip", "accept", "same", "reject")
    return {
        "candidates": len(states),
        **{kind: found[kind] for kind in kinds},
        "written": sum(bool(state.written) for state in states),
    }


def status(review: Review) -> dict[str, Any]:
    """What `kg review --json` tells; keys stay."""
    document, (agreed, compared) = review.inbox.document, agreement(review)
    return {
        "inbox": shown(review.folder),
        "tables": shown(review.record.target.tables),
        "document": {
            "title": document.title,
            "source": review.source().cells.get("source_id", ""),
            "sha256": document.sha256,
        },
        "source_faults": list(review.source_faults()),
        "lines": len(review.journal.lines()),
        "torn_lines": list(review.journal.torn),
        "first": counts(review, Reader("", "first")),
        "second": {reader.agent: counts(review, reader) for reader in others(review)},
        "compared": compared,
        "agreed": agreed,
        "disagreements": [
            {
                "candidate": d.candidate,
                "claim": d.claim,
                "agents": list(d.agents),
                "open": d.is_open,
            }
            for d in disagreements(review)
        ],
    }
