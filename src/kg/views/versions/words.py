"""Changes in words: a line a thing, below it a line a field; figures as people say them."""

from collections.abc import Iterator, Mapping

from kg.views.versions.changes import Change, Changes, Value

_MARKS = {
    "added": "+", "opened": "+", "withdrawn": "-", "gone": "-", "changed": "~", "settled": "=",
    "superseded": "<", "newly_reviewed": "*",
}  # fmt: skip


def in_words(changes: Changes) -> Iterator[str]:
    """Lines of text: a heading for each list that holds anything, then its changes."""
    yield f"from {_side(changes.before)}"
    yield f"to   {_side(changes.after)}"
    for what, how, found in changes.filled():
        yield ""
        yield f"{what} {how.replace('_', ' ')}: {len(found)}"
        for change in sorted(found, key=lambda change: change.weight):
            yield from _change(how, change)
    if not any(changes.filled()):
        yield ""
        yield "nothing changed"


def _side(said: Mapping[str, str]) -> str:
    name, version = said.get("name", ""), said.get("version", "")[:12]
    return " ".join(part for part in (said["kind"], name, version and f"version {version}") if part)


def _change(how: str, change: Change) -> Iterator[str]:
    kind = f"{change.kind}  " if change.kind else ""
    yield f"{_MARKS[how]} {change.id}  {kind}{change.label[0]}"
    if change.by:
        yield f"    by {change.by}{f': {change.reason}' if change.reason else ''}"
    if change.display:
        yield f"    {change.display[0][0]} → {change.display[0][1]}"
    for name, (was, is_) in change.other_fields.items():
        yield f"    {name}: {value_text(was) or 'none'} → {value_text(is_) or 'none'}"


def value_text(value: Value) -> str:
    """A value in one line; empty where there is nothing."""
    if value is None or isinstance(value, str):
        return value or ""
    if isinstance(value, Mapping):
        return ", ".join(f"{name} {value_text(part)}" for name, part in value.items())
    return "; ".join(value)
