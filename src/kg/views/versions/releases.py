"""Releases of the record: `data/releases/{name}.json`, outside the digest, shipped beside it.

| member | meaning |
|---|---|
| `name` | by calendar: year, month, number in that month (`2026.11.1`) |
| `version` | digest of the record, in hex, which `/dataset/{version}` and citations name |
| `day` | of the newest review, ISO 8601 |
| `since` | name of the release before; empty for the first one |
| `holds` | how many claims, sources, entities, conflicts and quads there are |
| `quality` | value of each measure of quality by its id, of those that a snapshot shows by itself |
| `files` | name, bytes and SHA-256 of each file of the bundle |
| `kept` | addresses where the bundle is kept; empty where no address is on record |
| `counts`, `changes` | what changed since the release before, as `kg diff --json` tells it |
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from hashlib import sha256
from pathlib import Path
from typing import Any

from kg.core.bundle import default_store, shown
from kg.core.errors import KgError, UnknownName

_NAME = re.compile(r"\d{4}\.(?:[1-9]|1[0-2])\.[1-9]\d*")


@dataclass(frozen=True, slots=True)
class ReleasedFile:
    """A file of a release's bundle: its name, size in bytes, SHA-256 in hex."""

    name: str
    size: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Release:
    """A named version of the record; `changes` is empty for the first one."""

    name: str
    version: str
    day: str
    since: str
    holds: Mapping[str, int]
    files: tuple[ReleasedFile, ...]
    kept: tuple[str, ...]
    changes: Mapping[str, Any]
    quality: Mapping[str, float] = field(default_factory=dict)

    @property
    def counts(self) -> Mapping[str, Mapping[str, int]]:
        """How much changed since the release before; empty for the first one."""
        counts: Mapping[str, Mapping[str, int]] = self.changes.get("counts", {})
        return counts

    @property
    def order(self) -> tuple[int, ...]:
        """Its place among the others, by its name."""
        return tuple(map(int, self.name.split(".")))

    @property
    def dump(self) -> str:
        """The name of the file of all its quads."""
        return f"jsip-{self.name}.nq.gz"

    def folder_below(self, folder: Path | None) -> Path | None:
        """The folder of its files on this machine; None where they are not here.

        They may lie in the folder, below it under its name, or where `kg release` puts them.
        """
        given = (folder, folder / self.name) if folder is not None else ()
        places = (*given, releases_folder() / self.name)
        return next((place for place in places if (place / self.dump).is_file()), None)

    def checked(self, file: Path) -> bytes:
        """The bytes of one of its files; raises KgError where the digest is another."""
        data = file.read_bytes()
        wanted = next((f.sha256 for f in self.files if f.name == file.name), "")
        if sha256(data).hexdigest() != wanted:
            raise KgError(f"{shown(file)} is not the file of release {self.name}: get it again.")
        return data

    def summary(self) -> dict[str, Any]:
        """The members of its file."""
        files = [{"name": f.name, "bytes": f.size, "sha256": f.sha256} for f in self.files]
        return {
            "name": self.name,
            "version": self.version,
            "day": self.day,
            "since": self.since,
            "holds": dict(self.holds),
            **({"quality": dict(self.quality)} if self.quality else {}),
            "files": files,
            "kept": list(self.kept),
            "changes": dict(self.changes),
        }

    def brief(self) -> dict[str, Any]:
        """Its members without the changes themselves, of which it gives the counts."""
        said = self.summary()
        del said["changes"]
        return said | {"counts": self.counts}

    def text(self) -> str:
        """Its file."""
        return json.dumps(self.summary(), ensure_ascii=False, indent=1) + "\n"


def releases_folder() -> Path:
    """Where `kg release` puts bundles if no other folder is named: beside the built snapshot."""
    return default_store().parent / "dist" / "releases"


def read_release(file: Path) -> Release:
    """A release from its file; raises KgError where that is none."""
    try:
        said = json.loads(file.read_text(encoding="utf-8"))
        files = (ReleasedFile(f["name"], f["bytes"], f["sha256"]) for f in said["files"])
        release = Release(
            name=said["name"],
            version=said["version"],
            day=said["day"],
            since=said["since"],
            holds=said["holds"],
            files=tuple(files),
            kept=tuple(said["kept"]),
            changes=said["changes"],
            quality=said.get("quality", {}),
        )
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise KgError(f"{shown(file)} is no file of a release ({error!r}).") from error
    if not _NAME.fullmatch(release.name):
        raise KgError(f"{shown(file)}: {release.name!r} is no name of a release (2026.11.1).")
    return release


def all_releases(folder: Path | None) -> list[Release]:
    """Every release of a folder, the newest first; none where there is no folder."""
    files = folder.glob("*.json") if folder is not None else ()
    return newest_first(read_release(file) for file in files)


@cache
def releases_of(folder: Path | None, version: str) -> list[Release]:
    """The releases that a server knows: read once for each version that it serves."""
    return all_releases(folder)


def newest_first(releases: Iterable[Release]) -> list[Release]:
    """Releases in the reverse order of their names, by number: 2026.11.10 before 2026.11.9."""
    return sorted(releases, key=lambda release: release.order, reverse=True)


def release_called(name: str, folder: Path | None) -> Release:
    """The release of a name; raises UnknownName, which names the nearest."""
    known = all_releases(folder)
    for release in known:
        if release.name == name:
            return release
    raise UnknownName("release", name, [release.name for release in known])
