"""What stands twice in a book: one finding for a file that was copied beside its original, or for a block that was pasted twice.

Contract: is handed every pair that was found and reports them; a cause that repeats many things is said once, with their number.
"""

import posixpath
import re
from collections.abc import Iterable
from dataclasses import dataclass

from engine.diagnostics import CodeInfo, Label, references
from engine.language.build.context import Build
from engine.values.spans import Origin, Path, dotted


@dataclass(frozen=True, slots=True)
class Repeat:
    """One thing that stands in two places, `second` later in path order; `info`, `message` and `help` are its finding by itself."""

    name: str
    first: Origin
    second: Origin
    info: CodeInfo
    message: str
    help: str


def report_repeats(build: Build, repeats: Iterable[Repeat]) -> None:
    """Reports things that stand twice: those of one copied file, or of one block pasted twice, in one finding."""
    groups: dict[tuple[Path, Path], list[Repeat]] = {}
    for repeat in repeats:
        groups.setdefault(_together(repeat), []).append(repeat)
    for found in groups.values():
        file, other = found[0].first.file, found[0].second.file
        if file == other:
            _report_one(build, found)
        elif _is_copied(build, file, other, min(len({each.first for each in found}), len({each.second for each in found}))):
            _report_copy(build, found)
        else:
            for repeat in found:
                _report_one(build, [repeat])


def _together(repeat: Repeat) -> tuple[Path, Path]:
    """Between two files all repeats have one cause; inside a file those of the same two dated entries."""
    first, second = repeat.first, repeat.second
    if first.file != second.file:
        return (first.file,), (second.file,)
    return (first.file, *first.path[:2]), (second.file, *second.path[:2])


def _is_copied(build: Build, file: str, other: str, repeats: int) -> bool:
    """Whether one of two files is a copy: half of it, or more, stands in the other too, and it is more than one thing or named after it.

    A thing of one file that stands in the other many times is one thing.
    """
    half = 2 * repeats >= min(_things(build, file), _things(build, other))
    return half and (repeats > 1 or _named_after(file, other) or _named_after(other, file))


def _things(build: Build, file: str) -> int:
    """How many ids, entries and sections of their own a file holds."""
    data = build.places.documents[file].data
    if isinstance(data, list):
        return len(data)  # the charges of a table
    sections = data.items() if isinstance(data, dict) else ()
    return sum(len(part) if isinstance(part, (dict, list)) and name not in ("book", "discount_policy") else 1 for name, part in sections)


def is_copy(file: str, other: str) -> bool:
    """Whether `file` is the copy of the two: named after the other (`items copy`, `items (1)`), deeper down, else the later one.

    >>> is_copy("items copy.yaml", "items.yaml"), is_copy("items.yaml", "old/items.yaml"), is_copy("b.yaml", "a.yaml")
    (True, False, True)
    """
    if _named_after(file, other) or _named_after(other, file):
        return _named_after(file, other)
    return (file.count("/"), file) > (other.count("/"), other)


def _named_after(file: str, other: str) -> bool:
    """Whether a file's name is another's in the same folder with something added, as copies are called."""
    (folder, name), (other_folder, other_name) = posixpath.split(file), posixpath.split(other)
    stem, other_stem = posixpath.splitext(name)[0], posixpath.splitext(other_name)[0]
    added = re.search(rf"(?<![^\W_]){re.escape(other_stem)}(?![A-Za-z])", stem) is not None
    return folder == other_folder and stem != other_stem and added


def _report_copy(build: Build, found: list[Repeat]) -> None:
    repeat = found[0]
    swap = is_copy(repeat.first.file, repeat.second.file)
    copy, original = (repeat.first, repeat.second) if swap else (repeat.second, repeat.first)
    names = list(dict.fromkeys(each.name for each in found))
    listed = ", ".join(f"`{name}`" for name in names[:4]) + (f" and {len(names) - 4} more" if len(names) > 4 else "")
    texts = [build.places.documents[each.file].text.splitlines() for each in (copy, original)]
    same = texts[0] == texts[1]
    differs = next((number for number, (one, other) in enumerate(zip(*texts, strict=False), 1) if one != other), min(map(len, texts)) + 1)
    build.report(
        references.FILE_COPIED,
        f"{copy.file} repeats what stands in {original.file}: {listed}",
        build.places.span(copy),
        path=dotted(copy.path),
        labels=_label(build, original, "the first stands here"),
        notes=("the two files are the same, line by line",) if same else (f"the two files differ first in line {differs}",),
        help=f"delete {copy.file}, if it is a copy" + ("" if same else f"; if it is the one that is meant, delete {original.file}"),
    )


def _report_one(build: Build, found: list[Repeat]) -> None:
    """One thing that stands twice, or all that one entry repeats of another."""
    repeat = found[0]
    several = len({each.second for each in found}) > 1
    first, second = repeat.first, repeat.second
    kind = "prices" if second.path[0] == "prices" else "rules"
    if several:
        first, second = (Origin(each.file, path=each.path[:2]) for each in (first, second))
    build.report(
        repeat.info,
        f"{len(found)} {kind} stand twice from the same day: nothing decides which of the two applies" if several else repeat.message,
        build.places.span(second),
        path=dotted(second.path),
        labels=_label(build, first, "the first stands here"),
        names=() if several else (repeat.name,),
        help="remove one of the two entries, or give it another `effective` date, or another `when`" if several else repeat.help,
    )


def _label(build: Build, origin: Origin, text: str) -> tuple[Label, ...]:
    span = build.places.span(origin)
    return (Label(span, text),) if span is not None else ()
