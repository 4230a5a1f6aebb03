"""What documents say and what they must not say, language by language, in the documents of the samples as they are written.

One table a language: the document, a text that it holds, a text that it must not hold ("" where there is none).
"""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from engine.billing import issue, make_invoice
from engine.documents.format import formatter
from engine.documents.invoice_document import render_invoice_markdown
from engine.documents.invoice_html import render_invoice_html
from engine.documents.quote_xlsx import render_quote_xlsx
from engine.documents.sheet_workbook import sheet_workbook
from engine.documents.terminal import Look
from engine.language.build import load_account, load_book
from engine.pricing import price_order
from engine.sheet import build_sheet
from engine.usage import read_usage
from engine.values.periods import add_months, start_of_day
from tests.documents.workbooks import texts
from tests.documents.written import render_quote_html, render_quote_markdown, render_quote_text, render_sheet_html, render_sheet_markdown, render_sheet_text
from tests.sheet import reading

EXAMPLES = Path(__file__).parent.parent.parent / "examples"
INVOICES = {
    "invoice": ("koodrive", "growing-team", date(2026, 3, 1)),
    "expansion": ("koodrive", "growing-team", date(2026, 4, 1)),
    "downgrade": ("koodrive", "growing-team", date(2027, 1, 1)),
    "credit": ("koodrive", "growing-team", date(2027, 5, 1)),
    "taxed": ("hosting", "studio", date(2026, 4, 1)),
    "use": ("koodrive", "project-by-the-hour", date(2026, 3, 1)),
}


@cache
def book(name: str):
    """The book of KooDrive, or the sample of a hosting company with taxes."""
    if name == "koodrive":
        return reading.book("koodrive")
    folder = EXAMPLES / "hosting" / "book"
    return load_book({path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*.yaml"))}).book


@cache
def bill(name: str):
    """One month of a sample account, with its book."""
    place, account, month = INVOICES[name]
    folder, terms = EXAMPLES / place / account, book(place)
    read, problems = load_account("account.yaml", (folder / "account.yaml").read_bytes(), terms)
    assert read is not None, problems
    usage = [record for path in sorted(folder.glob("usage*.csv")) for record in read_usage(terms, path.name, path.read_text("utf-8")).records]
    made = make_invoice(terms, read, usage, start_of_day(month, terms.zone), start_of_day(add_months(month, 1), terms.zone))
    return made, issue(terms, made, "2026-0031", date(2026, 9, 1)), terms


@cache
def quoted(example: str):
    """The quote of one of KooDrive's examples."""
    return price_order(book("koodrive"), book("koodrive").examples[example].given)


def pages_text(page: bytes) -> str:
    """The text of a page, its isolating elements as isolates."""
    text = re.sub(r"<style>.*?</style>", "", page.decode("utf-8"), flags=re.DOTALL)
    text = re.sub(r"<bdi[^>]*>", "\u2066", text).replace("</bdi>", "\u2069")
    return re.sub(r"<[^>]+>", "", text)


@cache
def said(document: str, language: str) -> str:
    """A document in a language, with plain spaces; isolates are written `[` and `]`."""
    kind, _, name = document.partition(":")
    match kind:
        case "sheet":
            text = render_sheet_markdown(_sheet(name or "koodrive"), language)
        case "sheet-page":
            text = pages_text(render_sheet_html(_sheet(name or "koodrive"), language))
        case "sheet-text":
            text = render_sheet_text(_sheet(name or "koodrive"), language)
        case "sheet-cells":
            text = "\n".join(_cell_texts(sheet_workbook(_sheet(name or "koodrive"), formatter(language))))
        case "quote":
            text = render_quote_markdown(quoted(name), book("koodrive"), language, True)
        case "quote-page":
            text = pages_text(render_quote_html(quoted(name), book("koodrive"), language, True))
        case "quote-text":
            text = render_quote_text(quoted(name), book("koodrive"), language, True, Look(100))
        case "quote-cells":
            text = "\n".join(texts(render_quote_xlsx(quoted(name), book("koodrive"), language)))
        case "invoice-page":
            text = pages_text(render_invoice_html(*bill(name), language, True))
        case "invoice":
            text = render_invoice_markdown(*bill(name), language, True)
        case _:
            raise ValueError(document)
    return text.replace("\u00a0", " ").replace("\u2066", "[").replace("\u2068", "[").replace("\u2069", "]")


def _cell_texts(sheets) -> Iterator[str]:
    return (text for sheet in sheets for text in (sheet.about, sheet.note) if text)


def _sheet(name: str):
    return reading.sheet("koodrive", reading.AUTUMN) if name == "koodrive" else build_sheet(book("hosting"), reading.SPRING, None)


def check(document: str, language: str, wanted: str, unwanted: str) -> None:
    text = said(document, language)
    assert wanted in text, [line for line in text.splitlines() if wanted[:8] in line] or text[:4000]
    assert not unwanted or unwanted not in text, [line for line in text.splitlines() if unwanted in line]


@pytest.mark.parametrize(
    ("document", "wanted", "unwanted"),
    [
        ("sheet", "Only for segment “education”.", "For Segment"),
        ("sheet", "Until 31 December 2026.", "Until before"),
        ("sheet", "USD 20.00 off", "USD −20.00"),
        ("sheet", "You may move to a larger or smaller specification and add, increase, reduce or drop items.", "move to a smaller"),
        ("sheet", "More than 20,000 users", "20000 users"),
        ("sheet", "1,500 users and 12 TB for 100 hours", "1500 users"),
        ("sheet:hosting", "What a subscription includes comes off first. The usage of each day is added up.", "Traffic: "),
        ("sheet:hosting", "Germany: VAT 19%.", "country: DE"),
        ("sheet:hosting", "Businesses (Austria, France, Netherlands, or Sweden): VAT, reverse charge, 0%.", "business: true"),
        ("quote-text:upgrade-to-100-users", "50 users, 500 GB to 100 users, 1 TB, 229 of 365 days left, 17%", "0.62739726 years remain"),
        ("quote:upgrade-to-100-users", "229/365, 16 Jul 2026 to 1 Mar 2027", "to before"),
        ("quote:expansion-of-a-team", "95 to 105 users", "2026-04-12"),
        ("quote:upgrade-to-100-users", "17% discount kept", "factor 0.83"),
        ("quote:unsubscription-after-half-a-year", "Cancellation on 1 Sep 2026", "nsubscription"),
        ("invoice:credit", "Cancellation fee", "nsubscri"),
        ("invoice:credit", "cancelled", "of the unsubscription"),
        ("invoice:downgrade", "50/365, 12 Jan 2027 to 2 Mar 2027", "10/73"),
        ("invoice:expansion", "0.83", "from 2026-"),
        ("invoice:taxed", "standard rate", "category S"),
    ],
)
def test_english(document, wanted, unwanted):
    check(document, "en", wanted, unwanted)


def test_steps_inside_a_change_are_not_said_to_have_nothing_to_do():
    alone = replace(quoted("upgrade-to-100-users"), lines=())
    text = render_quote_text(alone, book("koodrive"), "en", True, Look(100)).replace("\n", " ")
    assert "Nothing to do in steps 7 amounts off, 8 invoice rounding, 9 tax." in text


@pytest.mark.parametrize(
    ("document", "wanted", "unwanted"),
    [
        ("sheet", "Innerhalb von 5 Tagen (120 Stunden)", "5 Tage ("),
        ("sheet", "für eine Laufzeit von 1 Monat bis 3 Jahren.", ""),
        ("sheet", "Für eine Restzeit, die keiner angebotenen Laufzeit entspricht, gilt der Preis der nächstlängeren Laufzeit.", "Ein Rest"),
        ("sheet", "× Nutzungsstunden", "Mal "),
        ("quote:one-year-team", "4 × Laufzeit", "mal Laufzeit"),
        ("sheet", "Position und Stufe", "Posten"),
        ("invoice:invoice", "Anhang: wie jede Position berechnet wurde", "Posten"),
        ("invoice:credit", "Kündigungsgebühr", "bbestell"),
        ("invoice:credit", "Rechnungskorrektur", "Gutschrift"),
        ("invoice:invoice", "Muster, keine Zahlung fällig.", "geschuldet"),
        ("sheet", "Berechnet mit derselben Software, die auch die Rechnungen erstellt.", "Maschine"),
        ("sheet", "Gültig bis 31. Dezember 2026.", "Bis vor"),
        ("sheet", "Preis nach Menge", "Was Mengen kosten"),
        ("sheet", "Gesperrt, keine Nutzung möglich. Zum Weiternutzen verlängern.", "Eingefroren"),
        ("invoice:taxed", "Regelsteuersatz", "Kategorie"),
        ("sheet", "User expansion package, ab 101 users, je Monat", ", Ab 101"),
        ("sheet", "Ab 101 users", ""),
        ("quote:expansion-of-a-team", "von 95 auf 105 users", "→"),
        ("invoice:expansion", "ab 1. Jan. 2026", "ab 2026"),
        ("invoice:expansion", "20. Apr. 2026 – 2. März 2027", "20.04.2026"),
        ("sheet", "je 100 GB, abgerechnet nach GB", "pro "),
        ("sheet", "Listenpreis: USD/Monat.", "USD im Monat"),
        ("invoice:invoice", "Kundenkonto: lindgren", "Konto:"),
        (
            "sheet",
            "Sie können zu einer größeren oder kleineren Spezifikation wechseln und Positionen hinzufügen, erhöhen, verringern oder streichen. "
            "Die Änderung gilt sofort.",
            "Das wirkt",
        ),
    ],
)
def test_german(document, wanted, unwanted):
    check(document, "de", wanted, unwanted)


def test_german_payment_terms():
    made, issued, terms = bill("taxed")
    text = render_invoice_markdown(made, issued, replace(terms, status="published"), "de")
    assert "14 Tage netto" in text.replace("\u00a0", " ")


def test_german_durations_behind_a_preposition():
    words = formatter("de")
    for unit, plain, behind in (
        ("day", "5 Tage", "5 Tagen"),
        ("month", "5 Monate", "5 Monaten"),
        ("year", "5 Jahre", "5 Jahren"),
        ("hour", "5 Stunden", "5 Stunden"),
    ):
        assert (words.time(5, unit), words.time(5, unit).oblique) == (plain, behind)
    assert words.either([words.time(2, "year"), words.time(3, "year")]).oblique == "2 Jahren oder 3 Jahren"


@pytest.mark.parametrize(
    ("document", "wanted", "unwanted"),
    [
        ("sheet", "每个用户平均 2.25", "每 个"),
        ("sheet", "20 TB 共 1.050624", "TB共"),
        ("sheet", "每 100 GB 平均 0.00513", "GB平均"),
        ("sheet", "50 个用户和 500 GB", "和500"),
        ("sheet", "100 GB 起", "GB起"),
        ("sheet:hosting", "Server 和 Traffic", "和Traffic"),
        ("sheet", "1 年为 321 小时，3 年为 251 小时。", "小时和3"),
        ("sheet", "价格日期", "截至日期"),
        ("sheet", "明细舍入", "取整"),
        ("quote:one-year-team", "500 GB：886.44", "GB: "),
        ("quote:expansion-of-a-team", "| 由 95 变为 105 个用户 |", "包 由"),
        ("invoice:expansion", "2026年4月20日 – 2027年3月2日", "日至 2"),
        ("invoice:expansion", "舍入", "取整"),
        ("sheet", "您可以升级或降级规格，增加项目或数量，减少或移除项目。", "降级到"),
        ("sheet", "包年订购的剩余时长按天计算，一年按 365 天计（2 月 29 日不计）；包月订购逐月计算，每月按实际天数计。", "以天数"),
        ("sheet", "有效期至 2026年12月31日。", "1日前"),
        ("sheet", "减 USD 20.00", "USD −20.00"),
        ("sheet", "仅适用于客户类别“education”。", "适用于 客户"),
        ("sheet", "每月按 730 小时计（365 天的十二分之一）。", "天年的"),
        ("sheet", "（10 个用户）。USD。", "USD."),
        ("sheet", "包年/包月。", "包月."),
        ("sheet", "附：客户类别“education”。", "客户类别: "),
        ("invoice:invoice", "合计（USD）", "合计，USD"),
        ("invoice:invoice", "示例，无需付款。", "样本"),
        ("sheet", "阶梯计价（分档累进）", "首段"),
        ("sheet-page", "按第一档价", "首段"),
        ("invoice-page:invoice", "每月 89.00", ""),
        ("quote-cells:one-year-team", "示例价格。仅为", "价格. "),
        ("sheet-cells", "示例价格。仅为", "价格. "),
        ("sheet-cells", "价格日期：2026年11月23日。", "日期: "),
    ],
)
def test_chinese(document, wanted, unwanted):
    check(document, "zh", wanted, unwanted)


def test_chinese_draft_and_due_date():
    made, issued, terms = bill("invoice")
    draft = render_invoice_markdown(made, replace(issued, number=None, due=None), replace(terms, status="draft"), "zh")
    assert "草稿，无需付款。" in draft and "草案" not in draft
    due = render_invoice_markdown(made, replace(issued, due=date(2026, 10, 1)), replace(terms, status="published"), "zh")
    assert "应付金额（请于 2026年10月1日前付款）" in due


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("每 ", "个用户", "每个用户"), ("每", "100 GB", "每 100 GB"), ("20 TB", "共", "20 TB 共"), ("自 ", "387 小时", "自 387 小时"),
        ("Server", "和", "Server 和"), ("年", "，", "年，"), ("优惠 ", "−10%", "优惠 −10%"),
    ],
)  # fmt: skip
def test_a_space_parts_han_from_latin_letters_at_the_places_of_a_message(before, after, said):
    words = formatter("zh").words
    assert words.fill(f"{before}%(what)s", {"what": after}) == said
    assert words.fill(f"%(what)s{after}", {"what": before}) == said


@pytest.mark.parametrize(
    ("document", "wanted", "unwanted"),
    [
        ("sheet", "より大きい／小さい仕様への変更、項目や数量の追加、項目の削減・削除ができます。", "変更する、"),
        ("sheet", "サンプル価格", "例示価格"),
        ("sheet", "販売の申込み", "申し出"),
        ("sheet", "税: 税抜", "税: 別"),
        ("sheet", "クーポンは返還されません。", "返却"),
        ("invoice:invoice", "合計（USD）", "合計、USD"),
        ("invoice:credit", "返金通知書（クレジットノート）", ""),
        ("invoice:expansion", "2026年4月20日～2027年3月2日", "2026/04/20"),
        ("invoice:expansion", "2026年1月1日から", "2026-01-01から"),
        ("quote:expansion-of-a-team", "へ、四捨五入", " 148"),
        ("quote:one-year-team", "500 GB：886.44", "GB: "),
        ("invoice:expansion", "2026年4月21日～2027年3月2日", "〜"),
        ("sheet", "月386時間以下", "月 386"),
        ("sheet", "最大95 PB", "最大 95"),
        ("sheet", "userあたり平均2.25", "平均 2.25"),
        ("sheet", "1か月730時間", "1か月 730"),
        ("sheet", "（10 users）。USD。", "USD."),
        ("sheet", "Yearly/Monthly。", "Monthly."),
        ("sheet", "2026年12月31日まで。", "前日まで"),
        ("invoice-page:invoice", "1か月あたり89.00", ""),
    ],
)
def test_japanese(document, wanted, unwanted):
    check(document, "ja", wanted, unwanted)


def test_japanese_payment_terms():
    made, issued, terms = bill("taxed")
    assert "請求日から14日以内" in render_invoice_markdown(made, issued, replace(terms, status="published"), "ja")


def test_no_japanese_message_has_a_space_beside_a_latin_letter_digit_or_place():
    kana, latin = "[\u3040-\u30ff\u3400-\u9fff]", "[0-9A-Za-z]"
    spaced = re.compile(rf"{kana} (?:{latin}|%\()|{latin} {kana}|\)s {kana}")
    found = [text for said in formatter("ja").words.messages.values() for text in ([said] if isinstance(said, str) else said) if spaced.search(text)]
    assert not found


@pytest.mark.parametrize("language", ["ja", "zh"])
@pytest.mark.parametrize("width", [60, 80])
def test_no_line_of_the_terminal_begins_with_what_closes_or_divides(language, width):
    text = render_sheet_text(_sheet("koodrive"), language, Look(width))
    assert not [line for line in text.splitlines() if line.strip()[:1] in tuple("、。，．：；！？」』）")]
    assert not [line for line in text.splitlines() if line.rstrip()[-1:] in tuple("「『（")]


@pytest.mark.parametrize(
    ("document", "wanted", "unwanted"),
    [
        ("sheet", "تركيبة ثابتة تشمل ما يلي: المستخدمون ومساحة التخزين.", "من المستخدمون"),
        ("sheet", "إصدار واحد", "1 إصدار"),
        ("quote:one-year-team", "الإجمالي، غير شامل الضريبة", "الإجمالي, "),
        ("sheet", "باستخدام رمز القسيمة، مرة واحدة لكل طلب.", "بقسيمته"),
        ("sheet", "وفي المدد الأطول تنخفض العتبة: ", "الحد أدنى"),
        ("sheet", "حتى 31 ديسمبر 2026.", "حتى ما قبل"),
        ("sheet", "الكلفة حسب الكمية", "كلفة الكميات"),
        ("sheet", "في نمط الدفع السنوي/الشهري.", "في سنوي"),
        ("sheet", "يُباع بطريقتين: الدفع مسبقًا", "بطريقتين - "),
        ("sheet", "جزء من اثني عشر جزءًا من سنة", "اثني عشر من سنة"),
        ("invoice-page:taxed", "[[VAT] [19%]]", ""),
        ("quote-page:one-year-team", "[500 GB]", " 500 GB"),
        ("sheet-page", "خطوات من [100 GB]", "من 100 GB"),
        ("quote-cells:one-year-team", "50 مستخدمًا، [500 GB]", ""),
    ],
)
def test_arabic(document, wanted, unwanted):
    check(document, "ar", wanted, unwanted)


def test_arabic_payment_terms():
    made, issued, terms = bill("taxed")
    assert "صافي 14 يومًا" in render_invoice_markdown(made, issued, replace(terms, status="published"), "ar").replace("\u00a0", " ")


def test_arabic_duals_behind_a_preposition():
    words = formatter("ar")
    assert (words.time(2, "year"), words.time(2, "year").oblique) == ("سنتان", "سنتين")
    assert words.words.gettext("%(duration)s before", duration=words.time(2, "day")) == "قبل يومين"
    assert words.words.gettext("Paid ahead, for a term of %(term)s.", term=words.time(2, "month")) == "يُدفع مقدمًا، لمدة شهرين."
