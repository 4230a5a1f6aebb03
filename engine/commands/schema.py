"""`pricebook schema`: the schemas of all files that the program reads and writes, and how an editor uses them."""

import json

import click

from engine.commands.options import described
from engine.commands.output import write_result

HELP = """Print a schema, or list them all with the set-up for an editor.

With the schema an editor completes keys, shows what they mean, and marks mistakes while you type."""

EDITOR = """
In an editor
  Any editor with the YAML language server (VS Code: the extension "YAML" by Red Hat) reads the first line of a rule file:

      # yaml-language-server: $schema=../../schemas/book-file.json

  The path leads from the rule file to the schema. The files of `pricebook new book` have that line and a schema that it leads to;
  `pricebook schema book-file -o book-file.json` writes it where you want it.
"""


@described(HELP, "pricebook schema --list")
@click.argument("name", required=False)
@click.option("--list", "as_list", is_flag=True, help="The names only, one a line with its title.")
@click.option("--output", "-o", metavar="FILE", help="Write the schema to a file, whole or not at all.")
def command(name: str | None, as_list: bool, output: str | None) -> int:
    """Prints a schema as it ships, or the list."""
    from engine.resources import schema_bytes, schema_names

    names = schema_names()
    if name is None:
        listed = "\n".join(f"{each:20}  {json.loads(schema_bytes(each)).get('title', '')}".rstrip() for each in names)
        write_result(listed + "\n" + ("" if as_list else EDITOR), output)
        return 0
    if name.removesuffix(".json") not in names:
        raise click.UsageError(f"There is no schema `{name}`. The schemas are {', '.join(names)}.")
    write_result(schema_bytes(name.removesuffix(".json")), output)
    return 0
