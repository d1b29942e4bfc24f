"""Reads stories from YAML files; every fault of form is told with its file and line."""

from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from pathlib import Path

import yaml

from kg.core.bundle import find_bundle, shown
from kg.core.errors import TablesRefused, nearest
from kg.core.names import SLUG
from kg.core.problems import Problem
from kg.views.record.sentences import Sentence
from kg.views.stories.model import Step, Story

_STORY = ("title", "summary", "steps")
_WORDS, _LISTS = ("heading", "text"), ("claims", "rejected")
_SHOWN = ("conflict", "series", "picture", "query")
_STEP = (*_WORDS, *_LISTS, *_SHOWN)
_LANGUAGES = ("en", "ja")


@cache
def shipped_stories() -> Mapping[str, Story]:
    """The stories of this installation by slug; raises TablesRefused for a fault of form."""
    folder = find_bundle().stories
    stories, problems = read_stories(folder) if folder else ([], [])
    if problems:
        raise TablesRefused(problems)
    return {story.slug: story for story in stories}


def read_stories(folder: Path) -> tuple[list[Story], list[Problem]]:
    """The stories of a folder by slug, and what is wrong with the form of its files."""
    stories: list[Story] = []
    problems: list[Problem] = []
    for file in sorted(folder.iterdir()) if folder.is_dir() else ():
        if file.suffix != ".yaml" or not SLUG.fullmatch(file.stem):
            what = "no story is read from this file; name it like `two-words.yaml`"
            problems.append(Problem(f"{shown(file)}:1", what))
            continue
        reading = _File(shown(file), problems)
        story = reading.story(file.stem, file)
        stories += [story] if story else []
    return stories, problems


class _File:
    """Reads one file; what is wrong is added to `problems`."""

    def __init__(self, name: str, problems: list[Problem]) -> None:
        self._name, self._problems = name, problems

    def story(self, slug: str, file: Path) -> Story | None:
        """The story; None where a fault leaves nothing to show."""
        before = len(self._problems)
        root = self._root(file)
        given = self._mapping(root, _STORY, "a story") if root else {}
        for key in (key for key in _STORY if root and key not in given):
            self._fault(root, f"key {key!r} is missing")
        title, summary = (self._sentence(given.get(key)) for key in _STORY[:2])
        steps = tuple(self._steps(given.get("steps")))
        if len(self._problems) > before:
            return None
        return Story(slug, title, summary, steps, self._places(given))

    def _root(self, file: Path) -> yaml.Node | None:
        try:
            root = yaml.compose(file.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)
        except yaml.MarkedYAMLError as error:
            line = error.problem_mark.line + 1 if error.problem_mark else 1
            self._tell(line, f"is not valid YAML: {error.problem}")
            return None
        except (UnicodeDecodeError, yaml.reader.ReaderError):
            self._tell(1, "is not UTF-8 text without control characters")
            return None
        if root is None:
            self._tell(1, f"is empty; a story has {', '.join(_STORY)}")
        return root

    def _steps(self, node: yaml.Node | None) -> Iterator[Step]:
        for part in self._items(node, "a list of steps"):
            given = self._mapping(part, _STEP, "a step")
            for key in (key for key in _WORDS if key not in given):
                self._fault(part, f"key {key!r} is missing")
            if not given.keys() & {*_LISTS, *_SHOWN}:
                self._fault(part, f"shows nothing; name one of {', '.join((*_LISTS, *_SHOWN))}")
            heading, text = (self._sentence(given.get(key)) for key in _WORDS)
            claims, rejected = (tuple(self._ids(given.get(key))) for key in _LISTS)
            one = {key: self._text(given[key]) for key in _SHOWN if key in given}
            yield Step(heading, text, claims, rejected, **one, places=self._places(given))

    def _mapping(
        self, node: yaml.Node | None, keys: Sequence[str], what: str
    ) -> dict[str, yaml.Node]:
        if not isinstance(node, yaml.MappingNode):
            self._fault(node, f"{what} must be a mapping with {', '.join(keys)}")
            return {}
        found: dict[str, yaml.Node] = {}
        for key, value in node.value:
            if key.value not in keys:
                self._fault(key, f"unknown key {key.value!r}{nearest(str(key.value), keys)}")
            elif key.value in found:
                self._fault(key, f"key {key.value!r} stands twice")
            else:
                found[key.value] = value
        return found

    def _items(self, node: yaml.Node | None, what: str) -> list[yaml.Node]:
        if node is None:
            return []
        if not isinstance(node, yaml.SequenceNode) or not node.value:
            self._fault(node, f"must be {what}")
            return []
        return list(node.value)

    def _ids(self, node: yaml.Node | None) -> Iterator[str]:
        for item in self._items(node, "a list of claim ids"):
            yield self._text(item)

    def _sentence(self, node: yaml.Node | None) -> Sentence:
        if node is None:
            return Sentence("", "")
        given = self._mapping(node, _LANGUAGES, "a text")
        for key in (key for key in _LANGUAGES if key not in given):
            self._fault(node, f"{key!r} is missing; write {{en: …, ja: …}}")
        return Sentence(*(self._text(given[k]) if k in given else "" for k in _LANGUAGES))

    def _text(self, node: yaml.Node) -> str:
        text = node.value.strip() if isinstance(node, yaml.ScalarNode) else ""
        if not text:
            self._fault(node, "must be text")
        return text

    def _places(self, given: Mapping[str, yaml.Node]) -> dict[str, str]:
        found = {}
        for key, node in given.items():
            found[key] = self._where(node.start_mark.line + 1)
            for part, text in node.value if isinstance(node, yaml.MappingNode) else ():
                found[f"{key}-{part.value}"] = self._where(text.start_mark.line + 1)
        return found

    def _where(self, line: int) -> str:
        return f"{self._name}:{line}"

    def _fault(self, node: yaml.Node | None, what: str) -> None:
        self._tell(node.start_mark.line + 1 if node else 1, what)

    def _tell(self, line: int, what: str) -> None:
        self._problems.append(Problem(self._where(line), what, "S43"))
