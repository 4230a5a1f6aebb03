"""What an invoice says of the account's credits: which, and how much was granted, used and left."""

from engine.documents.format import without_isolates
from engine.documents.invoice_words import Writer
from engine.model.invoices import CreditUse
from engine.values.exact import add


def credit_called(credit: CreditUse, w: Writer) -> str:
    """The credit's title, else when it was granted."""
    day = w.words.date(w.first_day(credit.at))
    return w.own(credit.title) if credit.title else w.say("Credit of %(date)s", date=day)


def credit_told(credit: CreditUse, w: Writer) -> str:
    """What was granted, what invoices took of it, this one included, and what is left until when."""
    places = {"granted": credit.granted, "used": add(credit.before, credit.used), "left": credit.left}
    amounts = {name: without_isolates(w.words.amount(value, w.invoice.currency)) for name, value in places.items()}
    told = w.say("%(granted)s granted, %(used)s used, %(left)s left", **amounts)
    if credit.expires is None:
        return told
    return w.words.row([told, w.say("expires on %(date)s", date=w.words.date(w.first_day(credit.expires)))])
