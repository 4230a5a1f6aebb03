"""What a well-formed book can still get wrong: each finding proves itself with numbers that pricing computed.

Each check is a small generator over the book; it knows records and places, and nothing of files or YAML. Findings are
warnings: a book with them can be sold from, and an author can silence each with a reason.
"""

from engine.diagnostics import Diagnostic
from engine.diagnostics.record import sorted_diagnostics
from engine.language.build.places import Places
from engine.lints import amounts, dates, identity, ladders, policies, tiers
from engine.model.book import PriceBook

CHECKS = (*tiers.CHECKS, *amounts.CHECKS, *ladders.CHECKS, *dates.CHECKS, *policies.CHECKS, *identity.CHECKS)


def lint_book(book: PriceBook, places: Places) -> tuple[Diagnostic, ...]:
    """Every finding about the book, sorted. Source: authoring, Semantic checks worth having."""
    return tuple(sorted_diagnostics(finding for check in CHECKS for finding in check(book, places)))
