"""Tables of pages as files."""

from collections.abc import Iterable, Sequence

from starlette.responses import Response

from kg.outlets.table import csv_table


def csv_answer(name: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Response:
    """A table as a CSV file to save."""
    headers = {"Content-Disposition": f'attachment; filename="jsip-{name}.csv"'}
    body = csv_table(columns, rows)
    return Response(body, media_type="text/csv; charset=utf-8", headers=headers)
