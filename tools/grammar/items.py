"""The sections `items` and `limits` (rule language, 3.4)."""

from engine.model.book import Meter, Provision
from tools.grammar.parts import (
    DESCRIPTION,
    ITEMS_OF,
    MODES_OF,
    REFERENCE,
    TITLE,
    boolean,
    by_id,
    described,
    duration,
    entries,
    keys_of,
    mapping,
    name,
    of,
    quantity,
    whole,
    word_of,
)  # fmt: skip

PROVIDES = described(
    "Provides", "How much of each resource one unit, or one spec, provides.", [{"users": 10, "storage": "100 GB"}],
    **{"$comment": "by-id"}, **keys_of("resources"), type="object", minProperties=1,
    additionalProperties=described(
        "Provision", "A quantity; with `every: month`, a quota that begins anew each month.", ["100 GB", {"quantity": "100 GB", "every": "month"}],
        **{"$comment": "quantity"}, type=["number", "string", "object"], minimum=0, pattern=r"^(0|[1-9][0-9]*)(\.[0-9]+)? \S+$", additionalProperties=False,
        properties={
            "quantity": quantity("Quantity", "How much.", ["100 GB"]),
            "every": word_of(
                Provision, "every", "Every", "When the quota begins anew; left out, it is a level that is there at all times.",
                {"month": "with each calendar month; nothing is carried over"},
            ),
            "reference": REFERENCE,
        },
        required=["quantity"],
    ),
)  # fmt: skip
METER = mapping(
    "Meter", "How usage records become quantities; left out, the item is not billed by usage.", [{"measure": "max", "window": "hour"}],
    {
        "measure": word_of(
            Meter, "measure", "Measure", "What is taken of the records in a window.",
            {
                "sum": "all quantities added up",
                "count": "how many records there are",
                "unique": "how many different values the column `of` has",
                "max": "the highest quantity",
                "min": "the lowest quantity",
                "last": "the latest quantity",
                "mean": "the mean: of the records, or with `hold` over time",
                "list-amount": "no records, but what the items `of` cost in a month by list, over the whole account",
            },
            ["max"],
        ),
        "of": described(
            "Of", "The attribute, a column of the usage file, whose different values `unique` counts; for `list-amount` items and groups, `all` for all others.",
            ["user_id", {"group": "all"}], **{"$comment": "counted"}, **of("attributes"), type=["string", "number", "array", "object"], minItems=1,
            additionalProperties=False, required=["group"], properties=ITEMS_OF["properties"], items=ITEMS_OF["items"],
        ),
        "window": word_of(
            Meter, "window", "Window", "The stretch of time that gives one quantity.",
            {"hour": "each hour (UTC)", "day": "each day", "month": "each calendar month", "period": "the billing period as a whole"},
        ),
        "hold": boolean("Hold", "Whether a record is a level that lasts until the next one.", default=False),
        "step": duration("Step", "With `hold`, the grid on which levels are read.", ["1 second", "1 minute", "1 hour"]),
        "over": word_of(
            Meter, "over", "Over", "Whose records are added together.", {"subscription": "those of each subscription by itself", "account": "those of the whole account"},
        ),
        "unit": name("Unit", "The unit of the records; left out, that of the item.", ["GB"], "units"),
        "places": whole("Places", "Decimals that a record may have; left out, any.", [6]),
        "max": quantity("Maximum", "The largest quantity that a record may hold; left out, any.", [1000000, "1 TB"]),
        "record": mapping(
            "Record", "What is done to each record first.", [{"at_least": "128 KB"}],
            {
                "at_least": quantity("At least", "Smaller records count as this much.", ["128 KB"]),
                "round_up": quantity("Round up", "Records are rounded up to whole ones of these.", ["1 minute"]),
                "reference": REFERENCE,
            },
        ),
        "reference": REFERENCE,
    },
    ["measure"],
)  # fmt: skip
ITEMS = by_id(
    "Items", "What is sold: by specs, by quantity, or by metered usage. What an item costs stands in `prices`, and where it is sold in `billing_modes`.",
    [{"storage": {"title": "Storage", "unit": "GB"}}], "items",
    mapping(
        "Item", "Something that is sold.", [{"title": "Storage", "unit": "GB"}],
        {
            "title": TITLE,
            "description": DESCRIPTION,
            "unit": name("Unit", "What its quantity is counted in: a declared unit or a currency.", ["GB", "USD"], "units"),
            "group": name("Group", "A word under which several items are named together.", ["compute"], "groups", declares=True),
            "specs": by_id(
                "Specs", "The ladder that spec changes move on, lowest first.", [{"10-users-100-gb": {"provides": {"users": 10}}}], "specs",
                {
                    "title": "Spec", "description": "A rung of the ladder.", "examples": [{"provides": {"users": 10}}],
                    "$comment": "mapping", "type": ["object"], "additionalProperties": False,
                    "properties": {"title": TITLE, "description": DESCRIPTION, "provides": PROVIDES, "reference": REFERENCE},
                },
            ),
            "quantity": mapping(
                "Quantity", "How much may be ordered: from min, in whole steps, up to max.", [{"min": 100, "step": 100}],
                {
                    "min": quantity("Minimum", "The least that may be ordered; left out, anything above 0.", [100]),
                    "max": quantity("Maximum", "The most that may be ordered; left out, any.", [20000]),
                    "step": quantity("Step", "Quantities grow in whole steps from the minimum; left out, any quantity may be ordered.", [100]),
                    "reference": REFERENCE,
                },
            ),
            "provides": PROVIDES,
            "meter": METER,
            "covered_by": name("Covered by", "A resource: what running subscriptions provide of it is taken off before anything is charged.", ["storage"], "resources"),
            "reference": REFERENCE,
        },
        ["title", "unit"],
    ),
)  # fmt: skip
LIMITS = entries(
    "Limits", "What one order may hold of a resource, all its items together. Both bounds are included, and a change of what was bought keeps them too.",
    [[{"resource": "users", "max": 20000}]],
    mapping(
        "Limit", "Bounds of a resource; both are included.", [{"resource": "users", "max": 20000}],
        {
            "resource": name("Resource", "What is counted.", ["users"], "resources"),
            "max": quantity("Maximum", "The most an order may hold; left out, any.", [20000, "95 PB"]),
            "min": quantity("Minimum", "The least an order may hold; left out, none.", [1]),
            "billing_modes": MODES_OF,
            "title": TITLE,
            "reference": REFERENCE,
        },
        ["resource"],
    ),
)  # fmt: skip
