"""Codes of family R: names that lead nowhere, stand twice, or are never used."""

from engine.diagnostics.record import CodeInfo

DUPLICATE_ID = CodeInfo(
    "R101",
    "duplicate-id",
    "error",
    "The same id stands twice in one section",
    "Files of a book are joined by id. If an id stood twice, one of the two would silently win.",
    "# desks.yaml\ndesk: {title: Desk, unit: user}\n# more.yaml\nitems:\n  desk: {title: Desk again, unit: user}",
    "# desks.yaml\ndesk: {title: Desk, unit: user}",
)
ID_CASE = CodeInfo(
    "R102",
    "id-differs-in-case-only",
    "error",
    "Two ids differ only in capitals",
    "People and file systems mix up `Seat` and `seat`. Only unit symbols may differ so.",
    "discounts:\n  partner: {title: Partner, when: {segment: partner}, percent_off: 5%}\n"
    "  Partner: {title: Large partner, when: {segment: partner}, percent_off: 5%}\n"
    "discount_policy: [partner, Partner]",
    "discounts:\n  partner: {title: Partner, when: {segment: partner}, percent_off: 5%}\n"
    "  large-partner: {title: Large partner, when: {segment: partner}, percent_off: 5%}\n"
    "discount_policy: [partner, large-partner]",
)
BAD_ID = CodeInfo(
    "R103",
    "bad-id",
    "error",
    "An id is not of the form that ids have",
    "Ids stand in orders and on invoices: letters, digits, and single `.`, `_` or `-` between them, at least one letter.",
    "discounts:\n  big--partner: {title: Big partner, when: {segment: partner}, percent_off: 5%}\ndiscount_policy: [big--partner]",
    "discounts:\n  big-partner: {title: Big partner, when: {segment: partner}, percent_off: 5%}\ndiscount_policy: [big-partner]",
)
UNKNOWN_REFERENCE = CodeInfo(
    "R104",
    "unknown-reference",
    "error",
    "A name that nothing in the book declares",
    "A price, discount or policy that names nothing would silently have no effect.",
    "renewal: aniversary",
    "renewal: anniversary  # as in `renewals: {anniversary: ...}`",
)
UNKNOWN_UNIT = CodeInfo(
    "R105",
    "unknown-unit",
    "error",
    "A unit that is not declared",
    "A quantity converts only along declared units; symbols are case-sensitive, so `gb` is not `GB`.",
    "archive: {title: Archive, unit: gb}",
    "archive: {title: Archive, unit: GB}  # as in `units: {GB: {title: GB}}`",
)
UNKNOWN_ATTRIBUTE = CodeInfo(
    "R106",
    "undeclared-attribute",
    "error",
    "`when` names an attribute that is not declared",
    "A condition on an attribute that no order has would never hold, and the rule would silently be for nobody.",
    "when: {segmnet: partner}",
    "when: {segment: partner}  # as in `attributes: {segment: ...}`",
)
UNKNOWN_ATTRIBUTE_VALUE = CodeInfo(
    "R107",
    "undeclared-attribute-value",
    "error",
    "A value that the attribute does not have",
    "An attribute with listed values can have no other, so the rule would be for nobody.",
    "when: {segment: parter}",
    "when: {segment: partner}  # as in `segment: {values: [education, partner]}`",
)
UNKNOWN_RESOURCE = CodeInfo(
    "R108",
    "unknown-resource",
    "error",
    "`provides`, `limits` or `covered_by` names a resource that is not declared",
    "Limits count what items provide. A misspelt resource would be counted nowhere.",
    "provides: {user: 1}",
    "provides: {users: 1}  # as in `resources: {users: ...}`",
)
UNIT_MISMATCH = CodeInfo(
    "R109",
    "unit-does-not-convert",
    "error",
    "A quantity in a unit that does not convert",
    "Only declared factors convert units; nothing is guessed.",
    "archive: {title: Archive, unit: GB, quantity: {min: 5 user}}",
    "archive: {title: Archive, unit: GB, quantity: {min: 5 TB}}  # as in `units: {TB: 1024 GB}`",
)
MISSING_SECTION = CodeInfo(
    "R110",
    "missing-section",
    "error",
    "A section that every book needs is missing",
    "A book needs `book`, `items`, `billing_modes` and `prices`; without one of them nothing can be sold.",
    "taxes: []  # and no file of the book has `prices`",
    "prices:\n  - {effective: 2026-01-01, billing_mode: yearly-monthly, per: month, items: {plan: {small: 20.00, large: 90.00}, seat: 2.40}}\n"
    "  - {effective: 2026-01-01, billing_mode: pay-per-use, per: hour, items: {disk: 0.00007}}",
)
ITEM_IN_NO_MODE = CodeInfo(
    "R111",
    "item-in-no-mode",
    "warning",
    "An item that no billing mode sells",
    "Nobody can order it. Either a mode forgot it, or it is a left-over.",
    "items:\n  desk: {title: Desk, unit: user}",
    "items:\n  desk: {title: Desk, unit: user}\n"
    "billing_modes:\n  extra: {title: Extra, payment: prepaid, cycle: term, terms: [1 month], items: {desk: optional}}\n"
    "prices:\n  - {effective: 2026-01-01, billing_mode: extra, per: month, items: {desk: 1.00}}",
)
NEVER_USED = CodeInfo(
    "R112",
    "never-used",
    "warning",
    "Declared, but nothing uses it",
    "A policy, resource, unit or attribute that nothing names has no effect, which is rarely what its author thinks.",
    "renewals:\n  monthly: {price: in-force}",
    "renewals:\n  monthly: {price: in-force}\n"
    "billing_modes:\n  extra: {title: Extra, payment: prepaid, cycle: term, terms: [1 month], renewal: monthly, items: {seat: optional}}\n"
    "prices:\n  - {effective: 2026-01-01, billing_mode: extra, per: month, items: {seat: 1.00}}",
)
DISCOUNT_WITHOUT_STAGE = CodeInfo(
    "R113",
    "discount-without-stage",
    "error",
    "A discount that no stage of `discount_policy` names",
    "Discounts apply stage by stage. One that no stage names would silently never apply.",
    "discounts:\n  partner: {title: Partner, when: {segment: partner}, percent_off: 5%}\ndiscount_policy: []",
    "discounts:\n  partner: {title: Partner, when: {segment: partner}, percent_off: 5%}\ndiscount_policy: [partner]",
)
METER_MISMATCH = CodeInfo(
    "R114",
    "meter-mismatch",
    "error",
    "`cycle`, `window` and `per` of a metered item disagree",
    "A window must fit into the period that is billed, and a price per length of time needs a level to hold that long.",
    "meter: {measure: sum, window: hour}  # with a price `per: hour`",
    "meter: {measure: max, window: hour}",
)
ITEM_WITHOUT_PRICE = CodeInfo(
    "R115",
    "item-without-price",
    "warning",
    "A mode sells an item (or a spec) that has no price in it",
    "Every order of it is refused, from the first day.",
    "billing_modes:\n  extra: {title: Extra, payment: prepaid, cycle: term, terms: [1 month], items: {seat: optional}}",
    "billing_modes:\n  extra: {title: Extra, payment: prepaid, cycle: term, terms: [1 month], items: {seat: optional}}\n"
    "prices:\n  - {effective: 2026-01-01, billing_mode: extra, per: month, items: {seat: 1.00}}",
)
NOT_SOLD_IN_MODE = CodeInfo(
    "R116",
    "not-sold-in-mode",
    "error",
    "A price for an item that its billing mode does not sell",
    "The price could never be charged: probably the item is missing from the mode, or the price is in the wrong mode.",
    "- {effective: 2026-01-01, billing_mode: pay-per-use, per: month, items: {seat: 5.00}}  # pay-per-use sells no `seat`",
    "- {effective: 2027-01-01, billing_mode: yearly-monthly, per: month, items: {seat: 2.30}}",
)
CIRCULAR_UNIT = CodeInfo(
    "R117",
    "circular-unit",
    "error",
    "Units that are declared by each other",
    "A unit is either a base of its own or a number of another; a circle has no base.",
    "box: 2 pack\npack: 10 box",
    "box: {title: box}\npack: 10 box",
)
MISSING_TRANSLATION = CodeInfo(
    "R118",
    "missing-translation",
    "warning",
    "A text lacks a language that other texts of the book have",
    "A document in that language would show this text in the book's own language.",
    "desk: {title: {en: Desk, de: Tisch}, unit: user}  # no other title is in German",
    "desk: {title: {en: Desk}, unit: user}",
)
SECTION_TWICE = CodeInfo(
    "R119",
    "section-in-two-files",
    "error",
    "A section that must stand in one file stands in two",
    "`book`, `attributes` and `discount_policy` are read top to bottom, so their parts must stand in one file.",
    "# discounts.yaml\ndiscount_policy: [partner]\n# more.yaml\ndiscount_policy: [education]",
    "# discounts.yaml\ndiscount_policy: [partner, education]",
)
SPEC_NAMED_AS_CHARGE_KEY = CodeInfo(
    "R120",
    "spec-named-as-charge-key",
    "error",
    "A spec has the name of a key of a charge",
    "In `prices`, `item: {flat: 10.00}` could then mean a spec or a charge.",
    "specs: {flat: {title: Flat}}",
    "specs: {flat-desk: {title: Flat}}",
)
TABLE_NOT_FOUND = CodeInfo(
    "R121",
    "table-not-found",
    "error",
    "A price table that is not there",
    "The path is relative to the file that names it, and stays inside the book's folder.",
    "table: voices.csv  # the file is voice.csv",
    "table: voice.csv",
)
UNREADABLE_VALUE = CodeInfo(
    "R122",
    "unreadable-value",
    "error",
    "A value that cannot be read",
    "The value is not of the form that its place asks for; it is never guessed.",
    'item,unit_price\ncalls,"0,02"',
    "item,unit_price\ncalls,0.02",
)
BAD_TABLE = CodeInfo(
    "R123",
    "bad-table",
    "error",
    "A price table whose columns or rows do not fit",
    "Each column is `item`, `spec`, an attribute, or a key of a charge; each row has as many cells as the first.",
    "item,unit price\ncalls,0.02",
    "item,unit_price\ncalls,0.02",
)
ZONE_UNKNOWN = CodeInfo(
    "R124",
    "unknown-time-zone",
    "error",
    "A time zone that does not exist",
    "The zone owns every date of the book: it decides when a price begins.",
    "timezone: Europe/Berlim",
    "timezone: Europe/Berlin",
)
MODE_WITHOUT_TERMS = CodeInfo(
    "R125",
    "mode-without-terms",
    "error",
    "A prepaid mode without terms, or terms where nothing is prepaid",
    "A prepaid order names one of the mode's terms; without any, nothing can be ordered.",
    "payment: prepaid, cycle: term, items: {seat: optional}",
    "payment: prepaid, cycle: term, terms: [1 month], items: {seat: optional}",
)
PRICE_PER_MISSING = CodeInfo(
    "R126",
    "price-period-missing",
    "error",
    "A price that does not say for how long, or for a length that its item is not sold by",
    "19.00 per month and 19.00 once are very different prices.",
    "- {effective: 2026-01-01, billing_mode: extra, items: {seat: 1.00}}",
    "- {effective: 2026-01-01, billing_mode: extra, per: month, items: {seat: 1.00}}",
)
MODEL_UNCLEAR = CodeInfo(
    "R127",
    "charge-model-unclear",
    "error",
    "A charge whose model is not named, or whose keys do not belong to it",
    "With the same tiers `graduated` and `volume` give different amounts, so the model is never guessed.",
    "seat: {tiers: [{up_to: 10, unit_price: 2.40}, {unit_price: 2.10}]}",
    "seat: {model: graduated, tiers: [{up_to: 10, unit_price: 2.40}, {unit_price: 2.10}]}",
)
ENTRY_WITHOUT_PRICES = CodeInfo(
    "R128",
    "entry-without-prices",
    "error",
    "A dated entry of `prices` that prices nothing",
    "An entry holds what changes on its date: `items`, a `table`, or what is `withdrawn`.",
    "- {effective: 2027-01-01, billing_mode: yearly-monthly, per: month}",
    "- {effective: 2027-01-01, billing_mode: yearly-monthly, per: month, items: {seat: 2.30}}",
)
SAME_TITLE = CodeInfo(
    "R201",
    "same-title",
    "warning",
    "Two items of one mode, or two specs of one item, with the same title",
    "On the price sheet and on invoices nobody could tell them apart.",
    "desk: {title: Plan, unit: user}  # beside `plan: {title: Plan}`",
    "desk: {title: Desk, unit: user}",
)
METER_KEY_UNUSED = CodeInfo(
    "R129",
    "meter-key-unused",
    "error",
    "a meter has a key that its measure gives no meaning, or lacks one that it needs",
    "A key that does nothing looks as if it did; the quantities would not be what their author thinks.",
    "meter: {measure: sum, window: day, hold: true}",
    "meter: {measure: sum, window: day}",
)
REQUIRED_WITHOUT_PRICE = CodeInfo(
    "R130",
    "required-item-without-price",
    "error",
    "What every order of a mode must hold has no price",
    "Orders of the mode are refused: never, in a currency, at a time or for a customer the item has no price, while the rest of the mode has.",
    "items: {seat: 2.00}  # the mode says `plan: required`",
    "items: {seat: 2.00, plan: {small: 20.00, large: 90.00}}",
)
ZONE_IS_OFFSET = CodeInfo(
    "R131",
    "time-zone-is-an-offset",
    "warning",
    "A time zone whose name says something else than people read in it",
    "`EST` never has summer time, and `Etc/GMT+8` lies eight hours behind UTC: days and months would begin at hours that nobody expects.",
    "timezone: EST",
    "timezone: America/New_York",
)
SECTION_GONE = CodeInfo(
    "R132",
    "section-gone",
    "error",
    "The book speaks of rules of a kind of which it has none",
    "Modes, the discount policy or examples name or expect them, so a file of the book was probably deleted, renamed or moved.",
    "discount_policy: []  # and an example gives the coupon SPRING-2026",
    "discounts:\n  education: {title: Education, when: {segment: education}, percent_off: 10%}\n"
    "  spring: {title: Spring, coupon: SPRING-2026, until: 2027-01-01, amount_off: 10.00}\n"
    "discount_policy: [education, spring]",
)
FILE_COPIED = CodeInfo(
    "R133",
    "file-copied",
    "error",
    "A file repeats what stands in another file of the book",
    "Every rule file below the book's folder is read, a copy beside its original too: the same prices and discounts then stand twice.",
    "# discounts.yaml\nspring: {title: Spring, coupon: SPRING-2026, effective: 2026-03-01, until: 2026-04-01, amount_off: 10.00}\n"
    "# discounts copy.yaml\nspring: {title: Spring, coupon: SPRING-2026, effective: 2026-03-01, until: 2026-04-01, amount_off: 10.00}",
    "# discounts.yaml\nspring: {title: Spring, coupon: SPRING-2026, effective: 2026-03-01, until: 2026-04-01, amount_off: 10.00}",
)
METER_NEVER_READ = CodeInfo(
    "R134",
    "meter-never-read",
    "error",
    "A metered item that no usage record can reach",
    "Usage is billed where an item is paid for afterwards; where every mode has it paid ahead its meter does nothing, and its usage is free.",
    "payment: prepaid, cycle: term, terms: [1 month], items: {tape: required}  # `tape` has a `meter`",
    "payment: prepaid, cycle: term, terms: [1 month], items: {tape: {presence: required, payment: postpaid, cycle: month}}",
)
SELLER_COUNTRY = CodeInfo(
    "R135",
    "seller-country-unknown",
    "warning",
    "A seller's country that is no country code",
    "Documents print it as it is, but an e-invoice names the seller's country by its code and would be refused.",
    "seller: {name: Shop, country: Germany}",
    "seller: {name: Shop, country: DE}",
)
LIST_AMOUNT_UNUSABLE = CodeInfo(
    "R138",
    "list-amount-unusable",
    "error",
    "An item that is billed on what others cost, in a way that no bill can compute",
    "It is computed last, each month, on amounts in one currency: not in a circle, not of nothing, and not in a mode that bills other times.",
    "support: {title: Support, unit: EUR, meter: {measure: list-amount, of: [support]}}",
    "support: {title: Support, unit: EUR, meter: {measure: list-amount, of: [disk]}}",
)
