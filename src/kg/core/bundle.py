"""Where the shipped ontology and triples lie: inside a wheel, or at the root of a checkout."""

import os
from dataclasses import dataclass
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Bundle:
    """The folders that a snapshot is built from, the tables where there is a checkout.

    Stories and the files of releases tell of the shipped record and are no part of it; documents
    are the texts of the guide, by their paths in the repository.
    """

    ontology: Path
    triples: Path
    tables: Path | None = None
    stories: Path | None = None
    releases: Path | None = None
    documents: Path | None = None


def find_bundle() -> Bundle:
    """The bundle of this installation; a wheel has no tables."""
    shipped = _PACKAGE / "_bundle"
    if shipped.is_dir():
        folders = "ontology triples stories releases documents".split()
        ontology, triples, stories, releases, documents = (shipped / name for name in folders)
        return Bundle(ontology, triples, None, stories, releases, documents)
    root = _PACKAGE.parents[1]
    data = root / "data"
    ontology, tables = root / "ontology", data / "tables"
    return Bundle(ontology, data / "triples", tables, data / "stories", data / "releases", root)


def default_store() -> Path:
    """`.kg` of the checkout; for an installed wheel, a folder of the user's cache."""
    if find_bundle().tables is not None:
        return _PACKAGE.parents[1] / ".kg"
    cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(cache) / "jsip-kg"


def shown(path: Path) -> str:
    """A path as people write it: relative to the working directory where it lies below."""
    try:
        return str(path.resolve().relative_to(Path.cwd()))
    except ValueError:
        return str(path)
