"""How the seller's documents look: the keys `logo` and `colour` of the section `book`, and the logo's file.

Source: rule language, 2.1.
"""

import posixpath

from engine.diagnostics import documents
from engine.language.build.context import Build
from engine.language.build.node import Node, Unreadable
from engine.language.pictures import Missing, UnfitPicture, read_picture
from engine.language.wording import short
from engine.model.parties import Letterhead, Picture
from engine.values.colours import six_digits


def read_letterhead(build: Build, seller: Node) -> Letterhead:
    """Logo and colour of a seller; one that has mistakes is left out, and they are reported."""
    return Letterhead(build.attempt_at(seller, "logo", _read_logo), build.attempt_at(seller, "colour", _read_colour) or "")


def _read_logo(build: Build, node: Node) -> Picture:
    written = node.text()
    if written.startswith(("/", "\\")) or ".." in written.replace("\\", "/").split("/") or ":" in written:
        remedy = "put the file into the book's folder, beside the one that names it, and write its name"
        raise build.refuse(documents.LOGO_NOT_FOUND, f"the logo `{short(written)}` would be outside of the book's folder", node, help=remedy)
    file = posixpath.normpath(posixpath.join(posixpath.dirname(node.file), written))
    content = build.fetch(file)
    if isinstance(content, Missing):
        raise build.refuse(documents.LOGO_NOT_FOUND, f"the logo `{short(written)}` cannot be had: {content.reason}", node, help=content.remedy)
    try:
        picture = read_picture(file, content)
    except UnfitPicture as found:
        raise build.refuse(found.info, f"the logo `{short(written)}` cannot be used: {found.reason}", node, help=found.remedy) from None
    build.fetched[file] = content
    return picture


def _read_colour(build: Build, node: Node) -> str:
    """The colour, always with six digits."""
    written = node.text()
    colour = six_digits(written)
    if colour is None:
        raise Unreadable(node, 'a colour in quotes, such as `"#0a5"`')
    return colour
