"""What a story is: a title, a summary, and steps that each show a part of the record."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from kg.views.record.sentences import Sentence


@dataclass(frozen=True, slots=True)
class Step:
    """One step: words in both languages, and the ids of what it shows.

    `claims` and `rejected` are the claims whose figures the words may print, the latter as figures
    that are not to be printed. `places` has `file:line` of
    each key, and of the words of each language as `text-en`.
    """

    heading: Sentence
    text: Sentence
    claims: tuple[str, ...] = ()
    rejected: tuple[str, ...] = ()
    conflict: str = ""
    series: str = ""
    picture: str = ""
    query: str = ""
    places: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Story:
    """A walk over the graph; `slug` is the name of its file, `places` as those of a step."""

    slug: str
    title: Sentence
    summary: Sentence
    steps: tuple[Step, ...]
    places: Mapping[str, str] = field(default_factory=dict)

    @property
    def claims(self) -> tuple[str, ...]:
        """The ids of all claims of its steps, rejected ones too, each once."""
        named = (id for step in self.steps for id in (*step.claims, *step.rejected))
        return tuple(dict.fromkeys(named))
