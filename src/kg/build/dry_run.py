"""What a build would say of tables that are not written yet."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from kg.build.assemble import Assembled, assemble
from kg.build.check import gate_problems, stale_verdicts
from kg.core.bundle import Bundle
from kg.core.problems import Problem
from kg.ledger.compile import Compiled, write_triples


def violations(compiled: Compiled, bundle: Bundle, overlay: bool) -> Mapping[str, str]:
    """What the gates of a build find wrong, by the id that it is wrong with; stale verdicts too."""
    if overlay:
        return _by_id(compiled, assemble(bundle, compiled), bundle.ontology)
    with TemporaryDirectory() as folder:
        write_triples(compiled, Path(folder))
        assembled = assemble(Bundle(bundle.ontology, Path(folder)))
        return _by_id(compiled, assembled, bundle.ontology)


def _by_id(compiled: Compiled, assembled: Assembled, ontology: Path) -> dict[str, str]:
    slugs = {where: slug for slug, where in compiled.places.items() if slug[:9] == "conflict-"}
    found: dict[str, list[Problem]] = {}
    for problem in [*gate_problems(assembled, ontology), *stale_verdicts(compiled, assembled)]:
        if problem.severity == "Violation":
            slug = slugs.get(problem.where) or assembled.names.slug(problem.where)
            found.setdefault(slug, []).append(problem)
    return {slug: "; ".join(f"{p.what} [{p.rule}]" for p in of) for slug, of in found.items()}
