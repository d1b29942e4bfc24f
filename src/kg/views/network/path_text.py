"""A path in other words: as sentences in both languages, and as a query that finds it again."""

from kg.views.network.paths import Hop, Link, Path


def sentence(link: Link, hop: Hop, lang: str) -> str:
    """One edge of a hop as its subject says it, whichever way the path goes.

    A Japanese label is read as an attribute: 「AのBはC」.
    """
    first, last = (hop.start, hop.end) if link.forward else (hop.end, hop.start)
    if lang == "ja":
        return f"{first.label_ja}の「{link.label_ja}」は{last.label_ja}"
    return f"{first.label_en} — {link.label_en} → {last.label_en}"


def as_sparql(path: Path) -> str:
    """A query for the claims behind a path, hop by hop, of any of its edges."""
    rows = [
        f"  ({number} <{(hop.start if link.forward else hop.end).iri}> <{link.iri}> "
        f"<{(hop.end if link.forward else hop.start).iri}>)"
        for number, hop in enumerate(path.hops, 1)
        for link in hop.links
    ]
    rdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    return (
        f"PREFIX rdf: <{rdf}>\n"
        "SELECT ?hop ?subject ?property ?object ?claim WHERE {\n"
        " VALUES (?hop ?subject ?property ?object) {\n" + "\n".join(rows) + "\n }\n"
        " ?claim rdf:subject ?subject ; rdf:predicate ?property ; rdf:object ?object\n"
        "} ORDER BY ?hop ?claim"
    )
