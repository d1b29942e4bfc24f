"""What a parameter of a ready question may be: the default's own kind, to choose from."""

from kg.core.errors import KgError
from kg.core.names import Names
from kg.views.queries.questions import Parameter, resolve
from kg.views.record.cards import Named
from kg.views.record.claims import Reader

MOST = 300


def default_of(parameter: Parameter, names: Names) -> str:
    """The default as a person writes it: a slug, a day, a number.

    >>> default_of(Parameter("day", "date", "the day", "日", '"2025-12-19"^^xsd:date'), None)
    '2025-12-19'
    """
    if parameter.kind == "IRI":
        return names.slug(default_iri(parameter, names))
    return parameter.default.partition("^^")[0].strip('"')


def default_iri(parameter: Parameter, names: Names) -> str:
    """The IRI that the default of a parameter of kind IRI stands for."""
    try:
        return resolve(parameter.default.strip("<>"), names)
    except KgError:
        return parameter.default.strip("<>")


def offered(reader: Reader, parameter: Parameter) -> list[Named]:
    """Things of the default's class or scheme, by label; none for days and numbers."""
    if parameter.kind != "IRI":
        return []
    iri = default_iri(parameter, reader.names)
    found = [row["x"] for row in reader.rows(_ALIKE.format(iri=iri, most=MOST))]
    return sorted(reader.named(found).values(), key=lambda name: name.en.casefold())


def documents_of(reader: Reader, parameter: Parameter, given: str) -> list[str]:
    """Where a parameter wants a document and is given a publisher: its documents, newest first.

    `given` is an IRI. Empty for anything else: a document, another kind of parameter, a body that
    published none.
    """
    if parameter.kind != "IRI":
        return []
    wanted = default_iri(parameter, reader.names)
    return [row["x"] for row in reader.rows(_DOCUMENTS.format(wanted=wanted, given=given))]


_DOCUMENTS = """SELECT DISTINCT ?x ?on WHERE {{
  <{wanted}> jsip:sourceTier ?tier . ?x dct:publisher <{given}> ; jsip:sourceTier ?any
  OPTIONAL {{ ?x dct:issued ?on }} }} ORDER BY DESC(?on) ?x"""
# The IRI stands in each pattern: bound once by VALUES, it let the engine join all with all.
_ALIKE = """SELECT DISTINCT ?x WHERE {{
  {{ GRAPH g:entities {{ <{iri}> a ?class . ?x a ?class }} }}
  UNION {{ <{iri}> skos:inScheme ?scheme . ?x skos:inScheme ?scheme }}
  UNION {{ <{iri}> jsip:sourceTier ?tier . ?x jsip:sourceTier ?any }}
  UNION {{ <{iri}> a jsip:ClaimableProperty . ?x a jsip:ClaimableProperty }}
}} ORDER BY ?x LIMIT {most}"""
