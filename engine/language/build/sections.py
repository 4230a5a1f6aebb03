"""Joins the sections of all files of a book: mappings by id, lists in path order, and some that must stand in one file."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from engine.diagnostics import references
from engine.language.build.context import Build
from engine.language.build.copies import Repeat, report_repeats
from engine.language.build.node import Node, Unreadable
from engine.language.document import Document
from engine.language.names import is_id

MAPPINGS = (
    "units", "time_bands", "resources", "items", "billing_modes", "discounts", "spec_changes", "cancellations", "renewals", "commitments", "examples",
)  # fmt: skip
LISTS = ("prices", "taxes", "limits", "mode_changes")
SINGLE = ("book", "attributes", "discount_policy")
REQUIRED = ("book", "items", "billing_modes", "prices")


@dataclass
class Sections:
    """The joined sections: id -> node, entries of lists, and the single ones."""

    mappings: dict[str, dict[str, Node]] = field(default_factory=lambda: {name: {} for name in MAPPINGS})
    lists: dict[str, list[Node]] = field(default_factory=lambda: {name: [] for name in LISTS})
    single: dict[str, Node] = field(default_factory=dict)
    repeats: list[Repeat] = field(default_factory=list)


def merge(build: Build, documents: Sequence[Document]) -> Sections:
    """The sections of all documents, which come in path order; ids that stand twice are reported with both places."""
    sections = Sections()
    for document in documents:
        if isinstance(document.data, dict):
            for name, data in document.data.items():
                if data is not None:
                    _add(build, sections, name, Node(document, (name,), data))
    report_repeats(build, sections.repeats)
    for name, parts in sections.mappings.items():
        check_ids(build, parts, case_matters=name == "units")
        build.declared[name] = parts
    attributes = sections.single.get("attributes")
    named = dict(attributes.entries()) if attributes is not None else {}
    build.declared["attributes"] = named
    check_ids(build, named)
    _report_missing(build, sections, documents)
    return sections


def _add(build: Build, sections: Sections, name: str, node: Node) -> None:
    if name in sections.lists and node.is_list:
        sections.lists[name].extend(node.elements())
    elif name in sections.mappings and node.is_mapping:
        parts = sections.mappings[name]
        for identity, part in node.entries():
            if identity in parts:
                message, remedy = f"`{identity}` stands twice in `{name}`", "rename one of the two, or remove it"
                sections.repeats.append(Repeat(identity, parts[identity].origin(), part.origin(), references.DUPLICATE_ID, message, remedy))
            else:
                parts[identity] = part
    elif name in SINGLE and (node.is_list if name == "discount_policy" else node.is_mapping):
        if name in sections.single:
            first, message = sections.single[name].origin(), f"`{name}` stands in two files, but must stand in one"
            sections.repeats.append(Repeat(name, first, node.origin(), references.SECTION_TWICE, message, f"join the two in {first.file}"))
        else:
            sections.single[name] = node
    elif name in (*LISTS, *MAPPINGS, *SINGLE):
        is_list = name in LISTS or name == "discount_policy"
        build.unreadable(Unreadable(node, "a list: one `- ` before each entry" if is_list else "a mapping: `name:` before each entry"))


def check_ids(build: Build, parts: dict[str, Node], case_matters: bool = False) -> None:
    """Reports ids of the wrong form, and ids that differ only in capitals. Source: rule language, section 1."""
    seen: dict[str, Node] = {}
    for identity, node in parts.items():
        if not case_matters:
            check_id(build, identity, node)
            clash = seen.setdefault(identity.casefold(), node)
            if clash is not node:
                build.report(
                    references.ID_CASE,
                    f"`{identity}` and `{clash.path[-1]}` differ only in capitals",
                    node.key_span(),
                    path=node.dotted(),
                    labels=build.place_label(clash, "the other stands here"),
                    names=(identity, str(clash.path[-1])),
                    help="give one of them another name",
                )


def check_id(build: Build, identity: str, node: Node) -> None:
    """Reports an id of the wrong form, unless the shape check has errors in that file. Source: rule language, section 1."""
    if not is_id(identity) and node.file not in build.flawed:
        build.report(
            references.BAD_ID,
            f"`{identity}` cannot be an id",
            node.key_span(),
            path=node.dotted(),
            names=(identity,),
            help="use letters, digits and single `.`, `_` or `-` between them, with at least one letter",
        )


def _report_missing(build: Build, sections: Sections, documents: Sequence[Document]) -> None:
    present = {name for document in documents if isinstance(document.data, dict) for name in document.data}
    missing = [name for name in REQUIRED if name not in present]
    if not missing:
        return
    quoted = [f"`{name}`" for name in missing]
    listed = ", ".join(quoted[:-1]) + (" or " if quoted[:-1] else "") + quoted[-1]
    build.report(
        references.MISSING_SECTION,
        f"the book has no {listed}",
        subject="the book's folder",
        names=tuple(missing),
        help="every book needs `book`, `items`, `billing_modes` and `prices`; `pricebook new book` writes a valid start",
    )
