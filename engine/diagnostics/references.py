"""Codes of family R: names that lead nowhere, stand twice, or are never used."""

from engine.diagnostics.record import CodeInfo

DUPLICATE_ID = CodeInfo(
    "R101",
    "duplicate-id",
    "error",
    "The same id stands twice in one section",
    "Files of a book are joined by id. If an id stood twice, one of the two would silently win.",
    "# a.yaml\nitems: {seat: {title: Seat, unit: user}}\n# b.yaml\nitems: {seat: {title: Chair, unit: user}}",
    "# a.yaml\nitems: {seat: {title: Seat, unit: user}}\n# b.yaml\nitems: {chair: {title: Chair, unit: user}}",
)
ID_CASE = CodeInfo(
    "R102",
    "id-differs-in-case-only",
    "error",
    "Two ids differ only in capitals",
    "People and file systems mix up `Seat` and `seat`. Only unit symbols may differ so.",
    "items: {seat: {title: Seat, unit: user}, Seat: {title: Seat, unit: user}}",
    "items: {seat: {title: Seat, unit: user}, seat-plus: {title: Seat plus, unit: user}}",
)
BAD_ID = CodeInfo(
    "R103",
    "bad-id",
    "error",
    "An id is not of the form that ids have",
    "Ids stand in orders and on invoices: letters, digits, and single `.`, `_` or `-` between them, at least one letter.",
    "items: {team seat: {title: Seat, unit: user}}",
    "items: {team-seat: {title: Seat, unit: user}}",
)
UNKNOWN_REFERENCE = CodeInfo(
    "R104",
    "unknown-reference",
    "error",
    "A name that nothing in the book declares",
    "A price, discount or policy that names nothing would silently have no effect.",
    "billing_modes: {monthly: {items: {seats: required}}}",
    "billing_modes: {monthly: {items: {seat: required}}}",
)
UNKNOWN_UNIT = CodeInfo(
    "R105",
    "unknown-unit",
    "error",
    "A unit that is not declared",
    "A quantity converts only along declared units; symbols are case-sensitive, so `gb` is not `GB`.",
    "items: {storage: {title: Storage, unit: gb}}",
    "units: {GB: {title: GB}}\nitems: {storage: {title: Storage, unit: GB}}",
)
UNKNOWN_ATTRIBUTE = CodeInfo(
    "R106",
    "undeclared-attribute",
    "error",
    "`when` names an attribute that is not declared",
    "A condition on an attribute that no order has would never hold, and the rule would silently be for nobody.",
    "when: {segmnt: education}",
    "attributes: {segment: {source: customer}}\n# ...\nwhen: {segment: education}",
)
UNKNOWN_ATTRIBUTE_VALUE = CodeInfo(
    "R107",
    "undeclared-attribute-value",
    "error",
    "A value that the attribute does not have",
    "An attribute with listed values can have no other, so the rule would be for nobody.",
    "when: {segment: eduction}",
    "when: {segment: education}",
)
UNKNOWN_RESOURCE = CodeInfo(
    "R108",
    "unknown-resource",
    "error",
    "`provides`, `limits` or `covered_by` names a resource that is not declared",
    "Limits count what items provide. A misspelt resource would be counted nowhere.",
    "provides: {storge: 100 GB}",
    "resources: {storage: {title: Storage, unit: GB}}\n# ...\nprovides: {storage: 100 GB}",
)
UNIT_MISMATCH = CodeInfo(
    "R109",
    "unit-does-not-convert",
    "error",
    "A quantity in a unit that does not convert",
    "Only declared factors convert units; nothing is guessed.",
    "items: {storage: {unit: GB, quantity: {min: 5 user}}}",
    "items: {storage: {unit: GB, quantity: {min: 5 GB}}}",
)
MISSING_SECTION = CodeInfo(
    "R110",
    "missing-section",
    "error",
    "A section that every book needs is missing",
    "A book needs `book`, `items`, `billing_modes` and `prices`; without one of them nothing can be sold.",
    "book: {id: shop}",
    "book: {id: shop}\nitems: {}\nbilling_modes: {}\nprices: []",
)
ITEM_IN_NO_MODE = CodeInfo(
    "R111",
    "item-in-no-mode",
    "warning",
    "An item that no billing mode sells",
    "Nobody can order it. Either a mode forgot it, or it is a left-over.",
    "items: {seat: {title: Seat, unit: user}}\nbilling_modes: {monthly: {items: {storage: required}}}",
    "items: {seat: {title: Seat, unit: user}}\nbilling_modes: {monthly: {items: {seat: required}}}",
)
NEVER_USED = CodeInfo(
    "R112",
    "never-used",
    "warning",
    "Declared, but nothing uses it",
    "A policy, resource, unit or attribute that nothing names has no effect, which is rarely what its author thinks.",
    "renewals: {anniversary: {price: in-force}}",
    "billing_modes: {yearly: {renewal: anniversary}}",
)
DISCOUNT_WITHOUT_STAGE = CodeInfo(
    "R113",
    "discount-without-stage",
    "error",
    "A discount that no stage of `discount_policy` names",
    "Discounts apply stage by stage. One that no stage names would silently never apply.",
    "discounts: {spring: {percent_off: 10%}}\ndiscount_policy: []",
    "discounts: {spring: {percent_off: 10%}}\ndiscount_policy: [spring]",
)
METER_MISMATCH = CodeInfo(
    "R114",
    "meter-mismatch",
    "error",
    "`cycle`, `window` and `per` of a metered item disagree",
    "A window must fit into the period that is billed, and a price per length of time needs a level to hold that long.",
    "meter: {measure: sum, window: hour}\n# priced `per: hour`",
    "meter: {measure: max, window: hour}\n# priced `per: hour`",
)
ITEM_WITHOUT_PRICE = CodeInfo(
    "R115",
    "item-without-price",
    "warning",
    "A mode sells an item (or a spec) that has no price in it",
    "Every order of it is refused, from the first day.",
    "billing_modes: {monthly: {items: {seat: required}}}\nprices: []",
    "prices: [{effective: 2026-01-01, billing_mode: monthly, per: month, items: {seat: 5.00}}]",
)
NOT_SOLD_IN_MODE = CodeInfo(
    "R116",
    "not-sold-in-mode",
    "error",
    "A price for an item that its billing mode does not sell",
    "The price could never be charged: probably the item is missing from the mode, or the price is in the wrong mode.",
    "prices: [{billing_mode: monthly, items: {storage: 0.10}}]  # `monthly` sells only `seat`",
    "billing_modes: {monthly: {items: {seat: required, storage: optional}}}",
)
CIRCULAR_UNIT = CodeInfo(
    "R117",
    "circular-unit",
    "error",
    "Units that are declared by each other",
    "A unit is either a base of its own or a number of another; a circle has no base.",
    "units: {A: 2 B, B: 3 A}",
    "units: {A: {title: A}, B: 3 A}",
)
MISSING_TRANSLATION = CodeInfo(
    "R118",
    "missing-translation",
    "warning",
    "A text lacks a language that other texts of the book have",
    "A document in that language would show this text in the book's own language.",
    "items:\n  seat: {title: {en: Seat, zh: 席位}}\n  disk: {title: {en: Disk}}",
    "items:\n  seat: {title: {en: Seat, zh: 席位}}\n  disk: {title: {en: Disk, zh: 磁盘}}",
)
SECTION_TWICE = CodeInfo(
    "R119",
    "section-in-two-files",
    "error",
    "A section that must stand in one file stands in two",
    "`book`, `attributes` and `discount_policy` are read top to bottom, so their parts must stand in one file.",
    "# a.yaml\ndiscount_policy: [spring]\n# b.yaml\ndiscount_policy: [education]",
    "discount_policy: [spring, education]",
)
SPEC_NAMED_AS_CHARGE_KEY = CodeInfo(
    "R120",
    "spec-named-as-charge-key",
    "error",
    "A spec has the name of a key of a charge",
    "In `prices`, `item: {flat: 10.00}` could then mean a spec or a charge.",
    "specs: {flat: {title: Flat}}",
    "specs: {flat-rate: {title: Flat}}",
)
TABLE_NOT_FOUND = CodeInfo(
    "R121",
    "table-not-found",
    "error",
    "A price table that is not there",
    "The path is relative to the file that names it, and stays inside the book's folder.",
    "table: voice.csv  # no such file",
    "table: tables/voice.csv",
)
UNREADABLE_VALUE = CodeInfo(
    "R122",
    "unreadable-value",
    "error",
    "A value that cannot be read",
    "The value is not of the form that its place asks for; it is never guessed.",
    'item,unit_price\nvoice,"1,5"',
    "item,unit_price\nvoice,1.5",
)
BAD_TABLE = CodeInfo(
    "R123",
    "bad-table",
    "error",
    "A price table whose columns or rows do not fit",
    "Each column is `item`, `spec`, an attribute, or a key of a charge; each row has as many cells as the first.",
    "item,unit price\nvoice,0.02",
    "item,unit_price\nvoice,0.02",
)
ZONE_UNKNOWN = CodeInfo(
    "R124",
    "unknown-time-zone",
    "error",
    "A time zone that does not exist",
    "The zone owns every date of the book: it decides when a price begins.",
    "timezone: Shanghai",
    "timezone: Asia/Shanghai",
)
MODE_WITHOUT_TERMS = CodeInfo(
    "R125",
    "mode-without-terms",
    "error",
    "A prepaid mode without terms, or terms where nothing is prepaid",
    "A prepaid order names one of the mode's terms; without any, nothing can be ordered.",
    "billing_modes: {yearly: {payment: prepaid, cycle: term}}",
    "billing_modes: {yearly: {payment: prepaid, cycle: term, terms: [1 year]}}",
)
PRICE_PER_MISSING = CodeInfo(
    "R126",
    "price-period-missing",
    "error",
    "A price that does not say for how long, or for a length that its item is not sold by",
    "19.00 per month and 19.00 once are very different prices.",
    "prices: [{effective: 2026-01-01, billing_mode: monthly, items: {seat: 5.00}}]",
    "prices: [{effective: 2026-01-01, billing_mode: monthly, per: month, items: {seat: 5.00}}]",
)
MODEL_UNCLEAR = CodeInfo(
    "R127",
    "charge-model-unclear",
    "error",
    "A charge whose model is not named, or whose keys do not belong to it",
    "With the same tiers `graduated` and `volume` give different amounts, so the model is never guessed.",
    "seat: {tiers: [{up_to: 10, unit_price: 5.00}, {unit_price: 4.00}]}",
    "seat: {model: graduated, tiers: [{up_to: 10, unit_price: 5.00}, {unit_price: 4.00}]}",
)
ENTRY_WITHOUT_PRICES = CodeInfo(
    "R128",
    "entry-without-prices",
    "error",
    "A dated entry of `prices` that prices nothing",
    "An entry holds what changes on its date: `items`, a `table`, or what is `withdrawn`.",
    "prices: [{effective: 2026-01-01, billing_mode: monthly, per: month}]",
    "prices: [{effective: 2026-01-01, billing_mode: monthly, per: month, items: {seat: 5.00}}]",
)
SAME_TITLE = CodeInfo(
    "R201",
    "same-title",
    "warning",
    "Two items of one mode, or two specs of one item, with the same title",
    "On the price sheet and on invoices nobody could tell them apart.",
    "seat: {title: Seat}\n# desk: {title: Seat}",
    "seat: {title: Seat}\n# desk: {title: Desk}",
)
METER_KEY_UNUSED = CodeInfo(
    "R129",
    "meter-key-unused",
    "error",
    "a meter has a key that its measure gives no meaning, or lacks one that it needs",
    "A key that does nothing looks as if it did; the quantities would not be what their author thinks.",
    "meter: {measure: sum, hold: true}",
    "meter: {measure: mean, hold: true, step: 1 minute}",
)
REQUIRED_WITHOUT_PRICE = CodeInfo(
    "R130",
    "required-item-without-price",
    "error",
    "What every order of a mode must hold has no price",
    "Orders of the mode are refused: never, in a currency, at a time or for a customer the item has no price, while the rest of the mode has.",
    "billing_modes: {monthly: {items: {seat: required}}}\nprices: []",
    "prices: [{effective: 2026-01-01, billing_mode: monthly, per: month, items: {seat: 5.00}}]",
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
    "examples: {spring: {given: {coupons: [SPRING-2026]}}}  # and no `discounts`",
    "discounts: {spring: {title: Spring, coupon: SPRING-2026, percent_off: 10%}}",
)
FILE_COPIED = CodeInfo(
    "R133",
    "file-copied",
    "error",
    "A file repeats what stands in another file of the book",
    "Every rule file below the book's folder is read, a copy beside its original too: the same prices and discounts then stand twice.",
    "discounts.yaml and `discounts copy.yaml`",
    "discounts.yaml alone",
)
METER_NEVER_READ = CodeInfo(
    "R134",
    "meter-never-read",
    "error",
    "A metered item that no usage record can reach",
    "Usage is billed where an item is paid for afterwards; where every mode has it paid ahead its meter does nothing, and its usage is free.",
    "items: {disk: {meter: {measure: max, window: hour}}}\nbilling_modes: {monthly: {payment: prepaid, items: {disk: optional}}}",
    "billing_modes: {monthly: {payment: prepaid, items: {disk: {presence: optional, payment: postpaid, cycle: month}}}}",
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
SELLER_IBAN = CodeInfo(
    "R136",
    "seller-iban-invalid",
    "warning",
    "A seller's IBAN that no bank would take",
    "Customers pay to the account that an invoice names; one wrong digit, and their payments come back. No QR code for payment is printed for it.",
    "seller: {name: Shop, iban: DE02120300000000202015}",
    "seller: {name: Shop, iban: DE02120300000000202051}",
)
LOGO_NOT_FOUND = CodeInfo(
    "R137",
    "logo-not-found",
    "error",
    "A logo whose file is not in the book's folder",
    "What a document shows belongs to the book: the file lies in its folder, is named relative to the rule file that names it, and is in its digest.",
    "seller: {name: Shop, logo: ../pictures/logo.svg}",
    "seller: {name: Shop, logo: logo.svg}",
)
