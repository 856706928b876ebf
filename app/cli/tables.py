"""Tables that fit the terminal, or 80 columns: long cells end in an ellipsis, the others stand whole on one line."""

import csv
from collections.abc import Collection, Mapping, Sequence
from io import StringIO
from shutil import get_terminal_size
from typing import Any

from app.cli.output import on_one_line, print_error, print_json, say, say_row

GAP = 2
LEAST = 8
"""Columns that a long cell keeps, however narrow the terminal is."""


def print_list(
    rows: Sequence[Mapping[str, Any]], columns: Sequence[str], *, as_json: bool, empty: str, long: Collection[str] = ()
) -> None:
    """Rows as one JSON array, or as a table of these columns. `long`: columns that may be cut."""
    if as_json:
        print_json(rows)
    elif not rows:
        print_error(empty)
    else:
        cells = [[on_one_line(row[column]) for column in columns] for row in rows]
        names = [column.replace("_", " ") for column in columns]
        for line in table([names, *cells], [one in long for one in columns]):
            say_row(line, " " * GAP)


def print_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str]) -> None:
    """Rows as CSV, with a first line of names."""
    written = StringIO()
    csv.writer(written, lineterminator="\n").writerows(
        [columns, *([on_one_line(row[column]) for column in columns] for row in rows)]
    )
    say(written.getvalue(), end="")


def table(rows: Sequence[Sequence[str]], long: Sequence[bool], width: int | None = None) -> list[list[str]]:
    """The cells, each as wide as its column."""
    from rich.cells import cell_len

    widths = [max(map(cell_len, column)) for column in zip(*rows, strict=True)]
    room = (width or get_terminal_size().columns) - GAP * (len(widths) - 1)
    while sum(widths) > room and (wide := [k for k, one in enumerate(long) if one and widths[k] > LEAST]):
        widths[max(wide, key=widths.__getitem__)] -= 1
    return [list(map(_fitted, row, widths)) for row in rows]


def _fitted(text: str, width: int) -> str:
    from rich.cells import cell_len, set_cell_size

    return set_cell_size(text, width) if cell_len(text) <= width else f"{set_cell_size(text, width - 1).rstrip()}…"
