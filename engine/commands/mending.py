"""`pricebook check --fix` and `--diff`: what is safe to write is written in place of what is wrong, and nothing else of a file changes.

A fix counts only where the book is read again with it and the finding is gone, with no other error on its line. Source: authoring, Edits.
"""

from collections import Counter
from collections.abc import Callable, Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import unified_diff
from functools import partial
from pathlib import Path

from engine.commands.output import counted, say
from engine.diagnostics import Diagnostic
from engine.diagnostics.record import sorted_diagnostics
from engine.language.characters import visible
from engine.language.splice import spliced
from engine.store import other_file, read_folder, shown_file, shown_folder
from engine.values.spans import Span

Key = tuple[Span, str]

MOST_ROUNDS = 200
"""Readings of a book: each mends at most one place a line, and shows what stood behind it."""


@dataclass(frozen=True, slots=True)
class Mended:
    """The files of a book before and after, and each finding that is gone with the words that stood there."""

    before: dict[str, bytes]
    after: dict[str, bytes]
    fixes: list[tuple[Diagnostic, str]] = field(default_factory=list)


def mend(folder: Path, wanted: Callable[[Diagnostic], bool]) -> Mended:
    """What becomes of the book's files when every wanted fix is made; nothing is written."""
    files, _ = read_folder(folder)
    done = Mended(files, dict(files))
    found, refused = _read(folder, files), set[Key]()
    for _ in range(MOST_ROUNDS):
        fixes = _one_a_line(found, wanted, refused)
        if not fixes:
            break
        tried = _spliced(done.after, fixes)
        again = _read(folder, tried)
        failed = [each for each in fixes if not _helped(each, found, again)]
        refused.update(_key(each) for each in failed)
        if not failed:
            done.fixes.extend((each, _typed(done.after, each)) for each in fixes)
            done.after.update(tried)
            found = again
    return done


def _read(folder: Path, files: Mapping[str, bytes]) -> Sequence[Diagnostic]:
    """What reading and building the files finds, without what a comment silences."""
    from engine.language.build import load_book
    from engine.language.hazards import apply_ignores

    loaded = load_book(files, partial(other_file, folder))
    return apply_ignores(loaded.diagnostics, loaded.documents)


def _one_a_line(found: Iterable[Diagnostic], wanted: Callable[[Diagnostic], bool], refused: Container[Key]) -> list[Diagnostic]:
    """The first fix of each line: those behind it stand elsewhere once it is made."""
    first: dict[tuple[str, int], Diagnostic] = {}
    for each in sorted_diagnostics(found):
        if each.fix is not None and each.span is not None and each.span.line == each.span.end_line and wanted(each) and _key(each) not in refused:
            first.setdefault((each.span.file, each.span.line), each)
    return list(first.values())


def _place(found: Diagnostic) -> Span:
    """The place of a finding that has one, as every one with a fix does; TypeError for any other."""
    if found.span is None:
        raise TypeError(f"{found.code} has no place")
    return found.span


def _key(found: Diagnostic) -> Key:
    return _place(found), found.code


def _typed(files: Mapping[str, bytes], found: Diagnostic) -> str:
    span = _place(found)
    line = files[span.file].decode("utf-8-sig").split("\n")[span.line - 1]
    return line[span.column - 1 : span.end_column - 1]


def _spliced(files: Mapping[str, bytes], fixes: Sequence[Diagnostic]) -> dict[str, bytes]:
    edits: dict[str, dict[Span, str]] = {}
    for each in fixes:
        edits.setdefault(_place(each).file, {})[_place(each)] = each.fix or ""
    return {name: spliced(content, edits[name]) if name in edits else content for name, content in files.items()}


def _helped(fix: Diagnostic, before: Sequence[Diagnostic], after: Sequence[Diagnostic]) -> bool:
    """Whether the finding is gone and no other error has come to its line; one of its kind may stand further on in it."""
    span, words = _place(fix), fix.fix or ""
    here, now = (Counter(each.code for each in found if _on_line(each, span) and each.severity == "error") for found in (before, after))
    stays = any(each.code == fix.code and _on_line(each, span) and _place(each).column < span.column + max(1, len(words)) for each in after)
    return not stays and all(count <= here[code] for code, count in now.items() if code != fix.code)


def _on_line(found: Diagnostic, span: Span) -> bool:
    return found.span is not None and (found.span.file, found.span.line) == (span.file, span.line)


# --- what is said and written ---------------------------------------------------------------------------------------------------


def write_mended(folder: Path, done: Mended) -> None:
    """Writes the files that changed, all or none, and says what was mended."""
    from engine.results import written

    changed = {name: content for name, content in done.after.items() if content != done.before[name]}
    with written(*((folder / name, content) for name, content in changed.items())):
        for finding, typed in done.fixes:
            span = _place(finding)
            say(f"{shown_file(shown_folder(folder), span.file)}:{span.line}: {_seen(typed)} is now {_seen(finding.fix or '')} ({finding.code})")
        say(f"{counted(len(done.fixes), 'place')} mended in {counted(len(changed), 'file')}")


def _seen(words: str) -> str:
    return f"`{visible(words)}`" if words else "nothing"


def difference(folder: Path, done: Mended) -> str:
    """What `--fix` would write, as a unified diff of the lines as they can be seen; empty where it would write nothing."""
    lines: list[str] = []
    for name, content in done.after.items():
        path = shown_file(shown_folder(folder), name)
        if content != done.before[name]:
            old, new = (side[name].decode("utf-8-sig", "replace").splitlines() for side in (done.before, done.after))
            lines += unified_diff(old, new, f"a/{path}", f"b/{path}", lineterm="")
    return "".join(f"{visible(line)}\n" for line in lines)
