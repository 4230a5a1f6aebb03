"""Factur-X: a PDF for archives and screen readers with the data inside, found by the package that others use to read it."""

import hashlib
import io
import subprocess
from functools import cache

import facturx
import page as pdf_checker
import pytest
from pypdf import PdfReader

from engine.documents.einvoice import e_invoice_problems, render_cii, render_factur_x
from engine.documents.einvoice.factur_x import schema_of
from tests.einvoice.einvoice_tables import CASES
from tests.einvoice.reading import texts, tree
from tests.extent import first

NAMES = ("several-rates", "credit-note", "unsafe-names")
LANGUAGES = {"several-rates": "en", "credit-note": "ar", "unsafe-names": "zh"}


@cache
def made(name: str) -> bytes:
    assert e_invoice_problems(*CASES[name]) == ()
    content, problems = render_factur_x(*CASES[name], LANGUAGES[name])
    assert content is not None and problems == ()
    return content


@pytest.mark.parametrize("profile", ["3a", "ua1"])
@pytest.mark.parametrize("name", first(1, NAMES))
def test_it_is_valid_for_archives_and_for_screen_readers(name, profile):
    report = pdf_checker.validate_pdf_bytes(made(name), profile=profile)
    assert report.is_compliant, {(each.rule_id, each.message) for each in report.failures}
    assert report.rules.failed == 0 and report.rules.passed > 50


@pytest.mark.parametrize("name", first(1, NAMES))
def test_the_package_of_others_finds_the_data_at_its_level(name):
    file, xml = facturx.get_xml_from_pdf(made(name), check_xsd=True)
    assert file == "factur-x.xml"
    assert xml == render_cii(*CASES[name], LANGUAGES[name])
    assert facturx.xml_check_xsd(xml, flavor="factur-x", level="en16931")
    assert facturx.get_flavor(tree(xml)) == "factur-x" and facturx.get_level(tree(xml)) == "en16931"


@pytest.mark.parametrize("name", first(1, NAMES))
def test_the_data_inside_pass_the_official_rules(name, checker):
    _, xml = facturx.get_xml_from_pdf(made(name), check_xsd=False)
    assert [each for each in checker.check(xml, "cii") if each.severity == "error"] == []


def test_the_attachment_is_an_alternative_of_the_page():
    reader = PdfReader(io.BytesIO(made("several-rates")))
    (attached,) = [each.get_object() for each in reader.root_object["/AF"]]
    assert (attached["/AFRelationship"], attached["/UF"], attached["/F"]) == ("/Alternative", "factur-x.xml", "factur-x.xml")
    stream = attached["/EF"]["/F"].get_object()
    assert stream["/Subtype"] == "/text/xml"
    assert stream["/Params"]["/ModDate"] == stream["/Params"]["/CreationDate"] == "D:20260331220000Z"
    names = reader.root_object["/Names"]["/EmbeddedFiles"]["/Names"]
    assert [str(each) for each in names[::2]] == ["factur-x.xml"] and names[1].get_object() == attached


def test_the_metadata_name_the_profile_and_describe_their_schema():
    reader = PdfReader(io.BytesIO(made("several-rates")))
    metadata = tree(reader.root_object["/Metadata"].get_object().get_data())
    schema = schema_of("EN 16931", "factur-x.xml")
    spaces = {"fx": schema.namespace, "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#"}
    said = {name: [each.text for each in metadata.xpath(f"//fx:{name}", namespaces=spaces)] for name in schema.values}
    assert said == {"DocumentType": ["INVOICE"], "DocumentFileName": ["factur-x.xml"], "Version": ["1.0"], "ConformanceLevel": ["EN 16931"]}
    lists = metadata.xpath("//*[local-name() = 'schemas']")
    assert len(lists) == 1
    assert sorted(each.text for each in lists[0].xpath(".//*[local-name() = 'prefix']")) == ["fx", "pdfuaid"]


def test_the_bytes_are_the_same_every_time():
    again, _ = render_factur_x(*CASES["several-rates"], "en")
    assert hashlib.sha256(again).digest() == hashlib.sha256(made("several-rates")).digest()


def test_page_and_data_say_the_same(tmp_path):
    (tmp_path / "made.pdf").write_bytes(made("several-rates"))
    shown = subprocess.run(["pdftotext", "-layout", str(tmp_path / "made.pdf"), "-"], capture_output=True, text=True, check=True).stdout
    root = tree(render_cii(*CASES["several-rates"], "en"))
    for path in ("//ram:DuePayableAmount", "//ram:TaxTotalAmount", "//rsm:ExchangedDocument/ram:ID"):
        assert texts(root, path)[0] in shown


def test_the_data_are_told_in_the_readers_language():
    _, xml = facturx.get_xml_from_pdf(made("credit-note"), check_xsd=False)
    assert "مبلغ مردود عن الإلغاء" in texts(tree(xml), "//ram:SpecifiedTradeProduct/ram:Name")
