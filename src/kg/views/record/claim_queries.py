"""What is asked of a store about claims, their passages and sources (SPARQL 1.1)."""

BEARINGS = ("refArea", "dimGroup", "scenario", "statistic")
NAMED = (
    "rdf:subject", "rdf:predicate", "object", "fiscal period", "jsip:assertedBy",
    "jsip:assertionStatus", "jsip:reviewStatus", "jsip:confirmedBy", "jsip:refPeriod", "jsip:unit",
    *(f"jsip:{name}" for name in BEARINGS),
)  # fmt: skip
_OWN = (
    "assertedBy", "assertionStatus", "attributionType", "dateBasis", "reviewStatus", "rank",
    "confirmedBy", "refPeriod", "unit", "objectInJapanese", "printedForm", "lowerBound",
    "upperBound", "valueQualifier", "periodBasis", "assertedOn", "extractionConfidence",
    "comparisonKey", "convertedFrom",
)  # fmt: skip
NEEDED = {
    "class", "rdf:subject", "rdf:predicate", "rdf:object", "jsip:assertedBy",
    "jsip:assertionStatus", "jsip:attributionType", "jsip:dateBasis", "jsip:reviewStatus",
    "jsip:rank",
}  # fmt: skip
SAID = ", ".join(
    [f"rdf:{name}" for name in ("subject", "predicate", "object")]
    + [f"jsip:{name}" for name in (*BEARINGS, *_OWN)]
    + ["skos:editorialNote"]
)
# The pattern may use any variable without an underscore in front. `said` is SAID: near half of what
# is said of a claim (types, links, what the reader's layer repeats) is of no use to a card.
CLAIMS = """SELECT DISTINCT ?claim ?_p ?_o WHERE {{
  {{ {where} ?claim ?_p ?_o FILTER(?_p IN ({said})) }}
  UNION {{ {where} ?claim rdf:object ?_o FILTER(!isLiteral(?_o)) BIND("object" AS ?_p) }}
  UNION {{ {where} GRAPH ?_home {{ ?claim a ?_o ; rdf:subject ?_of }} BIND("class" AS ?_p) }}
  UNION {{ {where} ?claim rdf:subject/jsip:fiscalPeriod ?_o BIND("fiscal period" AS ?_p) }}
  UNION {{ {where} ?claim skos:editorialNote ?_o FILTER(LANG(?_o) = "ja") BIND("note ja" AS ?_p) }}
  UNION {{ {where} ?claim jsip:reviewedIn ?_review . ?_review rdfs:comment ?_o
    BIND(IF(COALESCE(LANG(?_o), "") = "ja", "reason ja", "reason") AS ?_p) }} }}"""
# Each detail in rows of its own: an OPTIONAL is asked of all passages there are, for one claim too.
PASSAGES = """SELECT DISTINCT ?claim ?_e ?_quote ?_source ?_role ?_start ?_end ?_part WHERE {{
  {{ {where} ?_e jsip:supportsClaim ?claim ; oa:hasSource ?_source ; oa:hasSelector ?_q .
    ?_q oa:exact ?_quote }}
  UNION {{ {where} ?_e jsip:supportsClaim ?claim ; jsip:textRole ?_role }}
  UNION {{ {where} ?_e jsip:supportsClaim ?claim ; jsip:passageSupports ?_held .
    ?_held skos:notation ?_part }}
  UNION {{ {where} ?_e jsip:supportsClaim ?claim ; oa:hasSelector ?_place .
    ?_place oa:start ?_start ; oa:end ?_end }}
}} ORDER BY ?claim ?_e"""
SOURCES = """SELECT * WHERE {{ VALUES ?source {{ {wanted} }}
  ?source dct:publisher ?publisher ; jsip:sourceTier ?tier ; jsip:evidenceLevel ?level ; a ?kind .
  FILTER NOT EXISTS {{ ?narrower rdfs:subClassOf ?kind . ?source a ?narrower .
    FILTER(?narrower != ?kind) }}
  FILTER(STRSTARTS(STR(?kind), STR(jsip:)))
  OPTIONAL {{ ?source dct:title ?title }} OPTIONAL {{ ?source dct:issued ?issued }}
  OPTIONAL {{ ?source dct:language ?language }} OPTIONAL {{ ?source schema:url ?url }}
  OPTIONAL {{ ?source schema:archivedAt ?archived }}
}} ORDER BY ?source ?kind"""
