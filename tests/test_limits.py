"""Our own limits: they hold here, and each kind of fault is found where it stands."""

import io
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path

import pytest

from limits import main
from surfaces import REPOSITORY

pytestmark = pytest.mark.fast
SETTINGS = """floors = ["low", "high"]
[most_lines]
function = 3
module = 8
folder = 12
"""
PROJECT = """[project]
dependencies = ["PyYAML>=6", "pydantic_settings"]
[project.optional-dependencies]
extra = ["numpy"]
dev = ["pytest"]
"""
FOUR = "def f():\n    '''Says.\n\n    More.\n    '''\n    a = 1\n    b = 2\n    c = 3\n    {last}\n"


def limits(root: Path) -> tuple[int, list[str]]:
    """The exit code and the lines of the check of a repository."""
    said = io.StringIO()
    with redirect_stdout(said), redirect_stderr(said):
        code = main(root)
    return code, said.getvalue().splitlines()


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """An empty repository with the settings above."""
    for folder in ("scripts", "src/kg/low", "src/kg/high"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "scripts" / "limits.toml").write_text(SETTINGS)
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    return tmp_path


def written(root: Path, **modules: str) -> Path:
    """The repository with modules: `low__a` is `src/kg/low/a.py`."""
    for name, text in modules.items():
        (root / "src" / "kg" / f"{name.replace('__', '/', 1)}.py").write_text(text)
    return root


def test_our_own_limits_hold() -> None:
    assert limits(REPOSITORY) == (0, [])


FAULTS = {
    "function: kg.low.a:f has 4 lines": {"low__a": FOUR.format(last="d = 4").replace("\n\n", "\n")},
    "function: kg.low.a:C.f has 4 lines": {
        "low__a": "class C:\n  async def f():\n    1\n    2\n    3\n    4\n"
    },
    "module: kg.low.a has 9 lines": {"low__a": "a = 1\n" * 9},
    "folder: kg.low has 13 lines": {"low__a": "a = 1\n" * 7, "low__b": "b = 1\n" * 6},
    "upward: kg.low.a -> kg.high.b": {
        "low__a": "def f():\n    from kg.high import b\n",
        "high__b": "",
    },
    "circle: kg.low.a <-> kg.low.b <-> kg.low.c": {
        "low__a": "from kg.low.b import x",
        "low__b": "import kg.low.c",
        "low__c": "if TYPE_CHECKING:\n    from kg.low import a",
    },
    "circle: kg.low <-> kg.low.a": {
        "low____init__": "from kg.low.a import x",
        "low__a": "from kg.low import b",
        "low__b": "",
    },
    "string: kg.high.a -> kg.low.b": {"high__a": "PLACE = {'it': 'kg.low.b'}", "low__b": ""},
    "undeclared: kg.low.a -> rdflib": {"low__a": "def f():\n    import rdflib.term\n"},
    "undeclared: kg.low.a -> numpy": {"low__a": "import numpy\n"},
    "undeclared: kg.low.a -> pytest": {"low__a": "def f():\n    import pytest\n"},
}


@pytest.mark.parametrize("fault", FAULTS)
def test_a_fault_is_told_by_its_kind_and_place(repository: Path, fault: str) -> None:
    code, said = limits(written(repository, **FAULTS[fault]))
    assert (code, fault in said) == (1, True), said


def test_what_is_within_the_limits_is_no_fault(repository: Path) -> None:
    three = FOUR.format(last="").rstrip().replace("\n\n", "\n") + "\n"
    numbers = "if TYPE_CHECKING:\n    import numpy\ndef f():\n    import numpy\n"
    low = f"import json\nimport yaml\n{numbers}"
    high = "from kg.low import a\nDATA = files('kg.low') / 'kg.low.a is data'\n"
    assert limits(written(repository, low__a=low, high__b=high, high__c=three)) == (0, [])


def test_a_folder_that_is_no_floor_is_told(repository: Path) -> None:
    (repository / "src/kg/new").mkdir()
    written(repository, new__a="from kg.low import b", low__b="")
    with pytest.raises(SystemExit, match=r"limits.toml: `floors` lacks the folder 'new' of kg"):
        limits(repository)


def allowed(root: Path, *entries: str) -> None:
    with (root / "scripts" / "limits.toml").open("a") as file:
        file.writelines(f"[[allowed]]\n{entry}\n" for entry in entries)


def test_an_exception_allows_one_fault_and_no_growth(repository: Path) -> None:
    written(repository, low__a="a = 1\n" * 9)
    allowed(repository, 'kind = "module"\nwhere = "kg.low.a"\nat_most = 9')
    assert limits(repository) == (0, [])
    written(repository, low__a="a = 1\n" * 10)
    assert limits(repository) == (
        1,
        ["module: kg.low.a has 10 lines, and its exception allows 9"],
    )


def test_an_exception_that_nothing_needs_is_a_fault(repository: Path) -> None:
    allowed(repository, 'kind = "module"\nwhere = "kg.low.a"\nat_most = 9')
    said = "module: kg.low.a holds now: take its exception out of scripts/limits.toml"
    assert limits(written(repository, low__a="")) == (1, [said])


def test_settings_that_cannot_be_read_are_told(repository: Path) -> None:
    (repository / "scripts" / "limits.toml").write_text("floors = [")
    code, said = limits(repository)
    assert code == 2
    assert said[0].startswith("limits: ")
