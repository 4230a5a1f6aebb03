"""The facts of a trace by name: the one vocabulary of what a step was made of, and of why a rule was chosen or not.

They are plain mappings, whose keys are those of the JSON; a step has those of its kind. Where a name stands for several types, the kind of step
decides, and who tells it asks.
"""

from datetime import date, datetime
from typing import Any, TypedDict

from engine.values.exact import Number
from engine.values.periods import Duration

StepFacts = TypedDict(
    "StepFacts",
    {
        # What is priced
        "item": str,
        "spec": str | None,
        "old_spec": str | None,  # before a change
        "quantity": Number,
        "old_quantity": Number,
        "billed_quantity": Number,  # of an earlier invoice
        "exact_quantity": Number,  # before it was rounded
        "unit": str | None,  # of a quantity, or of the time that is left
        "written": Number,  # as it was ordered, in `written_unit`
        "written_unit": str,
        "metered": Number,
        "covered": Number,  # paid in advance, by the resource `covered_by`
        "covered_by": str | None,
        "records": int,  # of usage
        "measure": str | None,
        "for": Duration | None,  # how long the quantity is used
        "direction": str,
        "takes_effect": str,
        "billing_mode": str,
        "currency": str,
        # Prices
        "per": str | None,
        "model": str,
        "effective": datetime | None,
        "unit_price": Number,
        "flat": Number,
        "price": Number,  # of a package of `size`
        "size": Number,
        "packages": Number,
        "part_package": str,
        "per_event": Number | None,
        "minimum": Number | None,
        "maximum": Number | None,
        "allowance": Number,
        "used": Number,  # of an allowance
        "used_before": Number,  # of the billing period's allowance, by others that share it
        "carried": Number,  # of what is used, left by earlier billing periods
        "ended": datetime,  # since when there is no allowance
        "charged_quantity": Number,
        "tier": int,
        "tier_by": tuple[tuple[str, Number], ...],  # what chose the tier, and how much there is of it
        "bound": Number | None,  # the end of a tier
        "includes_bound": bool,
        # Time
        "from": Any,  # where windows begin (datetime) or a tier (Number); of several prices, since when each is in force (a tuple of datetime)
        "until": datetime,
        "start": datetime,
        "end": datetime,
        "term": Duration,
        "term_start": datetime,
        "months": int,  # of a term
        "days": int,  # of a term
        "periods": Number,
        "unit_periods": Number,
        "window": str,
        "windows": int,
        "part_counts_whole": bool,
        "applies_to": str,
        "count": int,  # of equal amounts
        "expires": date | datetime,
        "paid_at": datetime,
        # The time that is left
        "convention": str,
        "counts_from": str,
        "counted_from": str,
        "counted_to": str,
        "exact_value": Number,
        "value": Number,
        "priced_as": Duration,
        # Amounts
        "amount": Number,
        "list": Number,
        "factor": Number,
        "ratio": Number,
        "share": Number,
        "of": Number,  # what a ratio or an amount is taken of
        "of_all": Number,  # the same of all lines
        "of_time": Number,
        "sum": Number,
        "each": Number | bool,
        "difference": Number,
        "rounded": Number,
        "mode": str,  # of rounding
        "places": int | None,
        "to": Number,  # the sum to pay is a multiple of it
        "commitment": str,
        "committed": Number,  # for the time, by its share
        # Discounts
        "discount": str,
        "pay_for": Duration,
        "every": Duration,
        "free": int,
        "kept": Number,
        # Changes and cancellations
        "charge": str,
        "credit_base": str,
        "coupon": Number,
        "paid": Number,
        "paid_share": Number,
        "consumed": Number,
        "unused": Number,
        "used_up_to": Duration,
        "fee": Number,
        "at_least": Number,
        "most": Number,
        "billed": Number,
        "now": Number,
        # Taxes
        "tax": str,
        "taxes": tuple[tuple[str | Number | None, ...], ...] | tuple[str, ...],
        "category": str | None,
        "rate": Number,
        "rates": tuple[Number, ...],
        "base": Number,
        "compound_on": tuple[str, ...],
        "net": Number,
        "gross": Number,
        "bills": int,  # how many billing periods a tax was due for
    },
    total=False,
)
"""What a step was made of."""


class RuleFacts(TypedDict, total=False):
    """Why a rule was chosen or not; `by`: of what, `by_effective` and `by_origin`: since when, and where, another rule holds in its place."""

    effective: datetime | None
    until: datetime
    attribute: str
    wanted: Any  # a tuple of names, or where a tier starts (Duration or Number)
    value: Duration | Number | str | None
    by: str | None
    by_effective: datetime | None
    by_origin: str
    total: Number
    amount: Number
    winner: str
    winner_total: Number
    coupon: str
    after: Duration
    per: str | None
    benefit: str
