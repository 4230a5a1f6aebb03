"""Every place of a CSV file of prices or usage where something is named."""

import csv
import io
from collections.abc import Iterator

from engine.language.build.tables import CHARGE_COLUMNS, table_row
from engine.language.mentions import Mention

USAGE_COLUMNS = ("account", "subscription", "time", "quantity", "id")


def mentions_of_table(file: str, text: str) -> Iterator[Mention]:
    """Everything that a CSV file of prices or of usage names; nothing where it cannot be read as one."""
    reader, written = csv.reader(io.StringIO(text, newline=""), strict=True), text.split("\n")
    try:
        lines = [(reader.line_num, cells) for cells in reader]
    except csv.Error:
        return
    columns = [cell.strip(" ") for cell in lines[0][1]] if lines else []
    if "item" not in columns or len(set(columns)) < len(columns):
        return
    own = {"item", "spec", *CHARGE_COLUMNS, *USAGE_COLUMNS}
    for name, (_, span) in table_row(file, lines[0][0], columns, columns, written[lines[0][0] - 1]).cells.items():
        if name not in own:
            yield Mention("attributes", name, "", span, ())
    for number, cells in lines[1:]:
        if len(cells) == len(columns):
            row = table_row(file, number, columns, cells, written[number - 1])
            for name, (cell, span) in row.cells.items():
                if name in ("item", "spec"):
                    yield Mention(f"{name}s", cell, row.text("item") if name == "spec" else "", span, ())
                elif name not in own:
                    yield Mention("values", cell, name, span, ())
