"""Our own limits over `src/kg`, which no linter knows; `make lint` and `make check` run this.

Each fault is told by its kind and where it is:

  function    module:name    a body (without its docstring) of more lines than `function`
  module      module         a file of more lines than `module`
  folder      package        a folder whose files (subfolders apart) have more lines than `folder`
  upward      from -> to     an import that runs from a floor to a higher one
  string      from -> to     a module of another floor named in a string: an import that hides
  circle      a <-> b <-> c  modules that import each other, by whatever way round
  undeclared  from -> top    an imported library that `pyproject.toml` does not name

An import counts wherever it stands: in a function, and for a type checker too. A library of an
extra may be imported inside functions and for type checkers only. `limits.toml` beside this file
has the numbers, the floors and the exceptions; an exception that nothing needs any longer is a
fault, so that the list can only shrink.

Exit 0: all hold; 1: at least one does not; 2: the settings cannot be read.
"""

import ast
import re
import sys
import tomllib
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import packages_distributions
from itertools import pairwise
from pathlib import Path
from typing import Any

_RESOURCES = {"files", "PackageLoader", "StaticFiles"}  # they find data, and import no code
_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Fault:
    """One limit that does not hold."""

    kind: str
    where: str
    size: int = 0  # in lines, of what has a size

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}" + (f" has {self.size} lines" if self.size else "")


@dataclass(frozen=True)
class Module:
    """A module of ours: its dotted name, its lines, its syntax tree."""

    name: str
    folder: str
    lines: int
    tree: ast.Module

    @property
    def floor(self) -> str:
        """The folder of `kg` it lies in; empty of `kg` itself."""
        return floor_of(self.name)


def floor_of(name: str) -> str:
    """The second part of a dotted name.

    >>> floor_of("kg.engine.pool.pool"), floor_of("kg")
    ('engine', '')
    """
    return name.split(".")[1] if "." in name else ""


def modules_below(package: Path) -> list[Module]:
    """Every module of a package, in order of their names."""
    return [_module(package, file) for file in sorted(package.rglob("*.py"))]


def _module(package: Path, file: Path) -> Module:
    text = file.read_text(encoding="utf-8")
    parts = (package.name, *file.relative_to(package).with_suffix("").parts)
    folder = ".".join(parts[:-1])
    name = folder if parts[-1] == "__init__" else ".".join(parts)
    return Module(name, folder, len(text.splitlines()), ast.parse(text, str(file)))


def too_long(modules: Iterable[Module], limits: Mapping[str, int]) -> Iterator[Fault]:
    """Functions, modules and folders over their limits."""
    folders: dict[str, int] = {}
    for module in modules:
        folders[module.folder] = folders.get(module.folder, 0) + module.lines
        if module.lines > limits["module"]:
            yield Fault("module", module.name, module.lines)
        for name, lines in _functions(module.tree, ""):
            if lines > limits["function"]:
                yield Fault("function", f"{module.name}:{name}", lines)
    for folder, lines in folders.items():
        if lines > limits["folder"]:
            yield Fault("folder", folder, lines)


def _functions(tree: ast.AST, inside: str) -> Iterator[tuple[str, int]]:
    """Each function or method, by its qualified name, with the lines of its body."""
    for node in ast.iter_child_nodes(tree):
        named = isinstance(node, _FUNCTIONS | ast.ClassDef)
        name = f"{inside}{node.name}" if isinstance(node, _FUNCTIONS | ast.ClassDef) else inside
        if isinstance(node, _FUNCTIONS):
            yield name, _body_lines(node)
        yield from _functions(node, f"{name}." if named else inside)


def _body_lines(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    body = function.body[1:] if ast.get_docstring(function) is not None else function.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def imported(tree: ast.AST, known: Collection[str]) -> Iterator[str]:
    """What a tree imports by statements: `from a import b` is of `a`, and of `a.b` if known."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            full = (f"{node.module}.{alias.name}" for alias in node.names)
            yield from (name for name in full if name in known)


def named_in_strings(tree: ast.AST, known: Collection[str]) -> Iterator[str]:
    """Modules of ours whose dotted name stands as a string, unless data is looked for in them."""
    calls = (n for n in ast.walk(tree) if isinstance(n, ast.Call))
    finding = (c for c in calls if ast.unparse(c.func).rpartition(".")[2] in _RESOURCES)
    exempt = {id(inner) for call in finding for inner in ast.walk(call)}
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and id(node) not in exempt:
            name = node.value
            if isinstance(name, str) and "." in name and name in known:
                yield name


def wrong_arrows(modules: list[Module], floors: list[str]) -> Iterator[Fault]:
    """Imports that run up, imports by string across floors, and circles."""
    known = {module.name: module for module in modules}
    arrows: dict[str, set[str]] = {}
    for module in modules:
        strings = set(named_in_strings(module.tree, known)) - {module.name, module.folder}
        targets = {name for name in imported(module.tree, known) if name in known} | strings
        arrows[module.name] = targets - {module.name}
        for target in sorted(targets):
            if _runs_up(module.floor, floor_of(target), floors):
                yield Fault("upward", f"{module.name} -> {target}")
        for target in sorted(strings):
            if floor_of(target) != module.floor:
                yield Fault("string", f"{module.name} -> {target}")
    for circle in circles(arrows):
        yield Fault("circle", " <-> ".join(circle))


def _runs_up(start: str, end: str, floors: list[str]) -> bool:
    if not start or not end:
        return False  # `kg` itself only hands on what its users import
    missing = [floor for floor in (start, end) if floor not in floors]
    if missing:
        raise SystemExit(f"scripts/limits.toml: `floors` lacks the folder {missing[0]!r} of kg")
    return floors.index(end) > floors.index(start)


def circles(arrows: Mapping[str, set[str]]) -> list[list[str]]:
    """The groups of modules of which each leads to each, in the order of their names.

    >>> circles({"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set()})
    [['b', 'c']]
    """
    reached = {name: _reached(name, arrows) for name in arrows}
    groups = {
        tuple(sorted(other for other in reached[name] if name in reached[other]))
        for name in arrows
        if name in reached[name]
    }
    return [list(group) for group in sorted(groups)]


def _reached(start: str, arrows: Mapping[str, set[str]]) -> set[str]:
    seen: set[str] = set()
    ahead = list(arrows[start])
    while ahead:
        name = ahead.pop()
        if name not in seen:
            seen.add(name)
            ahead += arrows[name]
    return seen


def undeclared(modules: list[Module], project: Mapping[str, Any]) -> Iterator[Fault]:
    """Libraries that are imported and not declared, or of an extra and imported on loading."""
    needed = _names(project["dependencies"])
    extras = project.get("optional-dependencies", {})
    optional = {name for extra, named in extras.items() if extra != "dev" for name in _names(named)}
    homes = packages_distributions()
    for module in modules:
        on_loading = {name.partition(".")[0] for name in _imported_on_loading(module.tree)}
        tops = {name.partition(".")[0] for name in imported(module.tree, set())}
        for top in sorted(tops - sys.stdlib_module_names - {module.name.partition(".")[0]}):
            given = {_canonical(home) for home in homes.get(top, [top])}
            allowed = needed if top in on_loading else needed | optional
            if not given & allowed:
                yield Fault("undeclared", f"{module.name} -> {top}")


def _imported_on_loading(tree: ast.Module) -> Iterator[str]:
    for statement in tree.body:
        later = isinstance(statement, _FUNCTIONS | ast.ClassDef)
        for_types = isinstance(statement, ast.If) and "TYPE_CHECKING" in ast.unparse(statement.test)
        if not later and not for_types:
            yield from imported(statement, set())


def _names(requirements: Iterable[str]) -> set[str]:
    heads = (re.match(r"[\w.-]+", requirement) for requirement in requirements)
    return {_canonical(head[0]) for head in heads if head}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def judged(faults: list[Fault], allowed: list[dict[str, Any]]) -> list[str]:
    """What to say: faults that nothing allows, and exceptions that nothing needs."""
    exceptions = {(entry["kind"], entry["where"]): entry for entry in allowed}
    said = []
    for fault in faults:
        entry = exceptions.get((fault.kind, fault.where))
        if entry is None:
            said.append(str(fault))
        elif fault.size > entry.get("at_most", fault.size):
            said.append(f"{fault}, and its exception allows {entry['at_most']}")
    found = {(fault.kind, fault.where) for fault in faults}
    said += [
        f"{kind}: {where} holds now: take its exception out of scripts/limits.toml"
        for kind, where in exceptions
        if (kind, where) not in found
    ]
    return said + [
        f"{now['kind']}: {now['where']}: the exceptions are not in order of kind and name"
        for before, now in pairwise(allowed)
        if (before["kind"], before["where"]) >= (now["kind"], now["where"])
    ]


def main(root: Path) -> int:
    """Checks the repository at `root` and prints a line for each fault."""
    try:
        settings = tomllib.loads((root / "scripts" / "limits.toml").read_text(encoding="utf-8"))
        project = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    except (OSError, tomllib.TOMLDecodeError) as error:
        print(f"limits: {error}", file=sys.stderr)
        return 2
    modules = modules_below(root / "src" / "kg")
    faults = [
        *too_long(modules, settings["most_lines"]),
        *wrong_arrows(modules, settings["floors"]),
        *undeclared(modules, project),
    ]
    said = judged(faults, settings.get("allowed", []))
    print(*said, sep="\n", end="\n" if said else "")
    return 1 if said else 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1]))
