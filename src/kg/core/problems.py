"""One thing that a check found wrong."""

from dataclasses import dataclass
from typing import Literal

Severity = Literal["Violation", "Warning"]


@dataclass(frozen=True, slots=True, order=True)
class Problem:
    """What is wrong and where.

    `where` is `file:line` or an IRI; `rule` is the number of the shape (ontology.md §5), if any.
    """

    where: str
    what: str
    rule: str = ""
    severity: Severity = "Violation"

    def __str__(self) -> str:
        rule = f" [{self.rule}]" if self.rule else ""
        warning = "warning: " if self.severity == "Warning" else ""
        return f"{self.where}: {warning}{self.what}{rule}"
