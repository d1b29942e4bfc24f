"""What releases changed of one thing: its claim, its page, its feed, or the record since a day."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from kg.core.errors import UnknownName
from kg.views.versions.changes import Change, read_changes
from kg.views.versions.releases import Release, releases_of

_GONE = ("withdrawn", "gone")
_PAGES = {"claims": "/claims", "entities": "/entity", "sources": "/sources"}


@dataclass(frozen=True, slots=True)
class Event:
    """What a release changed: `what` and `how` name the list of `Changes.sections`."""

    release: Release
    what: str
    how: str
    change: Change

    @property
    def is_end(self) -> bool:
        """Whether the thing is no longer there."""
        return self.how in _GONE

    @property
    def path(self) -> str:
        """The path of the page of what changed."""
        return f"{_PAGES.get(self.what, '/conflicts')}/{self.change.id}"


@dataclass(frozen=True)
class History:
    """The changes of all releases, the newest first, by id and by what they are about."""

    releases: Sequence[Release]
    of: Mapping[str, Sequence[Event]]
    about: Mapping[str, Sequence[Event]]

    def withdrawn(self, what: str, slug: str) -> Event | None:
        """How a claim, conflict, entity or source ended; None where it never was or still is."""
        last = next((event for event in self.of.get(slug, ()) if event.what == what), None)
        return last if last and last.is_end else None

    def before(self, release: Release) -> Release | None:
        """The release before one, whose files have what that one withdrew."""
        return next((known for known in self.releases if known.name == release.since), None)

    def since(self, name: str) -> list[Release]:
        """The releases after the one of that name or version, the newest first.

        Raises UnknownName, with the names there are.
        """
        for place, release in enumerate(self.releases):
            if name in (release.name, release.version):
                return list(self.releases[:place])
        raise UnknownName("release", name, [release.name for release in self.releases])


def history(releases: Sequence[Release]) -> History:
    """The history that releases tell, given the newest first."""
    of: dict[str, list[Event]] = defaultdict(list)
    about: dict[str, list[Event]] = defaultdict(list)
    for event in _events(releases):
        of[event.change.id].append(event)
        for slug in {event.change.id, *event.change.about}:
            about[slug].append(event)
    return History(releases, dict(of), dict(about))


@cache
def history_of(folder: Path | None, version: str) -> History:
    """The history that a server knows: read once for each version that it serves."""
    return history(releases_of(folder, version))


def _events(releases: Iterable[Release]) -> Iterable[Event]:
    for release in releases:
        if release.changes:
            for what, how, found in read_changes(release.changes).filled():
                yield from (Event(release, what, how, change) for change in found)
