"""When the subscriptions of an account run, whoever's usage there may be (rule language, 4, Account)."""

from datetime import datetime

from engine.billing.postpaid import postpaid_run
from engine.billing.runs import Run, prepaid_run
from engine.billing.stretches import ModeStretch, stretches
from engine.diagnostics import Diagnostic
from engine.model.accounts import Account
from engine.model.book import PriceBook
from engine.pricing.refused import Refused


def runs_of(book: PriceBook, account: Account, until: datetime) -> tuple[tuple[Run, ...], tuple[Diagnostic, ...]]:
    """The runs of all subscriptions in the order of the account, with renewals that are due before `until`, and every first problem."""
    runs: list[Run] = []
    problems: list[Diagnostic] = []
    for sub in account.subscriptions:
        try:
            for stretch in stretches(book, account, sub, until):
                runs += runs_in(book, account, stretch)
        except Refused as refused:
            problems += refused.diagnostics
    return tuple(runs), tuple(problems)


def runs_in(book: PriceBook, account: Account, stretch: ModeStretch, with_usage: bool = True) -> list[Run]:
    """When the subscription ran in the mode of the stretch; what is paid in advance only matters to usage, and to what was committed to."""
    if book.billing_modes[stretch.sub.billing_mode].payment == "postpaid":
        run = postpaid_run(book, account, stretch.sub)
    else:
        committed = bool(book.billing_modes[stretch.sub.billing_mode].commitment)
        run = prepaid_run(book, account, stretch.sub, stretch.until) if with_usage or committed else None
    return [run] if run is not None else []
