"""The record in the words of schema.org, as JSON-LD that search engines read.

A `ClaimReview` is made of conflicts that are judged for one side alone, never of open ones: where
sources disagree and nobody decided, there is no verdict to tell.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from kg.views.record.cards import ClaimCard, SourceCard
from kg.views.record.claims import Reader, values
from kg.views.record.conflicts import Conflict
from kg.views.record.sentences import in_words

_CONTEXT = "https://schema.org"
_NEWS = "NewsArticle"
_PEOPLE = "SELECT ?who WHERE {{ VALUES ?who {{ {} }} ?who a jsip:Person }}"
Node = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Download:
    """A file that holds the data, and its media type."""

    address: str
    kind: str


def dataset(
    iri: str, name: str, description: str, version: str, day: str, files: Iterable[Download]
) -> Node:
    """The whole record as a `Dataset`; `day` is the day to which it is current, or empty."""
    parts = [
        {"@type": "DataDownload", "contentUrl": file.address, "encodingFormat": file.kind}
        for file in files
    ]
    return document([{
        "@type": "Dataset",
        "@id": iri,
        "identifier": iri,
        "name": name,
        "description": description,
        "version": version,
        **({"dateModified": day} if day else {}),
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "creator": {"@type": "Organization", "name": "JSIP"},
        "isAccessibleForFree": True,
        "inLanguage": ["en", "ja"],
        "distribution": parts,
    }])  # fmt: skip


def document(nodes: Sequence[Node]) -> Node:
    """Nodes as one JSON-LD document; an empty one where there are none."""
    if not nodes:
        return {}
    if len(nodes) == 1:
        return {"@context": _CONTEXT, **nodes[0]}
    return {"@context": _CONTEXT, "@graph": list(nodes)}


def people(reader: Reader, claims: Iterable[ClaimCard]) -> Collection[str]:
    """Those who make the claims and are persons, by IRI; all others are bodies."""
    wanted = sorted({claim.asserter.iri for claim in claims})
    return {row["who"] for row in reader.rows(_PEOPLE.format(values(wanted)))}


def claim_node(claim: ClaimCard, persons: Collection[str], lang: str) -> Node:
    """A claim as a `Claim`: what it says, who says it, the documents in which it appears.

    A day that the editors inferred is left out.
    """
    is_person = claim.asserter.iri in persons
    is_stated = claim.asserted_on and claim.date_basis == "stated"
    sources = {passage.source.iri: passage.source for passage in claim.passages}
    return {
        "@type": "Claim",
        "@id": claim.iri,
        "text": claim_text(claim, lang),
        "inLanguage": lang,
        "author": {
            "@type": "Person" if is_person else "Organization",
            "@id": claim.asserter.iri,
            "name": getattr(claim.asserter, lang),
        },
        **({"datePublished": claim.asserted_on} if is_stated else {}),
        "appearance": [_work(source, lang) for source in sources.values()],
    }


def claim_text(claim: ClaimCard, lang: str) -> str:
    """A claim in one sentence: of what, which property, the value."""
    parts = (claim.subject, claim.predicate, in_words(claim))
    subject, predicate, said = (str(getattr(part, lang)) for part in parts)
    if lang == "ja":
        return f"{subject}（{predicate}）：{said}"
    return f"{subject} ({predicate}): {said}"


def _work(source: SourceCard, lang: str) -> Node:
    url = source.url if source.url.startswith(("https://", "http://")) else ""
    return {
        "@type": _NEWS if source.kind == _NEWS else "CreativeWork",
        "@id": source.iri,
        **({"name": source.title} if source.title else {}),
        **({"url": url} if url else {}),
        **({"datePublished": source.issued} if source.issued else {}),
        "publisher": {"@type": "Organization", "name": getattr(source.publisher, lang)},
    }


def reviewed(conflict: Conflict) -> list[ClaimCard]:
    """The claims that a conflict judged for one side has a verdict on; none of any other.

    The favoured one, and those that were rejected: a claim that merely stands beside is not judged.
    """
    if conflict.resolution != "ResolvedFor" or not conflict.favours or conflict.is_open:
        return []
    return [
        claim
        for claim in conflict.claims
        if claim.id == conflict.favours or claim.review.local == "rejected"
    ]


def review_node(
    claim: ClaimCard, conflict: Conflict, page: str, verdicts: Mapping[bool, str],
    persons: Collection[str], lang: str,
) -> Node:  # fmt: skip
    """The editors' verdict on a claim as a `ClaimReview`.

    `page` is the address of the conflict's page, `verdicts` the words for the favoured and the
    other side. There is no number: nobody rated how true a claim is.
    """
    reason = conflict.reason_ja if lang == "ja" and conflict.reason_ja else conflict.reason
    verdict = verdicts[claim.id == conflict.favours]
    return {
        "@type": "ClaimReview",
        "url": page,
        "claimReviewed": claim_text(claim, lang),
        "itemReviewed": claim_node(claim, persons, lang),
        "author": {"@type": "Organization", "name": "JSIP"},
        "reviewRating": {"@type": "Rating", "alternateName": verdict},
        **({"reviewBody": reason} if reason else {}),
    }
