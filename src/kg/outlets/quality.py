"""The whole quality report: a snapshot as a build would publish it, its files, and its formats."""

from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from time import perf_counter
from warnings import catch_warnings, simplefilter
from xml.sax import SAXException

from pyoxigraph import NamedNode, RdfFormat, Store, parse

from kg.build.assemble import Assembled
from kg.build.check import examine
from kg.build.description import describe
from kg.build.quality_rules import load_quality_rules
from kg.core.bundle import Bundle, shown
from kg.core.errors import CheckFailed
from kg.engine.graph_store import LocalStore
from kg.outlets.export import export, of_triples, whole
from kg.views.quality import Measured, Quality, measured, report
from kg.views.quality.files import FILE_CHECKS
from kg.views.quality.measured import count, share
from kg.views.record.claims import Reader

_RDFLIB = {
    RdfFormat.TURTLE: "turtle",
    RdfFormat.TRIG: "trig",
    RdfFormat.N_QUADS: "nquads",
    RdfFormat.JSON_LD: "json-ld",
    RdfFormat.RDF_XML: "xml",
}


def full_quality(bundle: Bundle, sources: Path | None = None) -> Quality:
    """Measures every line that can be measured here; with `sources` also the held texts.

    Raises CheckFailed where the tables are refused, so that there is nothing to measure.
    """
    rules = load_quality_rules(bundle.ontology)
    start = perf_counter()
    examined = examine(bundle, sources)
    seconds = perf_counter() - start
    assembled = examined.assembled
    if assembled is None:
        raise CheckFailed(examined.problems)
    reader = Reader(published(assembled), assembled.names)
    values = [*measured(reader, rules), *formats(reader, bundle), Measured("Q8-time", seconds)]
    for check in FILE_CHECKS:
        values += check(assembled, bundle, examined, rules)
    if sources is not None:
        sentences = [str(p) for p in examined.at_rows if p.what.endswith("quote the phrase alone")]
        values.append(count("R1-sentences", sentences))
    return report(assembled.version, values, rules)


def published(assembled: Assembled) -> LocalStore:
    """What a build would serve, in memory: the assembled graph and its description."""
    description = describe(assembled.store, assembled.names, assembled.version)
    store = Store()
    store.bulk_load(assembled.nquads + description, format=RdfFormat.N_QUADS)
    return LocalStore(store, assembled.version)


def formats(reader: Reader, bundle: Bundle) -> Iterator[Measured]:
    """A1: files and dumps have the same number of statements in pyoxigraph and in rdflib."""
    differing, total = [], 0
    for name, data, form in _documents(reader, bundle):
        counts = _in_engine(data, form), _in_rdflib(data, form)
        total += 1
        if counts[0] != counts[1]:
            differing.append(f"{name}: {counts[0]} in pyoxigraph, {counts[1]} in rdflib")
    yield share("A1-formats", total, differing)


def _documents(reader: Reader, bundle: Bundle) -> Iterator[tuple[str, bytes, RdfFormat]]:
    """The Turtle and TriG that we keep; the dumps; RDF/XML of the ontology."""
    for file in sorted(bundle.ontology.rglob("*.ttl")):
        yield shown(file), file.read_bytes(), RdfFormat.TURTLE
    for file in sorted(bundle.triples.glob("*.trig")):
        yield shown(file), file.read_bytes(), RdfFormat.TRIG
    everything = whole(reader)
    ontology = NamedNode(reader.names.graph("ontology"))
    terms = of_triples(reader, (q.triple for q in everything.quads if q.graph_name == ontology))
    for part, name, form in (
        (everything, "nquads", RdfFormat.N_QUADS),
        (everything, "jsonld", RdfFormat.JSON_LD),
        (terms, "rdfxml", RdfFormat.RDF_XML),
    ):
        out = BytesIO()
        export(part, name, out)
        yield f"export as {name}", out.getvalue(), form


def _in_engine(data: bytes, form: RdfFormat) -> int | str:
    try:
        return len(set(parse(data, format=form)))
    except SyntaxError as error:
        return f"none, {error.msg}"


def _in_rdflib(data: bytes, form: RdfFormat) -> int | str:
    import rdflib

    dataset = rdflib.Dataset()
    try:
        with catch_warnings():  # its own parsers call what it deprecates
            simplefilter("ignore", DeprecationWarning)
            dataset.parse(data=data, format=_RDFLIB[form])
    except (SyntaxError, ValueError, SAXException, rdflib.exceptions.Error) as error:
        return f"none, {error}"
    return sum(1 for _ in dataset.quads())
