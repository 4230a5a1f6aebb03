"""`pricebook change`: what a further event of a running subscription would cost, before it is done."""

from datetime import datetime
from typing import TYPE_CHECKING

import click

from engine.commands.options import book_option, described, file_argument, format_option, head_options, locale_option, output_option
from engine.commands.output import counted, format_of, listed, say

if TYPE_CHECKING:
    from engine.language.build.flags import EventOptions
    from engine.model.accounts import Account
    from engine.model.book import PriceBook
    from engine.model.quotes import Quote
    from engine.store import OpenedBook

HELP = """Quote a spec change, renewal, switch or unsubscription of a running subscription, before it is done.

What the customer has comes from an account file with its history, or from an order file as what was bought; the file stays as it
is. The date is today in the book's time zone unless one is given; what the file says for later days is left out, and named.
--explain shows each step with the rule that it comes from."""

EXAMPLE = """pricebook change examples/koodrive/team-of-60.yaml -b koodrive --date 2026-07-15 \\
    --item basic-edition=100-users-1-tb --explain"""


@described(HELP, EXAMPLE)
@file_argument("bought", "ACCOUNT|ORDER")
@book_option
@click.option("--subscription", metavar="ID", help="The subscription; may be left out where the account has one.")
@click.option("--date", metavar="DATE", help="When it would be done; default: today.")
@click.option("--item", "items", multiple=True, metavar="ITEM=SPEC|QUANTITY|SPEC:QUANTITY", help="Change an item to this; 0 drops it; may be given again.")
@click.option("--renew", metavar="DURATION", help='Renew for a term instead: "1 year".')
@click.option("--switch", metavar="MODE", help="Move to another billing mode instead.")
@click.option("--unsubscribe", is_flag=True, help="End the subscription instead.")
@click.option("--explain", is_flag=True, help="Show every step.")
@head_options
@locale_option
@format_option("text", "json", "html", "pdf", "md", "csv", "xlsx")
@output_option
def command(
    bought: str, book_name: str | None, subscription: str | None, date: str | None, items: tuple[str, ...], renew: str | None, switch: str | None,
    unsubscribe: bool, explain: bool, number: str | None, customer: str | None, valid_until: str | None, locale: str | None, format_name: str | None,
    output: str | None,
) -> int:  # fmt: skip
    """Reads what was bought, evaluates the event on top of it, prints it; 1 where it cannot be done."""
    typed = (items, renew, switch, unsubscribe)
    _one_event(typed)
    from engine.commands.reading import instant_of, language_of, priceable_book

    format_name = format_of(format_name, output, "text")
    if explain and format_name == "csv":
        raise click.UsageError(f"{format_name} has a row for each line and no place for its steps. Explain with -f text, md, html or json.")
    opened = priceable_book(book_name, format_name)
    if opened is None:
        return 1
    language = language_of(locale, opened.rules)
    quote = _evaluate(opened, bought, subscription, instant_of(date, opened.rules), typed, format_name)
    if quote is None:
        return 1
    from engine.commands.quote import with_head, write_quote

    quote = with_head(quote, number, customer, valid_until, format_name)
    return write_quote(quote, opened.rules, format_name, language, explain, output)


def _one_event(typed: "EventOptions") -> None:
    names = [name for name, given in zip(("--item", "--renew", "--switch", "--unsubscribe"), typed, strict=True) if given]
    if not names:
        raise click.UsageError("Nothing is to be done: say --item ITEM=SPEC, --renew, --switch or --unsubscribe.")
    if len(names) > 1:
        raise click.UsageError(f"One event at a time can be quoted, and {' and '.join(names)} are given. Leave out all but one.")


def _evaluate(opened: "OpenedBook", bought: str, subscription: str | None, at: datetime, typed: "EventOptions", format_name: str) -> "Quote | None":
    """The event as a quote of its own; None where it cannot be: the reasons have then been shown."""
    from engine.billing.further import quote_further_event
    from engine.commands.in_options import in_event_options
    from engine.commands.reading import read_account_or_order, show_findings
    from engine.language.build import event_from_flags
    from engine.model.quotes import Refusal

    book, sources = opened.rules, dict(opened.sources)
    account, problems = read_account_or_order(bought, book, sources)
    event, mistakes = event_from_flags(*typed, at, book)
    if account is None or event is None:
        found = (*problems, *mistakes)
    else:
        outcome = quote_further_event(book, account, subscription, event)
        if not isinstance(outcome, Refusal):
            _say_what_it_stands_on(account, subscription, outcome, book, event.at)
            return outcome
        found = outcome.diagnostics
    show_findings(opened.shown(in_event_options(found, typed)), sources, format_name)
    return None


def _say_what_it_stands_on(account: "Account", subscription: str | None, outcome: "Quote", book: "PriceBook", at: datetime) -> None:
    from engine.billing.further import renewals_by_themselves, split_at
    from engine.language.wording import short
    from engine.values.periods import local

    sub = next(each for each in account.subscriptions if subscription in (None, each.id))
    name = "".join(each if each.isprintable() else " " for each in account.customer.name)
    who = f" of {short(name)}" if name.strip() else ""
    earlier, later = split_at(sub, at)
    renewals = renewals_by_themselves(book, account, sub, at)
    also = f" and {counted(renewals, 'automatic renewal')}" if renewals else ""
    say(f"{sub.id}{who}: after {counted(len(earlier), 'earlier event')}{also}; nothing is changed by asking")
    if later:
        named = listed([f"`{each.kind}` on {local(each.at, book.zone):%Y-%m-%d}" for each in later])
        say(f"left out, because the file has it for later: {named}")
    if all(each is None for each in (outcome.changes, outcome.renewals, outcome.unsubscription, outcome.switch)):
        say("there is no amount: what was used until then is billed with its period")
