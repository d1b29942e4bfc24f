"""Ready questions: `.rq` files with titles in both languages and parameters.

They stand in the ontology (`ontology/queries/`), for the graph holds them too. Those without a task
of their own (`nNN.rq`) are what newcomers ask first, in few patterns over the reader's layer.

The first two comment lines are the question in English and Japanese. A line such as
`# ?about IRI the entity asked about / 尋ねる対象` declares a parameter and says in both languages
what it means; its default stands in the query as
`VALUES ?about { … }`, once in every branch that uses it. Binding replaces those blocks by a typed
term, which every SPARQL 1.1 store understands. A line such as `# chart: bars label=measure
by=who value=amount unit=unit claim=claim` says which variables a chart shows (`lines` has `when`,
a period, and `line` instead of `label` and `by`).
"""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from kg.core.bundle import find_bundle
from kg.core.errors import KgError, UnknownName
from kg.core.names import SLUG, Names
from kg.sparql.question_text import titles
from kg.text.bounds import canonical

_PARAMETER = re.compile(r"^# \?(\w+) (IRI|date|text|number) (.+)$", re.MULTILINE)
_CHART = re.compile(r"^# chart: (bars|lines)((?: \w+=\w+)+)$", re.MULTILINE)
_DRAWN = {
    "bars": {"label", "by", "value", "unit", "claim"},
    "lines": {"when", "line", "value", "unit", "claim"},
}
_VALUES = re.compile(r"VALUES \?(\w+) \{([^{}]*)\}")
_IRI = re.compile(r"[a-z][a-z0-9+.-]*:[^\s\x00-\x20\x7f<>\"{}|\\^`]+", re.IGNORECASE)
_NUMBER = re.compile(r"[+-]?\d{1,18}(\.\d{1,12})?")
_XSD = "http://www.w3.org/2001/XMLSchema#"


@dataclass(frozen=True, slots=True)
class Parameter:
    """A variable that the asker may bind; `kind` is IRI, date, text or number."""

    name: str
    kind: str
    meaning: str
    meaning_ja: str
    default: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """How an answer is charted: bars or lines, and the variable that each part shows."""

    kind: str
    shows: Mapping[str, str]


TASKS: Mapping[str, tuple[str, str]] = {
    "first": ("First questions", "はじめての質問"),
    "figures": ("Print a figure", "数字を書く"),
    "disagree": ("Where sources disagree", "出典の食い違い"),
    "money": ("Follow the money", "資金の流れ"),
    "time": ("What changed over time", "時間による変化"),
    "people": ("People and bodies", "人物・組織"),
    "policy": ("Policies, targets and issues", "政策・目標・課題"),
    "sources": ("Judge a source", "出典を確かめる"),
    "record": ("The record itself", "この台帳について"),
}
"""What somebody wants who asks, in words of both languages and in the order of a list of questions;
`# task: …` names it."""
_TASK = re.compile(r"^# task: (\w+)$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Question:
    """A ready question and its SPARQL."""

    name: str
    title_en: str
    title_ja: str
    parameters: tuple[Parameter, ...]
    sparql: str
    drawing: Drawing | None = None
    task: str = "first"  # one of TASKS

    @property
    def is_first(self) -> bool:
        """Whether newcomers ask it: it has no other task."""
        return self.task == "first"

    def summary(self) -> dict[str, Any]:
        """What a program needs to ask it."""
        return {
            "name": self.name,
            "title": {"en": self.title_en, "ja": self.title_ja},
            "parameters": [asdict(parameter) for parameter in self.parameters],
        }


@cache
def questions() -> Mapping[str, Question]:
    """All ready questions by name, the first ones before the others."""
    found = [
        read_question(file.stem, file.read_text(encoding="utf-8"))
        for file in (find_bundle().ontology / "queries").glob("*.rq")
    ]
    found.sort(key=lambda question: (not question.is_first, question.name))
    return {question.name: question for question in found}


def find_question(name: str) -> Question:
    """A ready question; raises UnknownName with the nearest."""
    if name not in questions():
        raise UnknownName("question", name, questions())
    return questions()[name]


def read_question(name: str, sparql: str) -> Question:
    """A question from the text of its file; raises KgError where it declares itself badly."""
    title = titles(sparql)
    if title is None:
        raise KgError(f"{name}.rq:1: the first two lines must be the question in en and ja.")
    parameters = []
    for variable, kind, meaning in _PARAMETER.findall(sparql):
        blocks = {m[2].strip() for m in _VALUES.finditer(sparql) if m[1] == variable}
        if len(blocks) != 1:
            raise KgError(f"{name}.rq: ?{variable} needs `VALUES ?{variable} {{ default }}`.")
        english, slash, japanese = meaning.partition(" / ")
        if not slash:
            raise KgError(f"{name}.rq: say what ?{variable} means as `in English / 日本語で`.")
        parameters.append(Parameter(variable, kind, english, japanese, blocks.pop()))
    task = _TASK.search(sparql)
    if task and task[1] not in TASKS:
        raise KgError(f"{name}.rq: the task {task[1]!r} is none of {', '.join(TASKS)}.")
    drawn = _drawing(name, sparql)
    return Question(name, *title, tuple(parameters), sparql, drawn, task[1] if task else "first")


def _drawing(name: str, sparql: str) -> Drawing | None:
    found = _CHART.search(sparql)
    if found is None:
        return None
    shows = dict(pair.split("=") for pair in found[2].split())
    if shows.keys() != _DRAWN[found[1]]:
        wanted = " ".join(f"{part}=…" for part in sorted(_DRAWN[found[1]]))
        raise KgError(f"{name}.rq: a chart of {found[1]} needs {wanted}.")
    return Drawing(found[1], shows)


def bind(question: Question, values: Mapping[str, str], names: Names) -> str:
    """The question's SPARQL with parameters bound; raises UnknownName or KgError.

    All at once over the question's own text: a bound value is never looked at again.
    """
    known = {parameter.name: parameter for parameter in question.parameters}
    bound = {}
    for name, value in values.items():
        if name not in known:
            raise UnknownName(f"parameter of {question.name}", name, known)
        bound[name] = term(known[name].kind, value, names)

    def block(match: re.Match[str]) -> str:
        return f"VALUES ?{match[1]} {{ {bound.get(match[1], match[2].strip())} }}"

    return _VALUES.sub(block, question.sparql)


def term(kind: str, value: str, names: Names) -> str:
    """A value as a SPARQL term: nothing pasted in can end its own token.

    Raises KgError where the value does not have the kind.
    """
    if kind == "IRI":
        return f"<{resolve(value, names)}>"
    if kind == "date":
        try:
            return f'"{date.fromisoformat(value).isoformat()}"^^<{_XSD}date>'
        except ValueError as error:
            raise KgError(f"{value!r} is no date; write YYYY-MM-DD.") from error
    if kind == "number":
        if not _NUMBER.fullmatch(value):
            raise KgError(f"{value!r} is no decimal number; write 55000000000 or 25.2.")
        return f'"{value}"^^<{_XSD}decimal>'
    escaped = re.sub(r'[\\"]', lambda m: "\\" + m[0], value)
    return '"' + escaped.replace("\n", "\\n").replace("\r", "\\r") + '"'


def written(value: object) -> str:
    """A value of Python as the text of a parameter: days, numbers, truth, anything else as it is.

    >>> written(date(2025, 12, 19)), written(55e9), written(1.5), written(True), written("meti")
    ('2025-12-19', '55000000000', '1.5', 'true', 'meti')
    """
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, date):  # a moment is one of a day
        return value.isoformat()[:10]
    if isinstance(value, int | float | Decimal):
        number = Decimal(str(value))
        return canonical(number) if number.is_finite() else str(value)
    return str(value)


def is_iri(text: str) -> bool:
    """True for an absolute IRI that can stand between `<` and `>`."""
    return _IRI.fullmatch(text) is not None


def resolve(name: str, names: Names) -> str:
    """The IRI that a slug, `scheme/notation`, CURIE or IRI names; raises KgError."""
    scheme, slash, notation = name.partition("/")
    if SLUG.fullmatch(name):
        return names.id(name)
    if slash and SLUG.fullmatch(scheme) and SLUG.fullmatch(notation):
        return names.concept(scheme, notation)
    prefix, colon, local = name.partition(":")
    if colon and prefix in names.prefixes and re.fullmatch(r"[\w.-]+", local):
        return names.iri(name)
    if is_iri(name):
        return name
    raise KgError(f"{name!r} names nothing; write a slug (takaichi-sanae), prefix:name or an IRI.")
