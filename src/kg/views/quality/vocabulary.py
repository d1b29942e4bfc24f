"""Is the vocabulary permanent, described, reused, and in two languages? F1-F4, I1, I4, Q7."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping

from kg.build.quality_rules import QualityRules
from kg.views.quality.measured import Measured, count, share
from kg.views.record.claims import Reader

_JAPANESE = re.compile("[\u3005-\u3007\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]")
_DESCRIBED = """SELECT DISTINCT ?x WHERE { { GRAPH ?g { ?x ?p ?o }
    FILTER(?g NOT IN (g:ontology, g:schemes, g:derived-inferred, g:derived-reader)) }
  UNION { GRAPH ?x { ?s ?p ?o } } }"""
_ALIKE = """SELECT DISTINCT ?x WHERE {{ {{ ?x ?p ?o }} UNION {{ ?s ?x ?o }} UNION {{ ?s ?p ?x }}
  FILTER(isIRI(?x) && CONTAINS(STR(?x), "{name}") && !STRSTARTS(STR(?x), "{base}")) }}"""
_MODULES = """SELECT ?module ?p ?value (LANG(?value) AS ?lang) WHERE {
  GRAPH g:ontology { ?module a owl:Ontology ; ?p ?value } } ORDER BY ?module ?p ?value"""
_TERMS = """SELECT DISTINCT ?term ?p ?value (LANG(?value) AS ?lang) WHERE { GRAPH g:ontology {
  ?term a ?kind . FILTER(STRSTARTS(STR(?term), STR(jsip:)))
  VALUES ?p { rdf:type rdfs:label skos:definition skos:example rdfs:isDefinedBy }
  ?term ?p ?value } } ORDER BY ?term ?p ?value"""
_REUSING = """SELECT ?term (COUNT(?reused) AS ?n) WHERE {{ {{ SELECT DISTINCT ?term WHERE {{
    VALUES ?kind {{ {kinds} }} GRAPH g:ontology {{ ?term a ?kind }}
    FILTER(STRSTARTS(STR(?term), STR(jsip:))) }} }}
  OPTIONAL {{ ?term {sub}+ ?reused FILTER(!STRSTARTS(STR(?reused), STR(jsip:))) }}
}} GROUP BY ?term ORDER BY ?term"""
_ORPHANS = """SELECT ?x WHERE { ?x skos:inScheme ?scheme
  FILTER NOT EXISTS { ?scheme skos:hasTopConcept ?x } FILTER NOT EXISTS { ?x skos:broader ?wider }
} ORDER BY ?x"""
_SCHEMES = """SELECT ?scheme (COUNT(?top) AS ?n) WHERE { ?scheme a skos:ConceptScheme
  OPTIONAL { ?scheme skos:hasTopConcept ?top } } GROUP BY ?scheme ORDER BY ?scheme"""
_CONCEPT_NAMES = """SELECT DISTINCT ?scheme ?x ?name (LANG(?name) AS ?lang) WHERE {
  ?x skos:inScheme ?scheme ; skos:prefLabel|skos:altLabel ?name } ORDER BY ?scheme ?x ?name"""
_LABELS = """SELECT DISTINCT ?x ?label (LANG(?label) AS ?lang) WHERE {
  ?x rdfs:label|skos:prefLabel ?label FILTER(LANG(?label) IN ("en", "ja")) } ORDER BY ?x ?label"""


def base(reader: Reader, rules: QualityRules) -> Iterator[Measured]:
    """F1: what the data describes starts with the base, and nothing looks nearly like it."""
    own = reader.names.base
    described = [row["x"] for row in reader.rows(_DESCRIBED)]
    bad = {iri for iri in described if not iri.startswith(own)}
    name = own.partition("://")[2].rstrip("/")
    bad |= {row["x"] for row in reader.rows(_ALIKE.format(name=name, base=own))}
    yield share("F1-base", len({*described, *bad}), sorted(bad))


def modules(reader: Reader, rules: QualityRules) -> Iterator[Measured]:
    """F2, F3: each module names its version and has the whole header."""
    headers: dict[str, dict[str, str]] = defaultdict(dict)
    for row in reader.rows(_MODULES):
        predicate = reader.names.curie(row["p"])
        language = f"@{row['lang']}" if row.get("lang") else ""
        headers[row["module"]][predicate + language] = row["value"]
        headers[row["module"]][predicate] = row["value"]
    unversioned = [
        reader.names.curie(module)
        for module, header in headers.items()
        if not _has_version(module, header)
    ]
    yield share("F2-version", len(headers), unversioned)
    missing = [
        f"{reader.names.curie(module)} has no {item}"
        for module, header in headers.items()
        for item in rules.header
        if item not in header
    ]
    yield share("F3-header", len(headers) * len(rules.header), missing)


def _has_version(module: str, header: Mapping[str, str]) -> bool:
    version, iri = header.get("owl:versionInfo"), header.get("owl:versionIRI", "")
    return bool(version) and iri != module and iri.endswith(f"/{version}")


def terms(reader: Reader, rules: QualityRules) -> Iterator[Measured]:
    """F4: own terms are documented in both languages, exemplified, and say where they belong."""
    said: dict[str, dict[str, list[tuple[str, str]]]] = defaultdict(lambda: defaultdict(list))
    for row in reader.rows(_TERMS):
        facts = said[reader.names.curie(row["term"])]
        facts[reader.names.curie(row["p"])].append((row.get("lang", ""), row["value"]))
    undocumented = [term for term, facts in said.items() if not _is_documented(facts)]
    yield share("F4-documented", len(said), undocumented)
    for name, item in (("F4-example", "skos:example"), ("F4-defined", "rdfs:isDefinedBy")):
        yield share(name, len(said), [term for term, facts in said.items() if item not in facts])


def _is_documented(facts: Mapping[str, list[tuple[str, str]]]) -> bool:
    """One label and one definition for each language, and the definition is no label."""
    labels, definitions = facts["rdfs:label"], facts["skos:definition"]
    languages = [sorted(lang for lang, _ in texts) for texts in (labels, definitions)]
    words = {text.strip(" .。").casefold() for _, text in labels}
    circular = any(text.strip(" .。").casefold() in words for _, text in definitions)
    return languages == [["en", "ja"]] * 2 and not circular


def reuse(reader: Reader, rules: QualityRules) -> Iterator[Measured]:
    """I1: own classes and properties stand under those of others, at any distance."""
    for name, kinds, sub in (
        ("I1-classes", "owl:Class", "rdfs:subClassOf"),
        (
            "I1-properties",
            "owl:ObjectProperty owl:DatatypeProperty owl:AnnotationProperty rdf:Property",
            "rdfs:subPropertyOf",
        ),
    ):
        rows = list(reader.rows(_REUSING.format(kinds=kinds, sub=sub)))
        alone = [reader.names.curie(row["term"]) for row in rows if row["n"] == "0"]
        yield share(name, len(rows), alone)


def schemes(reader: Reader, rules: QualityRules) -> Iterator[Measured]:
    """I4: every concept has its place, every scheme a top, no name means two."""
    slug = reader.names.slug
    yield count("I4-orphans", [slug(row["x"]) for row in reader.rows(_ORPHANS)])
    found = list(reader.rows(_SCHEMES))
    topless = [slug(row["scheme"]) for row in found if row["n"] == "0"]
    yield share("I4-tops", len(found), topless)
    holders: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    for row in reader.rows(_CONCEPT_NAMES):
        holders[row["scheme"], row.get("lang", ""), row["name"].casefold()].add(slug(row["x"]))
    clashes = [f"{' and '.join(sorted(h))}: {n}" for (_, _, n), h in holders.items() if len(h) > 1]
    yield count("I4-clashes", clashes)


def labels(reader: Reader, rules: QualityRules) -> Iterator[Measured]:
    """Q7: each label is in the script of its language."""
    english, japanese = [], []
    for row in reader.rows(_LABELS):
        has_script, text = bool(_JAPANESE.search(row["label"])), row["label"]
        if row.get("lang") == "en" and has_script:
            english.append(f"{reader.names.slug(row['x'])}: {text}")
        if row.get("lang") == "ja" and not has_script and text not in rules.latin_names:
            japanese.append(f"{reader.names.slug(row['x'])}: {text}")
    yield count("Q7-english", english)
    yield count("Q7-japanese", japanese)


VOCABULARY_CHECKS = (base, modules, terms, reuse, schemes, labels)
