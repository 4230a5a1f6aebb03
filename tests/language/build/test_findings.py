"""What the builders find: code, underlined word, remedy. One row a mistake, on the base book."""

from pathlib import Path

import pytest

from engine.language.build import load_book

BASE = {path.name: path.read_bytes() for path in (Path(__file__).parents[2] / "errors" / "base").glob("*.yaml")}

MODE = "billing_modes: {{extra: {{title: Extra, payment: prepaid, cycle: term, terms: [1 month], items: {{{items}}}}}}}\n"
PRICE = "prices: [{{effective: 2026-01-01, billing_mode: extra, per: month, items: {{{items}}}}}]\n"
SEATS = MODE.format(items="seat: optional")
RULE = "discounts: {{partner: {{title: Partner, when: {{segment: partner}}, {rule}}}}}\ndiscount_policy: [partner]\n"

ROWS = [
    # (file, text, code, underlined, part of message or help)
    ("extra", "units: {KB: 10 B}\n", "R105", "10 B", "unit `B` is not declared"),
    ("extra", "units: {kb: 1 Gb}\n", "R105", "1 Gb", "case-sensitive"),
    ("extra", "units: {kb: 0 GB}\n", "R122", "0 GB", "how many of another unit"),
    ("extra", "limits: [{resource: user, max: 5}]\n", "R108", "user", "did you mean `users`?"),
    ("extra", "limits: [{resource: users, max: 5 GB}]\n", "R109", "5 GB", "`user`"),
    ("extra", "limits: [{resource: users, min: 5, max: 2}]\n", "T108", "5", "above"),
    ("extra", "cancellations: {own: {fee: [{term: 1 year, fee: -15%}]}}\n", "T105", "-15%", "below zero"),
    ("extra", "cancellations: {own: {fee: [{consumed_times: -150%}]}}\n", "T105", "-150%", "below zero"),
    ("extra", "cancellations: {own: {fee: 150%}}\n", "P216", "150%", "more than what was paid"),
    (
        "extra",
        SEATS + "prices: [{effective: 2026-01-01, billing_mode: extra, per: hour, items: {seat: 1}}]\n",
        "R126",
        "hour",
        "cannot be priced per hour",
    ),
    (
        "extra",
        "prices: [{effective: 2027-01-01, billing_mode: yearly, per: month, items: {seat: 1}}]\n",
        "R104",
        "yearly",
        "`yearly-monthly`",
    ),
    (
        "extra",
        "prices: [{effective: 2027-01-01, billing_mode: yearly-monthly, per: month, items: {sead: 1}}]\n",
        "R104",
        "sead",
        "did you mean `seat`?",
    ),
    (
        "extra",
        "prices: [{effective: 2027-01-01, billing_mode: yearly-monthly, per: month, items: {plan: {smal: 1}}}]\n",
        "R104",
        "smal",
        "`small`",
    ),
    (
        "extra",
        "prices: [{effective: 2027-01-01, billing_mode: yearly-monthly, per: month, withdrawn: [disk]}]\n",
        "R116",
        "disk",
        "does not sell",
    ),
    ("extra", "prices: [{effective: 2027-01-01, billing_mode: pay-per-use, items: {disk: 1}}]\n", "R114", "disk", "`per: hour`"),
    (
        "extra",
        "prices: [{effective: 2027-01-01, billing_mode: pay-per-use, per: once, items: {disk: 1}}]\n",
        "R114",
        "once",
        "how long",
    ),
    (
        "extra",
        "prices: [{effective: 2027-01-01, billing_mode: yearly-monthly, currency: eur, per: month, items: {seat: 1}}]\n",
        "M101",
        "eur",
        "`EUR`",
    ),
    ("extra", SEATS + PRICE.format(items="seat: {amount: 5.00, unit_price: 1.00}"), "R127", "seat", "belong to no one model"),
    ("extra", SEATS + PRICE.format(items="seat: {model: flat, unit_price: 1.00}"), "R127", "unit_price", "`amount`"),
    ("extra", SEATS + PRICE.format(items="seat: {unit_price: 1.00, applies_to: each-record}"), "R114", "each-record", "no meter"),
    ("extra", SEATS + PRICE.format(items="seat: {model: percentage, rate: 2%}"), "T107", "seat", "counted in `user`"),
    ("extra", SEATS + PRICE.format(items="seat: {unit_price: 1.00, minimum: 9.00, maximum: 5.00}"), "T108", "9.00", "above"),
    (
        "extra",
        SEATS + PRICE.format(items="seat: {model: volume, tiers: [{up_to: 5 GB, unit_price: 1}, {unit_price: 1}]}"),
        "R109",
        "5 GB",
        "`user`",
    ),
    (
        "extra",
        SEATS + PRICE.format(items="seat: {model: volume, tiers: [{up_to: 5}, {unit_price: 1}]}"),
        "T104",
        None,
        "without a price",
    ),
    (
        "extra",
        SEATS + PRICE.format(items="seat: {model: volume, tiers: [{up_to: 5, below: 6, unit_price: 2}, {unit_price: 1}]}"),
        "T104",
        None,
        "with both",
    ),
    ("extra", "taxes: [{tax: vat, rate: 19%, when: {country: de}}]\n", "R107", "de", "did you mean `DE`?"),
    ("extra", "taxes: [{tax: vat, rate: 19%, when: {country: Germany}}]\n", "R107", "Germany", "did you mean `DE`"),
    ("discounts", RULE.format(rule="by: term, percent_off: 5%"), "P101", "by", "needs tiers"),
    ("discounts", RULE.format(rule="tiers: [{from: 5, percent_off: 5%}]"), "P101", "tiers", "need `by`"),
    ("discounts", RULE.format(rule="lasts: once"), "P101", "partner", "gives nothing"),
    ("discounts", RULE.format(rule="pay_for: 10 months"), "P101", "10 months", "`by: term`"),
    ("discounts", RULE.format(rule="by: term, tiers: [{from: 1 year, pay_for: 13 months}]"), "P101", "13 months", "up to 1 year"),
    ("discounts", RULE.format(rule="percent_off: 117%"), "P101", "117%", "`0%` to `100%`"),
    ("discounts", RULE.format(rule="amount_off: {EUX: 5.00}"), "M101", "EUX", "ISO 4217"),
    ("discounts", RULE.format(rule="percent_off: 5%, items: [seats]"), "R104", "seats", "did you mean `seat`?"),
    ("discounts", RULE.format(rule="percent_off: 5%, items: {group: compute}"), "R104", "compute", "no item has the group"),
    ("discounts", RULE.format(rule="percent_off: 5%, billing_modes: [yearly]"), "R104", "yearly", "`yearly-monthly`"),
    (
        "discounts",
        RULE.format(rule="percent_off: 5%").replace("[partner]", "[partners]"),
        "R104",
        "partners",
        "did you mean `partner`?",
    ),
    ("discounts", RULE.format(rule="by: quantity, tiers: [{from: 5 GB, percent_off: 5%}]"), "R109", "5 GB", "one unit"),
    ("extra", "taxes: [{tax: vat, rate: 19%, compound_on: [gst]}]\n", "R104", "gst", "has no rows"),
    ("extra", "taxes: [{id: a, tax: vat, rate: 19%}, {id: a, tax: gst, rate: 5%}]\n", "R101", "a", "twice"),
    ("extra", "taxes: [{tax: vat, rate: 19%}, {tax: vat, rate: 7%}]\n", "D101", None, "with no date to tell them apart"),
    (
        "extra",
        "mode_changes: [{from: pay-per-us, to: yearly-monthly, takes_effect: immediately}]\n",
        "R104",
        "pay-per-us",
        "`pay-per-use`",
    ),
    ("extra", "items: {desk: {title: Desk, unit: user, specs: {Big: {title: B}, big: {title: b}}}}\n", "R102", "big", "capitals"),
    ("extra", "items: {desk: {title: Desk, unit: user, meter: {measure: max, unit: GB}}}\n", "R109", "GB", "does not convert"),
    ("extra", "items: {desk: {title: Desk, unit: user, meter: {measure: unique, of: who}}}\n", "R106", "who", "not declared"),
    ("extra", "items: {desk: {title: Desk, unit: user, covered_by: desks}}\n", "R108", "desks", "not declared"),
    (
        "extra",
        MODE.format(items="seat: optional").replace("}}}", "}, one_of: [[seat, disk]]}}"),
        "R116",
        "disk",
        "does not sell it",
    ),
    (
        "extra",
        MODE.format(items="seat: optional").replace("}}}", "}, groups: {compute: optional}}}"),
        "R104",
        "compute",
        "no item has the group",
    ),
    ("extra", MODE.format(items="seat: optional").replace("1 month", "720 hours"), "P113", "720 hours", "days and weeks"),
    ("extra", MODE.format(items="seat: optional").replace("1 month", "1 month, 1 week"), "P113", "1 week", "a mode of its own"),
    ("extra", MODE.format(items="seat: optional").replace("prepaid", "postpaid"), "R125", "terms", "never be bought"),
    (
        "extra",
        "billing_modes: {extra: {title: E, payment: postpaid, cycle: hour, items: {m: required}}}\n"
        "items: {m: {title: M, unit: user, meter: {measure: max, window: month}}}\n",
        "R114",
        "m",
        "`invoiced: month`",
    ),
    (
        "extra",
        "examples: {e: {expect: {total: 1}, given: {date: 2026-02-01, billing_mode: yearly-monthly, term: 1 month, items: {sead: 1}}}}\n",
        "Q201",
        "sead",
        "`seat`",
    ),
]


@pytest.mark.parametrize(("file", "text", "code", "underlined", "words"), ROWS, ids=[f"{row[2]}-{number}" for number, row in enumerate(ROWS)])
def test_a_mistake_is_found_where_it_stands(file, text, code, underlined, words):
    loaded = load_book({**BASE, f"{file}.yaml": text.encode()})
    found = [each for each in loaded.diagnostics if each.code == code]
    assert found, [(each.code, each.message) for each in loaded.diagnostics]
    assert loaded.book is None
    finding = found[0]
    assert words in f"{finding.message} {finding.help}"
    line = text.splitlines()[finding.span.line - 1]
    if underlined is not None:
        assert line[finding.span.column - 1 : finding.span.end_column - 1] == underlined


def test_ambiguity_is_found_across_files_and_only_where_values_overlap():
    entry = "prices:\n  - {{effective: 2027-01-01, when: {{segment: {values}}}, billing_mode: yearly-monthly, per: month, items: {{seat: {amount}}}}}\n"

    def codes(first, second):
        files = {
            "a.yaml": entry.format(values=first, amount="1.00").encode(),
            "b.yaml": entry.format(values=second, amount="2.00").encode(),
        }
        return [(each.code, each.span.file, each.labels[0].span.file) for each in load_book({**BASE, **files}).diagnostics]

    assert codes("[education, partner]", "partner") == [("D101", "b.yaml", "a.yaml")]
    assert codes("education", "partner") == []


def test_a_price_and_its_withdrawal_on_one_day_are_ambiguous():
    text = (
        "prices:\n"
        "  - {effective: 2027-01-01, billing_mode: yearly-monthly, per: month, items: {seat: 2.00}}\n"
        "  - {effective: 2027-01-01, billing_mode: yearly-monthly, withdrawn: seat}\n"
    )
    assert [each.code for each in load_book({**BASE, "a.yaml": text.encode()}).diagnostics] == ["D101"]


def test_charges_of_one_list_do_not_compete():
    items = "{seat: [2.00, {model: flat, amount: 1.00}]}"
    text = f"prices:\n  - {{effective: 2027-01-01, billing_mode: yearly-monthly, per: month, items: {items}}}\n"
    loaded = load_book({**BASE, "a.yaml": text.encode()})
    assert loaded.diagnostics == ()
    assert [len(entry.charges) for entry in loaded.book.prices if entry.origin.file == "a.yaml"] == [2]
