"""A book with taxes and a customer with two subscriptions: the invoices that the views are tested with.

As in the picture: a year of a plan that grows in its first month, metered use beside it, a book that is sold once at another rate.
"""

from datetime import date
from functools import cache

from engine.billing import make_invoice
from engine.language.build import load_account, load_book
from engine.model.book import PriceBook
from engine.model.invoices import Invoice, Issue
from engine.usage import read_usage
from engine.values.periods import start_of_day

BOOK = """\
book:
  id: koodrive
  title: KooDrive
  status: %(status)s
  currency: EUR
  timezone: Europe/Berlin
  payment_terms: 14 days
  rounding: [{at: charge, places: 8, mode: down}, {at: line, mode: half-up}]
  seller:
    name: Example Cloud GmbH
    address: [Hafenstraße 12]
    postcode: "20457"
    city: Hamburg
    country: DE
    tax_id: DE999999999
    iban: DE02120300000000202051
    bic: BYLADEM1001
    email: billing@example.com
units:
  edition: {title: {en: {one: edition, other: editions}, de: Edition, zh: 套, ja: 式, ar: إصدار}}
  user: {title: {en: {one: user, other: users}, de: Benutzer, zh: 个用户, ja: ユーザー, ar: {one: مستخدم, other: مستخدم, few: مستخدمين, many: مستخدمًا, two: مستخدمان, zero: مستخدم}}}
  GB: {title: GB}
  copy: {title: {en: {one: copy, other: copies}, de: {one: Exemplar, other: Exemplare}, zh: 册, ja: 冊, ar: {one: نسخة, other: نسخة, few: نسخ, many: نسخة, two: نسختان, zero: نسخة}}}
items:
  basic-edition:
    title: {en: Basic edition, de: Basisedition, zh: 基础版, ja: ベーシック版, ar: الإصدار الأساسي}
    unit: edition
    specs:
      50-users-500-gb: {title: {en: "50 users, 500 GB", de: "50 Benutzer, 500 GB", zh: "50 个用户，500 GB", ja: "50ユーザー、500 GB", ar: "50 مستخدمًا، 500 GB"}}
      100-users-1-tb: {title: {en: "100 users, 1 TB", de: "100 Benutzer, 1 TB", zh: "100 个用户，1 TB", ja: "100ユーザー、1 TB", ar: "100 مستخدم، 1 TB"}}
  user-expansion-package: {title: {en: User expansion package, de: Benutzerpaket, zh: 用户扩展包, ja: ユーザー拡張パッケージ, ar: حزمة توسيع المستخدمين}, unit: user}
  storage-expansion-package: {title: {en: Storage expansion package, de: Speicherpaket, zh: 存储扩展包, ja: ストレージ拡張パッケージ, ar: حزمة توسيع التخزين}, unit: GB, quantity: {min: 100, step: 100}}
  handbook: {title: {en: "Administrator handbook, printed", de: "Handbuch, gedruckt", zh: 管理员手册（印刷版）, ja: 管理者ハンドブック（印刷版）, ar: دليل المسؤول المطبوع}, unit: copy}
  storage: {title: {en: Storage, de: Speicher, zh: 存储, ja: ストレージ, ar: التخزين}, unit: GB, meter: {measure: max, window: hour}}
  users: {title: {en: Number of users, de: Zahl der Benutzer, zh: 用户数, ja: ユーザー数, ar: عدد المستخدمين}, unit: user, meter: {measure: max, window: hour}}
billing_modes:
  yearly-monthly:
    title: {en: Yearly/Monthly, de: Jährlich/Monatlich, zh: 包年/包月, ja: 年額/月額, ar: سنوي/شهري}
    payment: prepaid
    cycle: term
    terms: [1 month, 1 year, 2 years]
    expires: end-of-day
    items: {basic-edition: optional, user-expansion-package: optional, storage-expansion-package: optional, handbook: optional}
    spec_change: prorated-difference
    cancellation: with-fee
    renewal: anniversary
  pay-per-use:
    title: {en: Pay-per-use, de: Nutzungsabhängig, zh: 按需计费, ja: 従量課金, ar: الدفع حسب الاستخدام}
    payment: postpaid
    cycle: hour
    invoiced: month
    items: {storage: optional, users: optional}
"""
PRICES = """\
prices:
  - effective: 2026-01-01
    billing_mode: yearly-monthly
    per: month
    items:
      basic-edition: {50-users-500-gb: 89.00, 100-users-1-tb: 169.00}
      user-expansion-package:
        model: graduated
        tiers:
          - {up_to: 100, unit_price: 2.40}
          - {unit_price: 2.10}
      storage-expansion-package: 0.035
  - {effective: 2026-01-01, billing_mode: yearly-monthly, per: once, items: {handbook: 24.00}}
  - effective: 2026-01-01
    billing_mode: pay-per-use
    per: hour
    items:
      storage: {model: graduated, tiers: [{up_to: 1024, unit_price: 0.00006}, {unit_price: 0.000054}]}
      users: {model: graduated, tiers: [{up_to: 100, unit_price: 0.004}, {unit_price: 0.0036}]}
"""
RULES = """\
discounts:
  longer-term:
    title: {en: Longer term, de: Längere Laufzeit, zh: 长期优惠, ja: 長期割引, ar: مدة أطول}
    items: [basic-edition, user-expansion-package, storage-expansion-package]
    by: term
    tiers: [{from: 1 year, percent_off: 17%}]
discount_policy: [longer-term]
spec_changes:
  prorated-difference:
    supports: [upgrade, downgrade, expand, reduce]
    takes_effect: immediately
    charge: difference
    remaining: {monthly: calendar-months, yearly: days-of-365, counts_from: next-day, places: 8}
    discount: as-ordered
cancellations:
  with-fee:
    refund: unused
    consumed: {by: time-used, of: paid, count: hour, part: down}
    fee: [{fee: 10%}]
renewals:
  anniversary: {price: in-force, anchor: original-day}
taxes:
  - {tax: vat, id: vat-de, title: {en: VAT, de: USt., zh: 增值税, ja: 付加価値税, ar: ضريبة القيمة المضافة}, when: {country: DE}, rate: 19%, category: S}
  - {tax: vat, id: vat-de-reduced, title: {en: VAT, de: USt., zh: 增值税, ja: 付加価値税, ar: ضريبة القيمة المضافة}, when: {country: DE}, rate: 7%, category: S, items: [handbook]}
  - {tax: vat, id: reverse-charge, title: {en: VAT, de: USt., zh: 增值税, ja: 付加価値税, ar: ضريبة القيمة المضافة}, when: {country: FR}, rate: 0%, category: AE}
"""
ACCOUNT = """\
id: musterwerk
customer:
  name: %(name)s
  address: [Accounts payable, Lindenallee 5]
  postcode: "50667"
  city: Köln
  country: %(country)s
  tax_id: DE888888888
subscriptions:
  - id: KD-2041
    billing_mode: yearly-monthly
    events: [%(events)s]
  - id: KD-2077
    billing_mode: pay-per-use
    events: [{date: 2026-02-01, start: true}]
"""
PURCHASE = (
    "{date: 2026-03-01, purchase: {term: 1 year, items: {basic-edition: 50-users-500-gb, user-expansion-package: 130, "
    "storage-expansion-package: 700 GB, handbook: 3}}}"
)
EXPANSION = "{date: 2026-03-18, change: {items: {storage-expansion-package: 1000 GB}}}"
UPGRADE = "{date: 2026-03-20, change: {items: {basic-edition: 100-users-1-tb}}}"
END = "{date: 2026-04-10, unsubscribe: true}"


@cache
def book(status: str = "illustrative") -> PriceBook:
    """The book under that status."""
    files = {"book.yaml": BOOK % {"status": status}, "prices/2026-01-01.yaml": PRICES, "rules.yaml": RULES}
    loaded = load_book({name: text.encode() for name, text in files.items()})
    assert loaded.book is not None, [problem.message for problem in loaded.diagnostics]
    return loaded.book


def invoice(
    events: str = f"{PURCHASE}, {EXPANSION}, {UPGRADE}", month: int = 3, hours: int = 200, country: str = "DE", status: str = "illustrative",
    name: str = "Musterwerk AG",
) -> Invoice:  # fmt: skip
    """The invoice of a month of 2026, with so many hours of use from its first day on."""
    text = ACCOUNT % {"name": name, "country": country, "events": events}
    account, problems = load_account("account.yaml", text.encode(), book(status))
    assert account is not None, [problem.message for problem in problems]
    rows = [
        f"musterwerk,KD-2077,{item},2026-{month:02}-{hour // 24 + 1:02}T{hour % 24:02}:00,{quantity}\n"
        for hour in range(hours) for item, quantity in (("storage", 1500), ("users", 120))
    ]  # fmt: skip
    usage = read_usage(book(status), "usage.csv", "account,subscription,item,time,quantity\n" + "".join(rows))
    borders = [start_of_day(date(2026, number, 1), book(status).zone) for number in (month, month + 1)]
    made = make_invoice(book(status), account, usage.records, *borders)
    assert isinstance(made, Invoice), [problem.message for problem in made.diagnostics]
    return made


ISSUE = Issue("2026-000417", date(2026, 4, 1), date(2026, 4, 15))
CREDIT = Issue("2026-000432", date(2026, 5, 1), date(2026, 5, 15), ("2026-000417",))
DRAFT = Issue(None, date(2026, 4, 1), date(2026, 4, 15))


def credit_note() -> Invoice:
    """The month of the end, without use: what comes back."""
    return invoice(f"{PURCHASE}, {EXPANSION}, {UPGRADE}, {END}", month=4, hours=0)
