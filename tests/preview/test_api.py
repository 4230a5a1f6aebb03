"""The answers for programs are those of the commands, in the forms of `schemas/`; whatever is sent is answered."""

import json

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from schemathesis import GenerationMode
from schemathesis.config import SchemathesisConfig

from engine.preview.openapi import openapi
from engine.resources import schema_bytes
from tests.commands.desk import ROOT
from tests.extent import cases
from tests.preview.running import change, folder

ORDER = {"date": "2026-03-01", "billing_mode": "yearly-monthly", "term": "1 year", "items": {"basic-edition": "50-users-500-gb", "user-expansion-package": 10}}
ACCOUNT = {
    "id": "acme",
    "customer": {"name": "Acme"},
    "subscriptions": [{"id": "s-1", "billing_mode": "pay-per-use", "events": [{"date": "2026-03-01", "start": True}]}],
}
USAGE = [
    {"account": "acme", "subscription": "s-1", "item": item, "time": "2026-03-01T10:00:00+08:00", "quantity": quantity, "id": f"{item}-1"}
    for item, quantity in (("storage", 500), ("users", 20))
]


def fits(data: dict, name: str) -> dict:
    jsonschema.validate(data, json.loads(schema_bytes(name)))
    return data


def test_a_quote_is_the_one_of_the_command(running, run, tmp_path):
    status, made = running.data("/api/quote", ORDER)
    path = tmp_path / "order.yaml"
    path.write_text(json.dumps(ORDER))
    printed = run("quote", path, "-b", ROOT / "rules" / "koodrive", "-f", "json")
    without_names = json.loads(printed.out.replace(str(path), "order"))
    assert (status, fits(made, "quote")) == (200, without_names)


def test_a_change_is_quoted_for_an_order_and_for_an_account(running):
    asked = {"bought": ORDER, "date": "2026-07-15", "items": {"basic-edition": "100-users-1-tb"}}
    status, made = running.data("/api/change", asked)
    assert (status, fits(made, "quote")["changes"][0]["charge"] is not None) == (200, True)
    account = {
        **ACCOUNT,
        "subscriptions": [
            {"id": "s-1", "billing_mode": "yearly-monthly", "events": [{"date": "2026-03-01", "purchase": {"term": "1 year", "items": ORDER["items"]}}]}
        ],
    }
    assert running.data("/api/change", {**asked, "bought": account})[1]["changes"] == made["changes"]
    status, left = running.data("/api/change", {"bought": ORDER, "date": "2026-07-15", "unsubscribe": True})
    assert (status, "unsubscription" in fits(left, "quote")) == (200, True)


def test_an_account_is_billed_with_its_usage(running):
    status, made = running.data("/api/invoice", {"account": ACCOUNT, "period": "2026-03", "usage": USAGE, "number": "2026-0017"})
    assert (status, fits(made, "invoice")["number"], len(made["lines"])) == (200, "2026-0017", 2)


def test_the_sheet_is_that_of_a_day(running):
    status, made = running.data("/api/sheet?date=2026-03-01")
    assert (status, fits(made, "sheet")["header"]["at"][:10]) == (200, "2026-03-01")
    assert running.data("/api/sheet?currency=XXX")[0] == running.data("/api/sheet?date=yesterday")[0] == 422


def test_files_are_checked_before_they_are_saved(running):
    assert fits(running.data("/api/check", {})[1], "findings")["findings"] == []
    text = (ROOT / "rules" / "koodrive" / "prices" / "2026-01-01.yaml").read_text(encoding="utf-8")
    status, made = running.data("/api/check", {"files": {"prices/2026-01-01.yaml": text.replace("89.00", "89.0O")}})
    assert (status, [(each["code"], each["span"]["line"]) for each in fits(made, "findings")["findings"]]) == (200, [("S105", 11)])
    assert running.data("/api/check", {})[1]["findings"] == []


REFUSED = {
    "no JSON": ("/api/quote", b"{", 400),
    "no object": ("/api/quote", [1], 400),
    "nested without end": ("/api/quote", b"[" * 100_000, 400),
    "not a number": ("/api/change", b'{"bought": {"x": NaN}}', 400),
    "a number without end": ("/api/invoice", b'{"account": {"id": 1e999999999}, "period": "2026-03"}', 400),
    "a digit too many": ("/api/invoice", b'{"account": {"id": ' + b"9" * 5000 + b'}, "period": "2026-03"}', 400),
    "half a sign": ("/api/change", b'{"bought": {"id": "\\ud800"}, "unsubscribe": true}', 422),
    "half a sign in an order": ("/api/quote", b'{"billing_mode": "\\ud800"}', 422),
    "unknown item": ("/api/quote", ORDER | {"items": {"basic-editon": "50-users-500-gb"}}, 422),
    "two events": ("/api/change", {"bought": ORDER, "renew": "1 year", "unsubscribe": True}, 422),
    "no event": ("/api/change", {"bought": ORDER}, 422),
    "a false event": ("/api/change", {"bought": ORDER, "unsubscribe": False}, 422),
    "items of another kind": ("/api/change", {"bought": ORDER, "items": {"basic-edition": True}}, 422),
    "nothing bought": ("/api/change", {"bought": None, "unsubscribe": True}, 422),
    "null inside": ("/api/change", {"bought": {"term": None}, "unsubscribe": True}, 422),
    "a date of another kind": ("/api/change", {"bought": ORDER, "unsubscribe": True, "date": 5}, 422),
    "a date that is none": ("/api/change", {"bought": ORDER, "unsubscribe": True, "date": "2026-02-30"}, 422),
    "a period that is none": ("/api/invoice", {"account": ACCOUNT, "period": "March"}, 422),
    "an empty number": ("/api/invoice", {"account": ACCOUNT, "period": "2026-03", "number": " "}, 422),
    "usage of another kind": ("/api/invoice", {"account": ACCOUNT, "period": "2026-03", "usage": [[]]}, 422),
    "usage without its item": ("/api/invoice", {"account": ACCOUNT, "period": "2026-03", "usage": [{"account": "acme"}]}, 422),
    "issued too early": ("/api/invoice", {"account": ACCOUNT, "period": "2026-03", "date": "2026-02-01"}, 422),
    "a name that leads out": ("/api/check", {"files": {"../x.yaml": ""}}, 422),
    "a text that is none": ("/api/check", {"files": {"x.yaml": 1}}, 422),
    "a further key": ("/api/check", {"file": {}}, 422),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_has_no_answer_is_a_problem_with_findings(running, case):
    path, body, expected = REFUSED[case]
    status, headers, content = running.ask(path, body)
    problem = json.loads(content)
    assert (status, problem["status"], headers["content-type"]) == (expected, expected, "application/problem+json")
    assert problem["detail"] and fits({key: problem[key] for key in ("version", "summary", "findings")}, "findings")
    assert all(each["help"] for each in problem["findings"]) and bool(problem["findings"]) == (status == 422)


@pytest.mark.parametrize(
    ("path", "method", "expected"), [("/nowhere", "GET", 404), ("/static/../server.py", "GET", 404), ("/api/quote", "GET", 405), ("/", "DELETE", 405)]
)
def test_other_addresses_and_methods_are_problems_too(running, path, method, expected):
    status, headers, content = running.ask(path, method=method)
    assert (status, headers["content-type"], json.loads(content)["status"]) == (expected, "application/problem+json", expected)
    assert status != 405 or headers["allow"]


def test_a_form_of_another_site_is_no_document(running):
    assert running.ask("/api/quote", b"{}", Content_Type="text/plain")[0] == 415


def test_a_book_with_errors_prices_nothing(tmp_path, begin):
    own = begin(folder(tmp_path))
    change(tmp_path, "89.00", "89.0O")
    own.wait_for(lambda said: "data-stale" in said)
    for path, body in (("/api/quote", ORDER), ("/api/sheet", None)):
        status, problem = own.data(path, body)
        assert (status, [each["code"] for each in problem["findings"]]) == (409, ["S105"])
    assert own.data("/api/check", {})[1]["summary"]["errors"] == 1


@pytest.mark.whole
def test_what_is_used_in_a_time_band_is_quoted_and_billed_as_such(tmp_path, begin):
    """An order says on its lines how much is used in each band, a record does by its own time: 6.60 and 0.65 both ways."""
    own = begin(folder(tmp_path), str(ROOT / "examples" / "electricity"))
    lines = [{"quantity": "50 kWh", "attributes": {"band": "summer-on-peak"}}, "10 kWh"]
    status, made = own.data("/api/quote", {"date": "2018-07-01", "billing_mode": "time-of-use", "for": "1 month", "items": {"energy": lines}})
    said = [(line["attributes"], line["amount"]) for line in fits(made, "quote")["lines"]]
    assert (status, said) == (200, [({"band": "summer-on-peak"}, "6.60"), ({}, "0.65")])
    account = ACCOUNT | {"subscriptions": [{"id": "s-1", "billing_mode": "time-of-use", "events": [{"date": "2018-07-01", "start": True}]}]}
    record = {"account": "acme", "subscription": "s-1", "item": "energy"}
    usage = [record | {"time": f"2018-07-09T{hour}:00", "quantity": quantity} for hour, quantity in ((12, 50), (20, 10))]
    status, made = own.data("/api/invoice", {"account": account, "period": "2018-07", "usage": usage})
    assert (status, [(line["attributes"], line["amount"]) for line in fits(made, "invoice")["lines"]]) == (200, said)


# ----------------------------------------------------------------------------------------------------------- requests of every shape


@pytest.fixture(scope="module")
def described(running):
    """The API as its own file describes it. A document that is well formed may still have no answer."""
    config = SchemathesisConfig.from_dict({"checks": {"positive_data_acceptance": {"expected-statuses": ["2xx", 400, 422]}}})
    return schemathesis.openapi.from_url(f"{running.url}api/openapi.json", config=config)


@pytest.mark.parametrize("mode", GenerationMode)
@pytest.mark.parametrize(("path", "method"), [(path, method) for path, methods in openapi()["paths"].items() for method in methods])
def test_a_request_of_any_shape_is_answered_as_described(described, path, method, mode):
    """schemathesis makes requests that fit the description, and others that do not."""
    operation = described[path][method]

    @given(case=operation.as_strategy(generation_mode=mode))
    @settings(max_examples=cases(15), deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    def ask(case):
        case.call_and_validate(timeout=60)

    ask()
