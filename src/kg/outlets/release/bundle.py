"""The files of a release: dumps, what changed, descriptions for archives, checksums.

| file | what it is |
|---|---|
| `jsip-{name}.nq.gz`, `.trig.gz` | all named graphs, in each format that loses nothing |
| `jsip-{name}-claims.csv` | the table of claims, as `kg export csvw` has it |
| `croissant.json` | Croissant 1.0, of the table and the dumps |
| `changes.json`, `changes.txt` | what changed since the release before |
| `datacite.json` | DataCite 4.5, without a DOI: who deposits it gets one |
| `ro-crate-metadata.json` | RO-Crate 1.2 |
| `release.json` | the release itself, as in `data/releases/{name}.json` |
| `SHA256SUMS` | of every other file, for `sha256sum -c` |
"""

import io
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from kg.outlets.export.claim_table import write_table
from kg.outlets.export.croissant_text import croissant
from kg.outlets.export.part import whole
from kg.outlets.export.told import Told
from kg.outlets.release.descriptions import About, datacite, described, description, ro_crate
from kg.outlets.release.dumps import LOSSLESS, dump_name, write_dump
from kg.views.record.claims import Reader
from kg.views.versions.releases import Release, ReleasedFile

_ABOUT = """SELECT ?title ?publisher ?license (LANG(?title) AS ?lang) WHERE {{
  VALUES ?dataset {{ <{iri}> }} ?dataset dct:title ?title
  OPTIONAL {{ ?dataset dct:license ?license }}
  OPTIONAL {{ ?dataset dct:publisher/rdfs:label ?publisher
    FILTER(LANG(?publisher) = LANG(?title)) }}
}} ORDER BY ?lang"""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A release with the bytes of all its files."""

    release: Release
    files: Mapping[str, bytes]


def bundle(reader: Reader, release: Release, changes_text: str) -> Bundle:
    """The files of a release whose own `files` are still empty."""
    about = _about(reader, release)
    files = _dumps(reader, release)
    files["croissant.json"] = _croissant(reader, release, about, files)
    files["changes.json"] = _json(release.changes)
    files["changes.txt"] = changes_text.encode()
    files["datacite.json"] = _json(datacite(release, about, _listed(files)))
    files["ro-crate-metadata.json"] = _json(ro_crate(release, about, _listed(files)))
    release = replace(release, files=_listed(files))
    files["release.json"] = release.text().encode()
    files["SHA256SUMS"] = "".join(f"{f.sha256}  {f.name}\n" for f in _listed(files)).encode()
    return Bundle(release, files)


def _about(reader: Reader, release: Release) -> About:
    iri = f"{reader.names.base}dataset/{release.version}"
    rows = {row["lang"]: row for row in reader.rows(_ABOUT.format(iri=iri))}
    titles = {lang: row["title"] for lang, row in rows.items()}
    row = rows["en"]
    return About(iri, f"{reader.names.base}dataset", titles, row["publisher"], row["license"])


def _dumps(reader: Reader, release: Release) -> dict[str, bytes]:
    files = {}
    for form in LOSSLESS:
        out = io.BytesIO()
        write_dump(reader, form, out)
        files[dump_name(release.name, form)] = out.getvalue()
    return files


def _croissant(reader: Reader, release: Release, about: About, files: dict[str, bytes]) -> bytes:
    """The description of the dumps and the table of claims, which it adds to the files."""
    part, table = whole(reader), io.BytesIO()
    write_table(Told(part), table)
    dumps = [described(file) for file in _listed(files)]
    name = f"jsip-{release.name}-claims.csv"
    files[name] = table.getvalue()
    (listed,) = _listed({name: files[name]})
    title, day = about.titles["en"], release.day
    said = {
        "citeAs": f"{about.publisher}: {title}, {release.name}, {day}. {about.version}",
        "name": title,
        "description": description(release),
        "url": about.dataset,
        "identifier": about.version,
        "license": about.licence,
        "creator": {"@type": "Organization", "name": about.publisher},
        "version": release.name,
        "datePublished": day,
        "inLanguage": ["en", "ja"],
    }
    return _json(croissant(part, said, described(listed), dumps))


def _listed(files: Mapping[str, bytes]) -> tuple[ReleasedFile, ...]:
    return tuple(
        ReleasedFile(name, len(data), sha256(data).hexdigest())
        for name, data in sorted(files.items())
    )


def _json(value: object) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1) + "\n").encode()


def differing_files(one: Release, other: Release) -> Iterable[str]:
    """The names of files that two releases of one name do not have alike."""
    mine, others = ({f.name: f.sha256 for f in release.files} for release in (one, other))
    return sorted(name for name in mine | others if mine.get(name) != others.get(name))
