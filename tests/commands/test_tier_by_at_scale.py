"""What the use of other items chooses the tier of is left to the interpreter by `rate`, by name, and billed as `invoice` bills it."""

import json

import pytest

from tests.billing.test_tier_by import model
from tests.conformance.language import write

ACCOUNT = "id: acme\ncustomer: {name: Acme}\nsubscriptions:\n  - {id: s-1, billing_mode: use, events: [{date: 2026-01-01, start: true}]}\n"
HEAD = "account,subscription,item,time,quantity\n"
PLAN = ("what else is used in its billing period chooses its tier", "how much of it is used chooses the tier of `output`")


@pytest.mark.parametrize(("prompt", "net"), [(300000, "30.00"), (200000, "20.00")])
def test_charges_say_the_tier_that_the_invoice_has(desk, run, prompt, net):
    (desk / "own").mkdir()
    (desk / "own" / "book.yaml").write_text(write(model()), encoding="utf-8")
    (desk / "acme.yaml").write_text(ACCOUNT, encoding="utf-8")
    (desk / "use.csv").write_text(f"{HEAD}acme,s-1,output,2026-03-02T10:00,2000000\nacme,s-1,prompt,2026-03-09T10:00,{prompt}\n", encoding="utf-8")
    rate = ("rate", "use.csv", "-b", "own", "--accounts", "acme.yaml", "--period", "2026-03")
    plan = run(*rate, "--show-plan")
    assert plan.code == 0 and all(reason in plan.out for reason in PLAN), plan.err + plan.out
    ran = run(*rate, "-o", "charges.parquet")
    assert ran.code == 0, ran.err
    given = ("invoice", "acme.yaml", "-b", "own", "--period", "2026-03", "-f", "json")
    totals = []
    for option in (("--usage", "use.csv"), ("--charges", "charges.parquet")):
        made = run(*given, *option)
        assert made.code == 0, made.err
        totals.append(json.loads(made.out)["totals"]["net"])
    assert totals == [net, net]
