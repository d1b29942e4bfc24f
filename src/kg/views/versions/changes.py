"""What changed from one version of the record to another, thing by thing and field by field.

| of | told |
|---|---|
| claims | added, changed, withdrawn, superseded, newly reviewed |
| conflicts, questions of identity | opened, settled, gone, changed |
| cautions, entities, sources | added, changed, withdrawn |

A passage, a review, a selector or a mention is a part of what it stands for: new evidence for an
old claim is a change of that claim. What follows by rule from other things is left out: comparison
keys, periods (made from their names), disagreements of single claims, every derived graph but that
of conflicts. Terms and concepts are no part of the record; the changelog tells of them.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Value = str | Sequence[str] | Mapping[str, str | Sequence[str]] | None
Pair = tuple[Value, Value]
"""What a field was and what it is; None for nothing, a mapping for a whole passage or review."""


FIGURE = ("rdf:object", "jsip:valueQualifier", "jsip:lowerBound", "jsip:upperBound", "jsip:unit")
"""The fields of a claim that `display` says in words."""


@dataclass(frozen=True, slots=True)
class Change:
    """One thing that changed.

    `fields` are of what was in both versions; `display` the value of a claim in words, before and
    after, in English and Japanese, where it differs; `kind` of conflicts; `by` the claim that
    supersedes; `reason` why it does; `about` the things that a claim or conflict is about, and who
    says it.
    """

    id: str
    label: tuple[str, str]
    fields: Mapping[str, Pair]
    display: tuple[tuple[str, str], tuple[str, str]] | None = None
    kind: str = ""
    by: str = ""
    reason: str = ""
    about: tuple[str, ...] = ()

    @property
    def weight(self) -> int:
        """0 of what was corrected, 1 of other changes, 2 of what differs in nothing that is told.

        That are notes, confidence, what the editors say of a passage, and further passages.
        """
        if any(name.startswith("correction-") for name in self.fields):
            return 0
        return 2 if self.fields and all(map(_is_minor, self.fields.items())) else 1

    @property
    def other_fields(self) -> Mapping[str, Pair]:
        """The fields that `display` does not say."""
        said = FIGURE if self.display else ()
        return {name: pair for name, pair in self.fields.items() if name not in said}

    def summary(self) -> dict[str, object]:
        """Plain values for JSON; what does not apply is left out."""
        said: dict[str, object] = {"id": self.id, "label": _both(*self.label)}
        if self.fields:
            said["fields"] = {name: list(pair) for name, pair in self.fields.items()}
        if self.display:
            said["display"] = {
                lang: list(pair) for lang, pair in zip(("en", "ja"), self.display, strict=True)
            }
        more = {"kind": self.kind, "by": self.by, "reason": self.reason, "about": list(self.about)}
        return said | {name: value for name, value in more.items() if value}


_MINOR = (
    "jsip:extractionConfidence", "skos:editorialNote", "jsip:passageSupports", "jsip:dateBasis",
    "jsip:periodBasis", "jsip:cue", "jsip:lookedUntil", "jsip:labelByEditors",
)  # fmt: skip


def _is_minor(changed: tuple[str, Pair]) -> bool:
    name, (was, _) = changed
    further = name.startswith("e-") and "/" not in name and was is None
    return further or name.rpartition("/")[2].partition("@")[0] in _MINOR


def _both(en: str, ja: str) -> dict[str, str]:
    return {"en": en, "ja": ja}


@dataclass(frozen=True, slots=True)
class Changes:
    """Everything that changed; `sections` has lists of changes by what and how, each by id."""

    before: Mapping[str, str]
    after: Mapping[str, str]
    sections: Mapping[str, Mapping[str, tuple[Change, ...]]]

    @property
    def counts(self) -> dict[str, dict[str, int]]:
        """How many there are in each list."""
        return {
            what: {how: len(found) for how, found in lists.items()}
            for what, lists in self.sections.items()
        }

    def filled(self) -> Iterator[tuple[str, str, tuple[Change, ...]]]:
        """Each list that holds anything, with what it is of and how that changed."""
        for what, lists in self.sections.items():
            for how, found in lists.items():
                if found:
                    yield what, how, found

    def summary(self) -> dict[str, object]:
        """Plain values for JSON (record.md §8)."""
        lists = {
            what: {how: [change.summary() for change in found] for how, found in lists.items()}
            for what, lists in self.sections.items()
        }
        return {"from": dict(self.before), "to": dict(self.after), "counts": self.counts, **lists}


def read_changes(said: Mapping[str, Any]) -> Changes:
    """Changes from what `summary` gave."""
    sections = {
        what: {how: tuple(_read(change) for change in said[what][how]) for how in hows}
        for what, hows in said["counts"].items()
    }
    return Changes(said["from"], said["to"], sections)


def _read(said: Mapping[str, Any]) -> Change:
    display = said.get("display")
    return Change(
        id=said["id"],
        label=(said["label"]["en"], said["label"]["ja"]),
        fields={name: (was, is_) for name, (was, is_) in said.get("fields", {}).items()},
        display=(tuple(display["en"]), tuple(display["ja"])) if display else None,
        kind=said.get("kind", ""),
        by=said.get("by", ""),
        reason=said.get("reason", ""),
        about=tuple(said.get("about", ())),
    )
