"""Pictures that a book brings: a drawing (SVG) or a photograph of one (PNG), small, whole, and what its name says.

Contract: looks at bytes alone and reads no file. Source: rule language, 2.1; ISO/IEC 15948 (PNG).
"""

import zlib
from collections.abc import Iterator
from dataclasses import dataclass

from engine.diagnostics import CodeInfo, documents
from engine.language.drawings import UnfitDrawing, size_of_drawing
from engine.model.parties import Picture
from engine.values.exact import Number, exact, multiply

PICTURE_FILES = (".svg", ".png")
LARGEST_PICTURE = 200_000
"""Bytes: every document carries the picture whole."""
MOST_PIXELS = 4_000_000
STEEPEST = 20
"""How many times as wide as high, or as high as wide, a picture may be: beyond that it would be a line."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_DEPTHS = {0: (1, 2, 4, 8, 16), 2: (8, 16), 3: (1, 2, 4, 8), 4: (8, 16), 6: (8, 16)}
# Of an interlaced picture: the first column and row of each pass, and how far apart its columns and rows are.
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


class UnfitPicture(Exception):
    """Why a file cannot be used as a picture: the code under which that is told, the reason, and what to do."""

    def __init__(self, reason: str, remedy: str, info: CodeInfo = documents.LOGO_UNFIT) -> None:
        super().__init__(reason)
        self.reason, self.remedy, self.info = reason, remedy, info


@dataclass(frozen=True, slots=True)
class Missing:
    """Why a file that a book names is not there for it, and what to do."""

    reason: str
    remedy: str


def read_picture(file: str, content: bytes) -> Picture:
    """The picture in a file, known by the ending of its name; raises UnfitPicture where documents cannot carry it."""
    kind = next((each[1:] for each in PICTURE_FILES if file.lower().endswith(each)), "")
    if not kind:
        raise UnfitPicture("it is neither an SVG nor a PNG file", "export it as `.svg` or `.png`")
    if len(content) > LARGEST_PICTURE:
        remedy = "make it smaller: an invoice shows it 15 mm high"
        raise UnfitPicture(f"it has more than {LARGEST_PICTURE // 1000} kB, and every document carries it whole", remedy)
    width, height = _size_of_svg(content) if kind == "svg" else _size_of_png(content)
    if width > multiply(height, exact(STEEPEST)) or height > multiply(width, exact(STEEPEST)):
        raise UnfitPicture(f"it is more than {STEEPEST} times as long as wide", "cut off what is empty, or use another form of it")
    return Picture(file, kind, content, width, height)


def _size_of_svg(content: bytes) -> tuple[Number, Number]:
    try:
        return size_of_drawing(content)
    except UnfitDrawing as found:
        info = documents.LOGO_ACTS if found.acts else documents.LOGO_UNFIT
        raise UnfitPicture(found.reason, found.remedy, info) from None


# --- PNG -------------------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Head:
    width: int
    height: int
    bits: int
    """Of one pixel."""
    palette: bool
    interlaced: bool


def _size_of_png(content: bytes) -> tuple[Number, Number]:
    """Width and height of a PNG file of which every part is as it says, and every pixel there."""
    if not content.startswith(_SIGNATURE):
        raise UnfitPicture("it does not begin as a PNG file does", "export it anew, as PNG: another name changes no picture")
    chunks = list(_chunks(content))
    if not chunks or chunks[0][0] != b"IHDR" or chunks[-1] != (b"IEND", b""):
        raise _damaged()
    head = _head(chunks[0][1])
    kinds = {kind for kind, _ in chunks}
    if b"acTL" in kinds:
        raise UnfitPicture("it moves (APNG)", "use one of its pictures: what is printed stands still", documents.LOGO_ACTS)
    if head.palette and b"PLTE" not in kinds:
        raise _damaged()
    wanted = sum((columns * head.bits + 7) // 8 * rows + rows for columns, rows in _parts(head) if columns and rows)
    reader = zlib.decompressobj()
    try:
        pixels = reader.decompress(b"".join(data for kind, data in chunks if kind == b"IDAT"), wanted + 1)
    except zlib.error:
        raise _damaged() from None
    if len(pixels) != wanted or not reader.eof:
        raise _damaged()
    return exact(head.width), exact(head.height)


def _damaged() -> UnfitPicture:
    return UnfitPicture("it begins as a PNG file and goes on as none: it is damaged or cut off", "export it anew, as PNG")


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """The parts of the file, each with its kind; raises where one is not what its checksum says."""
    at = len(_SIGNATURE)
    while at < len(content):
        length, kind = int.from_bytes(content[at : at + 4], "big"), content[at + 4 : at + 8]
        data, check = content[at + 8 : at + 8 + length], content[at + 8 + length : at + 12 + length]
        if len(check) != 4 or int.from_bytes(check, "big") != zlib.crc32(kind + data):
            raise _damaged()
        yield kind, data
        at += 12 + length


def _head(data: bytes) -> _Head:
    if len(data) != 13:
        raise _damaged()
    width, height = int.from_bytes(data[:4], "big"), int.from_bytes(data[4:8], "big")
    depth, kind, compression, filtering, interlaced = data[8:]
    if not (width and height) or depth not in _DEPTHS.get(kind, ()) or compression or filtering or interlaced > 1:
        raise _damaged()
    if width * height > MOST_PIXELS:
        raise UnfitPicture(f"it has {width:,} × {height:,} pixels, more than {MOST_PIXELS:,}", "make it smaller: 1,000 pixels are enough for any paper")
    return _Head(width, height, depth * _CHANNELS[kind], kind == 3, interlaced == 1)


def _parts(head: _Head) -> Iterator[tuple[int, int]]:
    """Columns and rows of the picture, or of each of its passes."""
    if not head.interlaced:
        yield head.width, head.height
        return
    for column, row, across, down in _PASSES:
        yield max(0, head.width - column + across - 1) // across, max(0, head.height - row + down - 1) // down
