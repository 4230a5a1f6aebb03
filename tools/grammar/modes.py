"""The sections `billing_modes` and `mode_changes` (rule language, 3.1 and 3.4)."""

from engine.model.book import BillingMode, ModeItem
from engine.model.policies import ModeChange
from tools.grammar.parts import (
    CONVENTION_MEANINGS,
    DESCRIPTION,
    DURATION,
    REFERENCE,
    TITLE,
    by_id,
    described,
    entries,
    keys_of,
    left_out,
    mapping,
    name,
    of,
    policy_use,
    text,
    word_of,
)  # fmt: skip

PRESENCE = word_of(
    ModeItem, "presence", "Presence", "Whether every order holds the item.", {"required": "every order of the mode holds it", "optional": "an order may hold it"},
)  # fmt: skip
PAYMENT = word_of(
    ModeItem, "payment", "Payment", "Paid before use, or after it.", {"prepaid": "paid in advance, for a term", "postpaid": "billed after it was used"},
)  # fmt: skip
CYCLE = word_of(
    ModeItem, "cycle", "Cycle", "What one settlement covers.",
    {"term": "the whole term; for what is prepaid", "hour": "each hour", "day": "each day", "month": "each calendar month"},
)  # fmt: skip
MODE_ITEM = described(
    "Item", "`required` or `optional`: whether every order holds it; or that, with a payment and cycle of its own.",
    ["required", {"presence": "optional", "payment": "postpaid", "cycle": "month"}],
    **{"$comment": "presence"}, type=["string", "object"], additionalProperties=False,
    properties={
        "presence": PRESENCE,
        "payment": left_out(PAYMENT, "Paid before use, or after it; left out, as the mode says."),
        "cycle": left_out(CYCLE, "What one settlement covers; left out, as the mode says."),
        "reference": REFERENCE,
    },
    required=["presence"], pattern="^(required|optional)$",
)  # fmt: skip
BILLING_MODES = by_id(
    "Billing modes", "The ways to pay for the product: prepaid for a term, or postpaid for what was used. A mode says which items it sells and which policies hold for them.",
    [{"pay-per-use": {"title": "Pay-per-use", "payment": "postpaid", "cycle": "hour", "items": {"storage": "required"}}}], "billing_modes",
    mapping(
        "Billing mode", "One way to pay: when, for how long, and for which items.", [{"title": "Yearly/Monthly", "payment": "prepaid", "cycle": "term"}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "payment": PAYMENT,
            "cycle": CYCLE,
            "terms": entries(
                "Terms", "The terms on sale, all in months and years, or all in days and weeks; needed where anything is prepaid.", [["1 month", "1 year"], ["1 day", "1 week", "28 days"]],
                {"$comment": "duration", "type": "string", "pattern": DURATION}, minItems=1,
            ),
            "expires": word_of(
                BillingMode, "expires", "Expires", "When the last day of a term ends.",
                {"same-time": "at the time of day at which it began", "end-of-day": "the last day belongs to the subscription to its end"},
            ),
            "invoiced": word_of(
                BillingMode, "invoiced", "Invoiced", "How often usage is put on an invoice; left out, with each cycle.",
                {"hour": "each hour", "day": "each day", "month": "each calendar month", "year": "each calendar year", "term": "each term"}, ["month"],
            ),
            "items": described(
                "Items", "The items of the mode, each required or optional.", [{"storage": "required", "users": "required"}],
                **{"$comment": "by-id"}, **keys_of("items"), type="object", additionalProperties=MODE_ITEM,
            ),
            "groups": described(
                "Groups", "Groups of items, each required (at least one of them) or optional.", [{"compute": "optional"}],
                **{"$comment": "by-id"}, **keys_of("groups"), type="object", additionalProperties=MODE_ITEM,
            ),
            "one_of": entries(
                "One of", "Lists of items; an order holds exactly one item of each list.", [[["small", "large"]]],
                {
                    "$comment": "items", **of("items"), "type": ["array", "object"], "minItems": 1, "required": ["group"],
                    "items": {
                        "$comment": "item-or-group", **of("items"), "type": ["string", "number", "object"], "additionalProperties": False, "required": ["group"],
                        "properties": {"group": name("Group", "All items of this group.", ["compute"], "groups")},
                    },
                    "additionalProperties": False, "properties": {"group": name("Group", "All items of this group.", ["compute"], "groups")},
                }, minItems=1,
            ),
            "spec_change": policy_use(
                "spec_changes", "Spec change", "The policy for changing what was bought; without one it cannot be changed.",
                ["prorated-difference", [{"use": "by-day", "effective": "2026-01-01"}]],
            ),
            "cancellation": policy_use("cancellations", "Cancellation", "The policy for leaving early; without one nobody can.", ["five-days-then-fee"]),
            "renewal": policy_use("renewals", "Renewal", "The policy for a further term; without one there is none.", ["anniversary"]),
            "commitment": policy_use("commitments", "Commitment", "What is paid at least for usage and fees; without one there is no least.", ["floor"]),
            "stub": word_of(
                BillingMode, "stub", "Stub", "How first and last part periods of levels and fees are prorated; left out, they count whole.",
                CONVENTION_MEANINGS, ["actual-days"],
            ),
            "scenario": text("Scenario", "When this way to pay suits a customer.", ["Useful for predictable and long-term usage"]),
            "reference": REFERENCE,
        },
        ["title", "payment", "cycle"],
    ),
)  # fmt: skip
MODE_CHANGES = entries(
    "Mode changes", "Whether and when a subscription may move to another billing mode. A move that no entry names is refused.",
    [[{"from": "pay-per-use", "to": "yearly-monthly", "takes_effect": "immediately"}]],
    mapping(
        "Mode change", "From which mode to which, and when.", [{"from": "pay-per-use", "to": "yearly-monthly", "takes_effect": "immediately"}],
        {
            "from": name("From", "The mode that is left.", ["pay-per-use"], "billing_modes"),
            "to": name("To", "The mode that begins.", ["yearly-monthly"], "billing_modes"),
            "takes_effect": word_of(
                ModeChange, "takes_effect", "Takes effect", "When the new mode begins.", {"immediately": "at once", "at-expiry": "when the paid term has ended"},
            ),
            "title": TITLE,
            "reference": REFERENCE,
        },
        ["from", "to", "takes_effect"],
    ),
)  # fmt: skip
