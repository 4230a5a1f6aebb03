"""An invoice or a credit note as one self-contained page, for the screen, the phone and paper; the PDF is made of it.

Source: documents, Invoice; pictures guide.
"""

import re
from collections.abc import Iterable, Mapping

from markupsafe import Markup, escape

from engine.documents import page_blocks as blocks
from engine.documents.format import END, LEFT_TO_RIGHT, Formatter, formatter, without_isolates, without_languages
from engine.documents.html import html_page, template_part
from engine.documents.invoice_chart import UseChart
from engine.documents.invoice_steps import Explanation
from engine.documents.invoice_use import UseRow, UseTable
from engine.documents.invoice_view import Group, InvoiceView, Rows, ShownLine, view_of
from engine.documents.letterhead import letterhead_values
from engine.documents.payment_code import PLACE, PaymentCode, drawn_code, width_of
from engine.documents.quote_steps import ShownStep
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, Issue
from engine.model.parties import Letterhead

TEMPLATE = "invoice.html.j2"
ROOM = 11
"""Digits of a quantity that its column has room for; a longer one makes it wider."""
LONGEST_HEAD = 60
WIDEST_TAIL = 16
LEFT_MARK = "\u200e"


def render_invoice_html(invoice: Invoice, issue: Issue, book: PriceBook, language: str, explain: bool = False) -> bytes:
    """The invoice in one language as a complete HTML file in UTF-8; with `explain`, the annex with the steps of every line."""
    words = formatter(language)
    view = view_of(invoice, issue, book, words, explain)
    page = invoice_page(view, invoice, words)
    page["look"] = letterhead_values(book.letterhead)
    page["own_style"] = Markup("".join(template_part(name) for name in _style_sheets(view, book)))
    return html_page(page, TEMPLATE)


def _style_sheets(view: InvoiceView, book: PriceBook) -> Iterable[str]:
    """The page's own, without those of parts that it does not have."""
    yield "invoice.css"
    if view.chart is not None:
        yield "use-chart.css"
    if view.code is not None:
        yield "payment-code.css"
    if book.letterhead != Letterhead():
        yield "letterhead.css"


def invoice_page(view: InvoiceView, invoice: Invoice, words: Formatter) -> dict[str, object]:
    """The values of the page: formatted texts, where the template puts them."""
    say = words.words.gettext
    digest = f"{invoice.book_digest[:4]}\u00a0{invoice.book_digest[4:8]}"
    stamp = next(iter(view.stamp), None)
    return {
        **blocks.frame(words),
        "title": _head(view.running[0]),
        "kind": _head(view.running[1] or view.buyer),
        "heading": view.name,
        "status": {"words": stamp[0], "reason": stamp[1]} if stamp else None,
        "seller": view.seller,
        # In an attribute nothing may be broken, and nothing marked.
        "seller_plain": Markup(escape(without_languages(without_isolates(view.seller)))),
        "seller_lines": view.seller_lines,
        "contacts": view.contacts,
        "to_label": say("To"),
        "buyer": view.buyer,
        "buyer_lines": view.buyer_lines,
        "notices": view.notices,
        "facts": _pairs(view.facts),
        "opening": view.opening,
        "columns": _columns(view, words),
        "groups": [_group(group, words) for group in view.groups],
        "payment_label": say("Payment"),
        "due_label": view.due_label,
        "due": view.due,
        "payment": _pairs(view.payment),
        "code": _code(view.code) if view.code is not None else None,
        "totals": _totals(view, invoice, words),
        "chart": _chart(view.chart) if view.chart is not None else None,
        "annex": [_explained(part, words) for part in view.annex],
        "annex_words": _annex_words(view.annex_about, words),
        "rules_title": say("The rules behind each charge"),
        "rules": view.rules,
        "digests": _pairs(view.digests),
        "short_digest": words.isolate(f"{invoice.book_id}\u00a0@\u00a0{digest}"),
    }


def _head(text: str) -> str:
    """A text for the head of further pages, where one line is; what runs left to right in it has marks instead of isolates."""
    plain = without_isolates(text.replace(LEFT_TO_RIGHT, LEFT_MARK).replace(END, LEFT_MARK) if LEFT_TO_RIGHT in text else text)
    return plain if len(plain) <= LONGEST_HEAD else f"{plain[: LONGEST_HEAD - 1]}\u2026"


def _pairs(rows: Rows) -> list[Mapping[str, str]]:
    return [{"label": label, "value": value} for label, value in rows]


def _code(code: PaymentCode) -> Mapping[str, object]:
    """The drawing and how wide it is, or the words in its place."""
    drawing, width = drawn_code(code) if not code.blank else (Markup(), width_of(PLACE))
    return {"drawing": drawing, "width": width, "about": code.about, "blank": code.blank}


# --- lines ----------------------------------------------------------------------------------------------------------------------


def _chart(chart: UseChart) -> Mapping[str, object]:
    return {"finding": chart.finding, "about": chart.about, "wide": chart.wide, "narrow": chart.narrow}


def _columns(view: InvoiceView, words: Formatter) -> Mapping[str, str]:
    """The heads; a column in which nothing would stand has none, and is left out."""
    say = words.words.gettext
    return {
        "label": say("The lines"),
        "item": say("Item"),
        "quantity": say("Quantity"),
        "price": say("Unit price"),
        "period": say("Period"),
        "discount": say("Discount") if view.discounted else "",
        "amount": say("Amount"),
        "tax": say("Tax") if view.taxed else "",
        "digits": str(digits) if (digits := _longest_quantity(view)) > ROOM else "",
    }


def _longest_quantity(view: InvoiceView) -> int:
    """How many signs the longest quantity has, those of the rows of a price included."""
    lines = [line for group in view.groups for line in group.lines]
    texts = [*(line.quantity for line in lines), *(row.quantity for line in lines for row in line.rate.rows)]
    return max((len(without_isolates(text)) for text in texts), default=0)


def _group(group: Group, words: Formatter) -> Mapping[str, object]:
    return {
        "title": group.title,
        "about": group.about,
        "mode": (group.mode - 1) % 5 + 1 if group.mode else 0,
        "lines": [_line(line, words) for line in group.lines],
    }


def _line(line: ShownLine, words: Formatter) -> Mapping[str, object]:
    say = words.words.gettext
    start, until = line.period
    parts = [
        line.rate.told(words),
        say("discount %(amount)s", amount=line.discount) if line.discount else "",
        say("tax %(rate)s", rate=words.row(line.taxes)) if line.taxes else "",
    ]
    return {
        "title": line.title,
        "note": line.note,
        "rule_label": say("Rule %(number)s", number=line.note),
        "details": line.details,
        # On a phone these stand below the name; none of them is torn at the end of a line.
        "narrow": [
            words.row(part for part in (line.measured, f"{start}{until}") if part),
            words.row(_whole(part) for part in parts if part),
        ],
        "quantity": line.quantity,
        "unit": line.unit,
        "price": line.rate.price,
        "per": line.rate.per,
        "rows": [{"name": row.name, "quantity": row.quantity, "price": row.price} for row in line.rate.rows],
        "from": start,
        "until": until.strip(),
        "discount": line.discount,
        "amount": line.amount,
        "taxes": line.taxes,
    }


def _whole(text: str) -> str:
    return text.replace(" ", "\u00a0")


def _totals(view: InvoiceView, invoice: Invoice, words: Formatter) -> Mapping[str, object]:
    say = words.words.gettext
    return {
        "label": say("Totals"),
        "category": say("Tax category"),
        "net_label": say("Net"),
        "tax_label": say("Tax"),
        "both": say("Net and tax"),
        "total": say("Total, %(currency)s", currency=words.isolate(invoice.currency)),
        "taxes": view.taxes,
        "net": view.net,
        "tax": view.tax,
        "gross": view.gross,
        "paid": _pairs(view.paid),
        "credits": _pairs(view.credits),
        "includes": view.includes,
    }


# --- the annex ------------------------------------------------------------------------------------------------------------------


def _annex_words(about: str, words: Formatter) -> Mapping[str, str]:
    say = words.words.gettext
    return {
        "title": say("Annex: how each line was worked out"),
        "about": about,
        "number": say("Number of the step"),
        "step": say("Step"),
        "working": say("Working"),
        "result": say("Result"),
        "rule": say("Rule"),
    }


def _explained(part: Explanation, words: Formatter) -> Mapping[str, object]:
    parsed = [*_results(part.steps, words), (part.amount, *_split(part.amount, words))]
    width = min(max(len(tail) for _, _, tail in parsed), WIDEST_TAIL)
    whole, tail = _split(part.amount, words)
    return {
        "title": part.title,
        "about": part.about,
        "note": part.note,
        "total": part.total or words.words.gettext("Amount of the line"),
        "rule_label": words.words.gettext("Rule %(number)s", number=part.note),
        "use": _use(part.use, words) if part.use is not None else None,
        "steps": [_step(step, width, words) for step in part.steps],
        "amount": {"whole": whole, "tail": tail},
        "width": width,
        "identity": part.identity,
    }


def _use(table: UseTable, words: Formatter) -> Mapping[str, object]:
    """The table of use; exact amounts stand under each other at their decimal points."""
    rows = [*table.rows, *table.sums]
    width = max(len(_split(row.amount, words)[1]) for row in rows)

    def written(row: UseRow) -> Mapping[str, object]:
        whole, tail = _split(row.amount, words)
        return {"start": row.start, "end": row.end, "cells": [row.windows, row.level, *row.parts], "whole": whole, "tail": tail}

    return {
        "heads": table.heads,
        "counted": table.counted,
        "prices": len(rows[0].parts),
        "width": min(width, WIDEST_TAIL),
        "pages": [
            {
                "rows": [written(row) for row in page.rows],
                "brought": written(page.brought) if page.brought else None,
                "carried": written(page.carried) if page.carried else None,
            }
            for page in table.pages
        ],
        "sums": [written(row) for row in table.sums],
    }


def _results(steps: Iterable[ShownStep], words: Formatter) -> Iterable[tuple[str, str, str]]:
    for step in steps:
        yield (step.result, *_split(step.result, words))
        yield from _results(step.children, words)


def _step(step: ShownStep, width: int, words: Formatter) -> Mapping[str, object]:
    whole, tail = _split(step.result, words)
    return {
        "number": "" if step.number is None else words.number(step.number),
        # A rule that was looked at is named as the book names it.
        "name": step.name if step.mark in ("chosen", "rejected") else step.name[:1].upper() + step.name[1:],
        "working": step.working,
        "plain": step.result if step.result and not whole else "",
        "whole": whole,
        "tail": tail,
        "width": width,
        "source": step.source,
        "mark": step.mark,
        "children": [_step(child, width, words) for child in step.children],
    }


def _split(result: str, words: Formatter) -> tuple[str, str]:
    """A number cut at its decimal point, with what follows it: `0` and `.95342466 years`; a result in words has no whole part."""
    plain = without_isolates(result)
    group, point = re.escape(words.group), re.escape(words.decimal)
    found = re.match(rf"([+\u2212]?\d[\d{group}]*)({point}\d+)?(%|\u00a0%|\u00a0?[A-Za-z]*)\Z", plain)
    return (found[1], (found[2] or "") + found[3]) if found else ("", "")
