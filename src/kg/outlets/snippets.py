"""A query to take along: as a command, as a program, as an address for a spreadsheet.

What stands in the query can end no string of any of the languages.
"""

import re
from collections.abc import Mapping
from urllib.parse import urlencode


def snippets(endpoint: str, sparql: str, sheet: str = "") -> Mapping[str, str]:
    """The query for curl, Python, R and spreadsheets; `sheet` is a shorter address of its CSV."""
    address = f"{endpoint}?" + urlencode({"format": "csv", "query": sparql})
    return {
        "curl": _curl(endpoint, sparql),
        "python": _python(endpoint, sparql),
        "r": _r(endpoint, sparql),
        "spreadsheet": sheet or address,
    }


def _curl(endpoint: str, sparql: str) -> str:
    quoted = sparql.replace("'", "'\\''")
    accept = "-H 'Accept: text/csv'"
    return f"curl -s '{endpoint}' {accept} \\\n  --data-urlencode 'query={quoted}'\n"


def _python(endpoint: str, sparql: str) -> str:
    """Plain pandas; a `\"\"\"` in the query is escaped."""
    quoted = sparql.replace("\\", "\\\\").replace('"""', '\\"\\"\\"')
    quoted = f'{quoted[:-1]}\\"' if quoted.endswith('"') else quoted
    return (
        "from urllib.parse import urlencode\n\nimport pandas as pd\n\n"
        f'query = """{quoted}"""\n'
        f'address = "{endpoint}?" + urlencode({{"format": "csv", "query": query}})\n'
        "table = pd.read_csv(address)\nprint(table)\n"
    )


def _r(endpoint: str, sparql: str) -> str:
    """Base R from 4.0 on: a raw string with as many dashes as the query needs."""
    runs = re.findall(r"\)(-*)\"", sparql)
    dashes = "-" * (max(map(len, runs), default=-1) + 1)
    return (
        f'query <- r"{dashes}({sparql}){dashes}"\n'
        f'address <- paste0("{endpoint}?format=csv&query=", URLencode(query, reserved = TRUE))\n'
        "table <- read.csv(address)\nprint(table)\n"
    )
