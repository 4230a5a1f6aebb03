"""The sections `spec_changes`, `cancellations`, `renewals` and `commitments` (rule language, 3.7 and 3.8)."""

from engine.model.policies import (
    CONVENTIONS_OF_DAYS,
    COUNTS_FROM,
    DIRECTIONS,
    WEEKDAYS,
    Cancellation,
    ChangeTerms,
    Commitment,
    Consumed,
    Remaining,
    Renewal,
)
from tools.grammar.parts import (
    CONDITIONS,
    CONVENTION_MEANINGS,
    DESCRIPTION,
    ITEMS_OF,
    MONEY,
    REFERENCE,
    ROUNDING_MEANINGS,
    TITLE,
    by_id,
    described,
    duration,
    entries,
    left_out,
    mapping,
    name,
    percent,
    text,
    whole,
    word,
    word_of,
)  # fmt: skip

BEGINS = {
    "same-day": "the day of the change counts as left",
    "next-day": "what is left begins with the day after",
    "next-hour": "what is left begins with the next full hour",
    "instant": "what is left begins at the very second",
}
if (*BEGINS,) != COUNTS_FROM:
    raise ValueError(f"`counts_from` may be {', '.join(COUNTS_FROM)}")
REMAINING = mapping(
    "Remaining", "How the time that remains is counted; needed where `charge` is the `difference`.",
    [{"monthly": "calendar-months", "yearly": "days-of-365", "counts_from": "next-day", "places": 8}],
    {
        "monthly": word_of(
            Remaining, "monthly", "Monthly", "The convention for terms of months that are no whole years; needed where a mode with such terms uses the policy.", CONVENTION_MEANINGS,
        ),
        "yearly": word_of(Remaining, "yearly", "Yearly", "The convention for terms of whole years; needed likewise.", CONVENTION_MEANINGS, ["days-of-365"]),
        "daily": word_of(
            Remaining, "daily", "Daily", "The convention for terms of days; needed likewise.",
            {each: CONVENTION_MEANINGS[each] for each in CONVENTIONS_OF_DAYS}, ["actual-days"],
        ),
        "counts_from": described(
            "Counts from", "Who owns the time of the change: `same-day`, `next-day`, `next-hour` or `instant`; or by case.",
            ["next-day", {"purchase-day": "next-day", "later": "next-hour"}],
            **{"$comment": "counts-from"}, type=["string", "object"], pattern=f"^({'|'.join(COUNTS_FROM)})$", additionalProperties=False,
            properties={
                "purchase-day": word("On the purchase day", "For a change on the day of purchase.", BEGINS),
                "later": word("Later", "For every later change.", BEGINS),
            },
            required=["purchase-day", "later"],
        ),
        "places": whole("Places", "Decimals of the duration before it is multiplied; exact where left out.", [8]),
        "mode": word_of(Remaining, "mode", "Mode", "How it is rounded to its places.", ROUNDING_MEANINGS),
        "reference": REFERENCE,
    },
    ["counts_from"],
)  # fmt: skip
CHANGE_TERMS = {
    "takes_effect": word_of(
        ChangeTerms, "takes_effect", "Takes effect", "When the change holds.",
        {"immediately": "on its day", "next-renewal": "with the next term; goes with `charge: none`"},
    ),
    "charge": word_of(
        ChangeTerms, "charge", "Charge", "What is charged for the change; less than nothing is a refund.",
        {
            "difference": "new less old, for what remains of the term",
            "full-difference": "new less old, for the whole term",
            "new-less-credit": "a new full term, less what remains of the old one",
            "none": "nothing until the renewal",
        },
    ),
    "remaining": REMAINING,
    "discount": word_of(
        ChangeTerms, "discount", "Discount", "Which discount the new state gets.",
        {
            "as-ordered": "the one that the item was bought with",
            "on-difference": "as ordered, and the old state is credited with the discount of the new one: a discount of the difference",
            "current": "what the discounts give on the day of the change",
            "none": "none",
        },
    ),
    "amounts": word_of(
        ChangeTerms, "amounts", "Amounts", "Whether discounts of a fixed amount that the term was bought with are taken off a change.",
        {"once": "they were given with the term", "again": "they are taken off what each change charges too, down to 0"},
    ),
    "price_period": word_of(
        ChangeTerms, "price_period", "Price period", "Which term a remainder is priced as.",
        {"ordered": "the ordered one", "round-up": "the next longer one on sale", "round-down": "the next shorter one on sale"},
    ),
    "credit": mapping(
        "Credit", "What the old state is credited at.", [{"base": "paid", "cap": "paid"}],
        {
            "base": word_of(ChangeTerms, "credit_base", "Base", "Which price is credited.", {"list": "the list price", "paid": "what was paid"}),
            "cap": word_of(ChangeTerms, "credit_cap", "Cap", "Whether a refund is held to what was paid.", {"paid": "it is never more than what was paid", "none": "it is not held"}),
            "reference": REFERENCE,
        },
    ),
    "reference": REFERENCE,
}  # fmt: skip
DIRECTION_MEANINGS = {
    "upgrade": "to a higher spec", "downgrade": "to a lower spec", "expand": "a larger quantity, or an item more", "reduce": "a smaller quantity, or an item less",
}  # fmt: skip
if (*DIRECTION_MEANINGS,) != DIRECTIONS:
    raise ValueError(f"a change may be {', '.join(DIRECTIONS)}")
SPEC_CHANGES = by_id(
    "Spec changes", "Policies for changing what was bought: which directions are supported and what each costs. A billing mode names its policy under `spec_change`.",
    [{"not-supported": {"supports": [], "reason": "There is nothing to change."}}], "spec_changes",
    mapping(
        "Spec-change policy", "Which changes are supported and what they cost.", [{"supports": ["upgrade"]}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "supports": entries(
                "Supports", "The directions that are supported: `upgrade`, `downgrade`, `expand`, `reduce`; none means no change.", [[*DIRECTIONS]],
                word("Direction", "A direction.", DIRECTION_MEANINGS),
            ),
            "reason": text("Reason", "Why a change is not supported.", ["There is no specification to change."]),
            "instead": text("Instead", "What the customer can do instead.", ["Change to yearly/monthly billing."]),
            **CHANGE_TERMS,
            **{
                direction: mapping(
                    direction.capitalize(), f"Keys that differ for this direction: {meaning}.", [{"charge": "none"}],
                    {
                        key: left_out(each, f"{each['description'].removesuffix('.')}; left out, as the policy says.") if key != "reference" else each
                        for key, each in CHANGE_TERMS.items()
                    },
                )
                for direction, meaning in DIRECTION_MEANINGS.items()
            },
        },
        ["supports"],
    ),
)  # fmt: skip
CANCELLATIONS = by_id(
    "Cancellations", "Policies for leaving before the end of a term: what was paid, less what is consumed, less a fee. A billing mode names its policy under `cancellation`.",
    [{"ten-percent": {"refund": "unused", "fee": [{"fee": "10%"}]}}], "cancellations",
    mapping(
        "Cancellation policy", "What is returned: paid, less consumed, less a fee.", [{"refund": "unused"}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "reason": text("Reason", "Why nothing is returned.", ["The term is sold at a discount."]),
            "full_refund_within": duration("Full refund within", "How long after activation a first purchase is returned in full; left out, never.", ["5 days"]),
            "refund": word_of(
                Cancellation, "refund", "Refund", "Whether the unused part is returned.", {"unused": "the unused part, less the fee", "none": "nothing"},
            ),
            "consumed": mapping(
                "Consumed", "How the used part is counted.", [{"by": "time-used", "of": "paid", "count": "hour", "part": "down"}],
                {
                    "by": word_of(
                        Consumed, "by", "By", "How what was used is priced.",
                        {"time-used": "the share of the time that was used", "re-rated": "at the list price, less the discount that the time used would have earned"},
                    ),
                    "of": word_of(Consumed, "of", "Of", "Of what the share is taken.", {"paid": "what was paid", "list": "the list price"}),
                    "count": word_of(
                        Consumed, "count", "Count", "The unit in which time is counted.",
                        {"second": "seconds", "minute": "minutes", "hour": "hours", "day": "days of the calendar", "month": "months of the calendar"},
                    ),
                    "part": word_of(Consumed, "part", "Part", "Whether a begun unit counts.", {"up": "it counts as a whole one", "down": "it does not count"}),
                    "reference": REFERENCE,
                },
            ),
            "fee": described(
                "Fee", "The fee, of the amount paid: one percentage, or rows of which the first that matches applies; left out, leaving costs no fee.",
                [[{"term": "3 years", "fee": "15%"}, {"fee": "10%"}], "10%"],
                **{"$comment": "fee"}, type=["array", "string"], pattern=r"^(0|[1-9][0-9]*)(\.[0-9]+)?%$", minItems=1,
                items=mapping(
                    "Fee row", "When it matches, and the fee.", [{"term": "3 years", "used_up_to": "1 year", "fee": "15%"}],
                    {
                        "term": duration("Term", "The ordered term; left out, any.", ["3 years"]),
                        "used_up_to": duration("Used up to", "The time used so far, this bound included; left out, any.", ["1 year"]),
                        "fee": percent("Fee", "Of the amount paid; left out, no fee, where `consumed_times` is written.", ["15%"]),
                        "consumed_times": percent("Consumed times", "Multiplies what was consumed.", ["150%"]),
                        "reference": REFERENCE,
                    },
                ),
            ),
            "reference": REFERENCE,
        },
    ),
)  # fmt: skip
COMMITMENTS = by_id(
    "Commitments", "What a subscription pays at least for what it is billed by usage. A billing mode names its commitment under `commitment`; what is missing is a line of the last bill.",
    [{"floor": {"title": "Monthly minimum", "amount": {"USD": 100.00}, "every": "month"}}], "commitments",
    mapping(
        "Commitment", "The least that is paid, for what, and how often.", [{"amount": {"USD": 100.00}, "every": "month"}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "amount": {**MONEY, "title": "Amount", "description": "The least for one `every`; currencies that it does not name have none.", "examples": [{"USD": 100.00}]},
            "every": word_of(
                Commitment, "every", "Every", "For what time the amount is; what is missing is owed in the last bill of it.",
                {"month": "each calendar month", "year": "each calendar year", "term": "each term that is paid in advance beside the usage"}, ["month"],
            ),
            "items": {**ITEMS_OF, "description": "The items whose usage and fees count; left out, all."},
            "of": word_of(
                Commitment, "of", "Of", "Which amounts of the lines count.",
                {"net": "those after discounts in percent and rounding at line", "list": "list amounts"},
            ),
            "stub": word_of(
                Commitment, "stub", "Stub", "How the amount is prorated where the subscription ran for a part of the time; left out, it is owed whole.",
                CONVENTION_MEANINGS, ["actual-days"],
            ),
            "category_of": name("Category of", "The item that the missing amount is taxed like; left out, the first item in scope.", ["storage"], "items"),
            **CONDITIONS,
            "reference": REFERENCE,
        },
        ["amount", "every"],
    ),
)  # fmt: skip
CLOCK = "^([01][0-9]|2[0-3]):[0-5][0-9]$"
UNIFIED = "`calendar` (the end of the calendar month), `last-day` (its last day), a day of the month up to 28, or for terms of days one of the week"


def unified_day(title, description, examples, *kinds):
    """A day on which terms end: a word, or a day of the month."""
    return described(
        title, description, examples, **{"$comment": "align"}, type=[*kinds],
        pattern=f"^(calendar|last-day|{'|'.join(WEEKDAYS)})$", minimum=1, maximum=28, multipleOf=1,
    )  # fmt: skip


RENEWALS = by_id(
    "Renewals", "Policies for a further term: at which price, to which day, and until when. A billing mode names its policy under `renewal`.",
    [{"anniversary": {"price": "in-force", "anchor": "original-day"}}], "renewals",
    mapping(
        "Renewal policy", "At which price, to which day, and until when.", [{"price": "in-force", "auto_renew": "7 days before"}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "price": word_of(Renewal, "price", "Price", "The price of the further term.", {"in-force": "the one in force on the day of the renewal", "original": "the one of the first purchase"}),
            "anchor": word_of(
                Renewal, "anchor", "Anchor", "Which day of the month later terms keep.",
                {"original-day": "that of the first purchase, through short months", "day-of-change": "that on which the last term ended"},
            ),
            "auto_renew": described(
                "Automatic renewal", "How long before expiry an automatic renewal is paid; left out, nothing renews by itself.", ["7 days before"],
                **{"$comment": "before"}, type="string", pattern=r"^[1-9][0-9]* (weeks?|days?|hours?|months?) before$",
            ),
            "grace": duration("Grace", "How long after expiry the service still runs.", ["15 days"]),
            "retention": duration("Retention", "How long after that data is kept.", ["15 days"]),
            "align": {
                **unified_day(
                    "Align", f"A unified expiry day: {UNIFIED}; left out, each term has its own. A mapping names its instant.",
                    ["calendar", 1, "monday", {"day": 1, "first": "short"}], "string", "number", "object",
                ),
                "additionalProperties": False,
                "properties": {
                    "day": unified_day("Day", f"The day: {UNIFIED}; left out, each day.", [15, "monday"], "string", "number"),
                    "time": described("Time", "The time of that day; left out, its beginning.", ["12:00"], **{"$comment": "clock"}, type="string", pattern=CLOCK),
                    "first": word_of(
                        Renewal, "first", "First", "How long the first term is.",
                        {
                            "long": "to the first unified day on or after its anniversary; the extra part costs `stub` of a price period",
                            "short": "to the first unified day after its start; it costs `stub` of a price period",
                        },
                        ["short"],
                    ),
                },
            },
            "stub": word_of(
                Renewal, "stub", "Stub", "How the extra part up to the unified day is prorated; left out, it costs a whole price period.",
                CONVENTION_MEANINGS, ["actual-days"],
            ),
            "reference": REFERENCE,
        },
    ),
)  # fmt: skip
