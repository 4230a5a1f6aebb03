"""`pricebook new`: a valid, commented starting point that passes `check`, and never overwrites anything."""

import os
import re
import shutil
import tempfile
from importlib.resources import files
from pathlib import Path

import click

from engine.commands.options import OneValueEach, debug_option
from engine.commands.output import counted, say

_ID = re.compile(r"[A-Za-z0-9]+([._-][A-Za-z0-9]+)*\Z")

HELP = """Start a new price book: a folder under rules/ with commented files that pass `pricebook check`.

Nothing is ever overwritten. NAME becomes the book's id; a path such as elsewhere/NAME puts the folder there."""


@click.group(help="Start something new.")
@debug_option
def command() -> None:
    """Holds `new book`."""


@command.command("book", cls=OneValueEach, help=HELP, short_help="A price book with commented files.", epilog="\b\nExample:\n  pricebook new book my-prices")
@click.argument("name")
@debug_option
def book(name: str) -> int:
    """Writes the starting point and says what to do next."""
    from engine.shelf import called
    from engine.store import shown_folder

    target = _folder(name)
    identity = target.name
    if not _ID.match(identity) or not any(character.isalpha() for character in identity):
        message = f"`{identity}` cannot be the id of a book: use letters, digits, and `.`, `_` or `-` between them, with at least one letter."
        raise click.BadParameter(message, param_hint="NAME")
    _refuse_to_overwrite(target)
    written = _write(target, identity)
    for path in written:
        click.echo(path)
    shown = shown_folder(target)
    say(f"started {shown} with {counted(len(written), 'file')}; next: pricebook check {called(target)}")
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
    from engine.store import Unusable, shown_folder

    if target.exists() or target.is_symlink():
        message = f"`{shown_folder(target)}` exists already, and nothing is overwritten"
        raise Unusable(report(FOLDER_IN_USE, message, subject="NAME", help="choose another name, or edit the book that is there"))


def _write(target: Path, identity: str) -> list[str]:
    """All files or none: the book is made beside its place and moved there whole."""
    from engine.store import shown_folder

    target.parent.mkdir(parents=True, exist_ok=True)
    draft = Path(tempfile.mkdtemp(prefix=f".{identity}.", dir=target.parent))
    try:
        written = []
        for source, name in _starters():
            path = draft / name
            path.parent.mkdir(parents=True, exist_ok=True)
            schema = _schema_path((target / name).parent)
            path.write_text(source.replace("NAME", identity).replace("SCHEMA", schema), encoding="utf-8")
            written.append(f"{shown_folder(target)}/{name}")
        draft.chmod(0o755)
        draft.rename(target)
    except BaseException:
        shutil.rmtree(draft, ignore_errors=True)
        raise
    return written


def _starters() -> list[tuple[str, str]]:
    root = files("engine.commands").joinpath("starter")
    names = ["book.yaml", "items.yaml", "billing-modes.yaml", "prices/2026-01-01.yaml", "discounts.yaml", "examples.yaml"]
    return [(root.joinpath(*name.split("/")).read_text(encoding="utf-8"), name) for name in names]


def _schema_path(folder: Path) -> str:
    """Where an editor finds the schema: the checkout's own, else the one that ships with the program."""
    for above in folder.parents:
        if (above / "schemas" / "book-file.json").is_file():
            return Path(os.path.relpath(above / "schemas" / "book-file.json", folder)).as_posix()
    return str(files("engine").joinpath("data", "schemas", "book-file.json"))
