"""`pricebook new`: a valid, commented starting point that passes `check`, and never overwrites anything."""

import os
import re
import shutil
import tempfile
from pathlib import Path

import click

from engine.commands.new_parts import discount, example, item, price
from engine.commands.options import OneValueEach, debug_option
from engine.commands.output import counted, say, write_result
from engine.resources import package_data, schema_bytes, schema_file

_ID = re.compile(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*\Z")
STARTERS = ("book.yaml", "items.yaml", "billing-modes.yaml", "prices/2026-01-01.yaml", "discounts.yaml", "examples.yaml")
POLICIES = "policies.yaml"
LIKE = {
    "saas": (*STARTERS, POLICIES),
    "usage": STARTERS,
    "storage": (*STARTERS, POLICIES),
    "telecom": (*STARTERS, POLICIES),
    "llm": STARTERS,
}
"""What a book may begin like, each a folder of starting points, and the files of it."""
SCHEMA = "schemas/book-file.json"
"""Where an editor finds what a rule file may hold: below a folder above the book, else below the book itself."""

HELP = """Start a new price book: a folder under rules/ with commented files that pass `pricebook check`.

Nothing is ever overwritten. NAME becomes the book's id; a path such as elsewhere/NAME puts the folder there. The files name their
schema for editors by a relative path; where no folder above has the same one, a copy stands in the book's folder.

--like begins with a book that sells something of that kind, with illustrative prices and examples of everything: saas (plans and seats, a month or a
year ahead), usage (an API by the month), storage (packages, and levels by the hour), telecom (lines, minutes and data), llm (tokens by model)."""


@click.group(help="Start something new: a book, or a part of one.")
@debug_option
def command() -> None:
    """Holds `new book`, and the parts of a book."""


for each in (item, price, discount, example):
    command.add_command(each)


@command.command("book", cls=OneValueEach, help=HELP, short_help="A price book with commented files.", epilog="\b\nExample:\n  pricebook new book my-prices")
@click.argument("name")
@click.option("--like", type=click.Choice(list(LIKE)), help="What the book sells; default: an edition and seats, as short as can be.")
@debug_option
def book(name: str, like: str | None) -> int:
    """Writes the starting point and says what to do next."""
    from engine.language.characters import visible
    from engine.results import unbroken, writing
    from engine.shelf import called
    from engine.store import shown_folder

    target = _folder(name)
    identity = target.name
    if not _ID.match(identity) or not any(character.isalpha() for character in identity):
        message = f"`{identity}` cannot be the id of a book: use letters, digits, and `.`, `_` or `-` between them, with at least one letter."
        raise click.BadParameter(message, param_hint="NAME")
    _refuse_to_overwrite(target)
    with unbroken(), writing(target, "NAME"):
        files = _write(target, identity, like)
        shown = shown_folder(target)
        say(f"started {shown} with {counted(len(files), 'file')}; next: pricebook check {called(target)}")
    write_result("".join(f"{visible(f'{shown}/{name}', whole=True)}\n" for name in files))
    return 0


def _folder(name: str) -> Path:
    path = Path(name)
    if len(path.parts) > 1 or path.is_absolute():
        return path.absolute()
    here = Path.cwd()
    shelf = next((folder / "rules" for folder in (here, *here.parents) if (folder / "rules").is_dir()), here / "rules")
    return shelf / name


def _refuse_to_overwrite(target: Path) -> None:
    from engine.diagnostics.files import FOLDER_IN_USE
    from engine.diagnostics.record import report
    from engine.shelf import Unusable
    from engine.store import shown_folder

    if target.exists() or target.is_symlink():
        message = f"`{shown_folder(target)}` exists already, and nothing is overwritten"
        raise Unusable(report(FOLDER_IN_USE, message, subject="NAME", help="choose another name, or edit the book that is there"))


def _write(target: Path, identity: str, like: str | None) -> list[str]:
    """All files or none: the book is made beside its place and moved there whole."""
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=".", suffix=".part", dir=target.parent))
    try:
        files = _files(target, identity, like)
        for name, content in files.items():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content)
        draft.chmod(0o755)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return list(files)


def _files(target: Path, identity: str, like: str | None) -> dict[str, bytes]:
    """What the book begins with, by the name relative to its folder; its own copy of the schema where none like it stands above."""
    own = schema_bytes("book-file")
    same = (own, schema_file("book-file"))
    above = (folder / SCHEMA for folder in target.parents if (folder / SCHEMA).is_file())
    shared = next((path for path in above if path.read_bytes() in same), None)
    names = LIKE[like] if like is not None else STARTERS
    starters = {name: _starter(name, like, identity, target, shared or target / SCHEMA) for name in names}
    return starters if shared else starters | {SCHEMA: own}


def _starter(name: str, like: str | None, identity: str, target: Path, schema: Path) -> bytes:
    """A file's text; its first line leads from where it stands to the schema, so that both may move together."""
    text = package_data("commands", "starter", *([like] if like else []), *name.split("/")).decode("utf-8")
    relative = Path(os.path.relpath(schema, (target / name).parent)).as_posix()
    return text.replace("NAME", identity).replace("SCHEMA", relative).encode("utf-8")
