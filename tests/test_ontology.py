"""The ontology's own rules: documented in both languages, acyclic, without blank nodes, used."""

import re
from collections import defaultdict
from pathlib import Path

import pyoxigraph as ox
import pytest

from kg.core.bundle import find_bundle
from kg.core.names import shipped_names
from kg.views.queries.questions import questions

pytestmark = pytest.mark.fast

ROOT = Path(__file__).resolve().parents[1]
Triples = dict[str, dict[str, list[ox.Literal]]]
NAMES = shipped_names()
FILES = sorted(p for d in ("modules", "schemes") for p in (ROOT / "ontology" / d).glob("*.ttl"))
QUADS = [quad for path in FILES for quad in ox.parse(path=str(path))]
TERMS = {q.subject.value for q in QUADS if q.predicate.value.endswith("isDefinedBy")}
OWN = sorted(iri for iri in TERMS if iri.startswith(NAMES.prefixes["jsip"]))


@pytest.fixture(scope="module")
def by_subject() -> Triples:
    found: Triples = defaultdict(lambda: defaultdict(list))
    for quad in QUADS:
        assert not isinstance(quad.subject, ox.BlankNode), quad
        assert not isinstance(quad.object, ox.BlankNode), quad
        local = re.split("[#/]", quad.predicate.value)[-1]
        found[quad.subject.value][local].append(quad.object)
    return found


def test_every_own_term_has_label_and_definition_in_both_languages(by_subject: Triples) -> None:
    for iri in OWN:
        for kind in ("label", "definition"):
            tags = sorted(str(literal.language) for literal in by_subject[iri][kind])
            assert tags == ["en", "ja"], f"{iri} {kind}: {tags}"
        labels = {literal.value for literal in by_subject[iri]["label"]}
        assert not labels & {literal.value for literal in by_subject[iri]["definition"]}


def test_most_own_terms_have_an_example(by_subject: Triples) -> None:
    with_example = [iri for iri in OWN if by_subject[iri]["example"]]
    assert len(with_example) >= 0.8 * len(OWN)


def test_imports_are_acyclic(by_subject: Triples) -> None:
    imports = {s: [o.value for o in said["imports"]] for s, said in by_subject.items()}

    def reach(module: str, path: tuple[str, ...]) -> None:
        assert module not in path, f"cycle: {' -> '.join((*path, module))}"
        for target in imports.get(module, ()):
            reach(target, (*path, module))

    for module in imports:
        reach(module, ())


def test_every_own_name_in_queries_and_rules_is_defined() -> None:
    texts = {name: question.sparql for name, question in questions().items()}
    texts |= {p.name: p.read_text() for p in (find_bundle().ontology / "rules").glob("*.rq")}
    for name, text in texts.items():
        used = {NAMES.prefixes["jsip"] + local for local in re.findall(r"\bjsip:(\w+)", text)}
        assert used <= TERMS, f"{name}: {sorted(used - TERMS)}"


def test_every_claimable_property_declares_what_it_takes(by_subject: Triples) -> None:
    claimable = [
        iri
        for iri, facts in by_subject.items()
        if any(getattr(c, "value", "").endswith("ClaimableProperty") for c in facts["type"])
    ]
    assert len(claimable) > 40
    for iri in claimable:
        facts = by_subject[iri]
        assert facts["valueKind"], iri
        assert len(facts["conflictPolicy"]) == 1, iri
        assert facts["domainIncludes"], iri
        is_concept = any(kind.value.endswith("ConceptValue") for kind in facts["valueKind"])
        assert is_concept == bool(facts["valueScheme"]), iri


def test_namespaces_that_shapes_allow_are_those_of_the_prefixes() -> None:
    """The list in S30 is a copy that SHACL needs; here it is held against base.yaml."""
    text = (ROOT / "ontology" / "shapes" / "dataset.ttl").read_text(encoding="utf-8")
    pattern = re.search(r'REGEX\(STR\(\$this\), "(\^[^"]+)"\)', text)
    assert pattern is not None
    allowed = re.compile(pattern[1])
    reused = {p: iri for p, iri in NAMES.prefixes.items() if not iri.startswith(NAMES.base)}
    shapes_only = {"sh", "xsd", "wd"}
    for prefix in reused.keys() - shapes_only:
        assert allowed.match(reused[prefix]), prefix
