"""docs/vendor-examples.md: what the vendor's pages print beside what the engine computes, by which convention, and why.

`python -m tests.conformance.vendor_examples` writes the page; a test compares it. Every figure of the engine is computed for it.
"""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from tests.conformance.facts import PAGES, VENDOR
from tests.conformance.vendor_figures import (
    days,
    expanded_disk,
    fee,
    hours_used,
    initial_disk,
    late_renewal,
    left_after_days,
    one_hour,
    package,
    remaining_months,
    rounded,
    started_minutes,
    support_plan,
    switched,
    three_days,
    used_seconds,
)

PAGE = Path(__file__).parent.parent.parent / "docs" / "vendor-examples.md"

HEAD = """# The vendor's examples, computed again

KooDrive's vendor prints worked examples on many pages, of several years and for several services. Each of them is said here in
the rule language and computed by the engine. The first table holds those that do not follow from their own inputs, are cut off on
the page, or can be read in two ways; the second one holds those that are equal. Nothing is adjusted: where a page is wrong, the
engine's figure differs from it, and the reason stands beside it.

Made by `python -m tests.conformance.vendor_examples`; a test holds it against the engine. The facts are
`tests/conformance/vectors/huawei*.json`, with the address of every page.
"""

NOT_EQUAL = """
## Not equal, cut off, or read in two ways

| Example | Convention | Page | Engine | Why |
|---|---|---|---|---|
"""

EQUAL = """
## Equal

| Example | Convention | Page | Engine |
|---|---|---|---|
"""

TAIL = """
## What follows from it for a price book

- The terms of a sum are normative, not its printed total: where both are printed and disagree, the engine agrees with the terms.
- How far a page rounds the remaining time and how it cuts the amount are rules of their own: `places` of `remaining`, and the
  steps of `book.rounding`. Both readings of one example can be said, and they are different amounts.
- A book that follows the newest pages counts by `calendar-months` (years by `days-of-365`), from the `next-day` or the
  `next-hour`, with 8 `places`, and rounds half-up (international) or down (China) at the line.
"""


@dataclass(frozen=True)
class Row:
    """One reading of an example: what is given, the convention in words of the rule language, and the engine's figure."""

    example: str
    given: str
    convention: str
    printed: str
    engine: Callable[[], str]
    why: str = ""


def told(remaining: dict[str, object], more: str = "") -> str:
    """A convention as the rule language writes it."""
    written = f"`{remaining['monthly']}`, `{remaining['counts_from']}`, `places: {remaining['places']}`"
    return written + (f"; {more}" if more else "")


ROWS = (
    Row(
        "spec_remaining_monthly_2021",
        "15 August to 15 November 2021, changed on 24 August: 7/31 + 2 + 15/30",
        told(days()),
        "2.75",
        remaining_months,
        "The three terms of the page add up to 2.7258. The terms are right, the total is not.",
    ),
    Row(
        "spec_upgrade_modelarts",
        "1750 to 3500 a month, from 8 April 2023 for a month, changed on 18 April: 12/30 + 8/31",
        told(days()),
        "0.6581; 1151.67",
        fee("spec_upgrade_modelarts", "2023-04-08", "2023-04-18", days()),
        "The page rounds what remains to four decimals first; with the eight that the vendor asks for it is six cents less.",
    ),
    Row(
        "spec_upgrade_modelarts",
        "the same",
        told(days(places=4), "line `mode: down`"),
        "0.6581; 1151.67",
        fee("spec_upgrade_modelarts", "2023-04-08", "2023-04-18", days(places=4), "down"),
        "Equal to the page: four decimals of a month, then 1151.675 is cut to the cent. Rounded half-up it would be 1151.68.",
    ),
    Row(
        "spec_upgrade_snippet_1",
        "6300 to 12150 a month: 12/30 (April) + 8/31 (May)",
        told(days()),
        "0.6581; fee cut off",
        fee("spec_upgrade_snippet_1", "2023-04-08", "2023-04-18", days()),
        "The page's remainder is rounded to four decimals; its fee is not in the excerpt (from four it would be 3849.885).",
    ),
    Row(
        "spec_upgrade_snippet_2",
        "15 to 150 a month: 12/30 (June) + 8/31 (July)",
        told(days()),
        "0.6581; fee cut off",
        fee("spec_upgrade_snippet_2", "2023-06-08", "2023-06-18", days()),
        "The same: from four decimals it would be 88.8435.",
    ),
    Row(
        "spec_change_storage_type",
        "470 to 534 a month, 15 days of August left",
        told(days()),
        "0.5; 32",
        fee("spec_change_storage_type", "2023-07-31", "2023-08-16", days()),
        "The page gives August thirty days; it has 31.",
    ),
    Row(
        "spec_change_storage_type",
        "the same",
        told(days(monthly="30-day-month")),
        "0.5; 32",
        fee("spec_change_storage_type", "2023-07-31", "2023-08-16", days(monthly="30-day-month")),
        "Equal to the page, with months of thirty days.",
    ),
    Row(
        "spec_evs_expansion_2023",
        "a disk of 10 GB at 0.35 per GB and month, later expanded to 60 GB",
        "`per: month`",
        "3.50; fee cut off",
        initial_disk,
        "The first bill is equal. What the expansion costs is not in the excerpt, nor is the day of the purchase.",
    ),
    Row(
        "page_saas_per_seat",
        "20000 to 35000 a month, 16/31 left",
        told(days()),
        "5161.29",
        fee("page_saas_per_seat", "2023-07-31", "2023-08-15", days()),
        "The page's own formula, 15000 × 16/31, is 7741.94. What it prints is 10000 × 16/31.",
    ),
    Row(
        "page_platform_upgrade",
        "35000 to 50000 a month: 13/31 + 8/30",
        told(days()),
        "10,290",
        fee("page_platform_upgrade", "2023-05-08", "2023-05-18", days()),
        "The page shows no decimals, and the new price is cut off; with 50000 its whole part is equal.",
    ),
    Row(
        "prec_intl_round_monthly",
        "1775064 seconds at 0.00017 an hour",
        "quantity 10 places down, charge 8 places down, line half-up",
        "0.83822466; 0.84",
        used_seconds(1),
        "The amount on the page is ten times what its inputs make.",
    ),
    Row(
        "prec_intl_round_monthly",
        "the same at 0.0017 an hour",
        "the same",
        "0.83822466; 0.84",
        used_seconds(10),
        "Equal to the page, digit by digit: its price has one zero too many, or ten units were used. It rounds half-up.",
    ),
    Row(
        "page_intl_month_total",
        "a month's total of 100.12501236",
        "line half-up",
        "100.12",
        rounded("page_intl_month_total", "half-up"),
        "This page cuts the month's total, another international one rounds it (0.83822466 is 0.84).",
    ),
    Row(
        "page_intl_month_total",
        "the same",
        "line `mode: down`",
        "100.12",
        rounded("page_intl_month_total", "down"),
        "Equal to the page; the second number is the rounding difference of the line.",
    ),
    Row(
        "renew_in_retention_evs",
        "bought on 31 March 2024 for a month, expired on 30 April, renewed on 18 May for a month",
        "`anchor: original-day`, `grace: 15 days`, `retention: 15 days`",
        "13 days left",
        late_renewal,
        "Equal, because the 31st is kept. To the page 18 May is in the grace period, but that ended on 15 May: it is retention.",
    ),
    Row(
        "ppu_iotda_daily_old",
        "used from 18 April 2023 09:59:30 to 20 April 11:45:46, part days count as whole ones",
        "`measure: max`, `window: day`, `cycle: day`",
        "1, 1, 0",
        three_days,
        "By the page's own rule the last part day counts as one too; the page gives it nothing.",
    ),
    Row(
        "ppu_settlement_lag",
        "KooDrive, unsubscribed at 08:30",
        "`measure: max`, `window: hour`, `cycle: hour`",
        "the hour 08:00-09:00 is charged, deducted before about 10:00",
        one_hour,
        "The charged hour is equal. When money is deducted is no matter of a price book.",
    ),
    Row(
        "ppu_koophone_sibling",
        "x = 30 a month, from 16 June 2023 to 28 June 08:58:30",
        "`consumed: {by: time-used, count: day}`",
        "x/30 × 12 = 12.00",
        left_after_days,
        "Twelve days are used in both. The page divides by thirty; the paid month has 31 days, its day of expiry included.",
    ),
    Row(
        "tier_support_business",
        "10% to 9000, 7% to 72000, 5% to 225000, 3% above, at least 90",
        "`graduated` percentages, `minimum: 90`",
        "the rates alone",
        support_plan,
        "The page prints no amount.",
    ),
    Row(
        "package_reset_lts",
        "a package of 100 GB each month for a year",
        "`provides: {quantity: 100 GB, every: month}`, `covered_by`",
        "100 GB each month, not carried over",
        package,
        "The page prints no amount; what a month leaves unused does not help the next one.",
    ),
)

SAME = (
    Row(
        "page_codearts_hours",
        "0 to 39 a month on 25 May 2026 at 13:40, to the end of June: counted from 14:00",
        told(days(counts_from="next-hour"), "line 8 places"),
        "47.07258075",
        fee("page_codearts_hours", "2026-04-30", "2026-05-25T13:40", days(counts_from="next-hour"), term="2 months", places=8),
    ),
    Row(
        "page_taurusdb_upgrade",
        "230 to 400 a month, half a month left",
        told(days()),
        "85",
        fee("page_taurusdb_upgrade", "2023-05-31", "2023-06-15", days()),
    ),
    Row("page_disk_expansion", "60 GB more at 1 per GB and month, half a month left", told(days()), "30", expanded_disk),
    Row(
        "page_intl_rounded_amount",
        "a bill of 0.45998222",
        "line half-up",
        "0.46",
        rounded("page_intl_rounded_amount", "half-up"),
    ),
    Row(
        "page_cn_truncated_bill",
        "a bill of 0.04599822",
        "line `mode: down`",
        "0.04 + 0.00599822",
        rounded("page_cn_truncated_bill", "down"),
    ),
    Row(
        "page_hours_used",
        "31 d 14 h ordered, 14 d 8 h used",
        "`count: hour`, `expires: end-of-day`",
        "344 of 758 hours",
        hours_used,
    ),
    Row(
        "page_switch_at_expiry",
        "bought on 1 January 2024 for a month, on 15 January asked to move to pay-per-use",
        "`takes_effect: at-expiry`, `expires: end-of-day`",
        "the end of 2024-02-01",
        switched,
    ),
    Row("page_cae_minutes", "30 seconds; 45 minutes 46 seconds", "`record: {round_up: 1 minute}`", "1, 46", started_minutes),
)
"""Examples of the pages that are equal; those of `vectors/huawei.json` have a test each."""


def page() -> str:
    """The whole page."""
    differing = "".join(f"| {_linked(row)} | {row.convention} | {row.printed} | {row.engine()} | {row.why} |\n" for row in ROWS)
    equal = "".join(f"| {_linked(row)} | {row.convention} | {row.printed} | {row.engine()} |\n" for row in SAME)
    tested = f"\n{len(VENDOR)} further examples agree with their own inputs; `tests/conformance/test_huawei.py` holds them:\n\n"
    listed = "".join(f"- [`{name}`]({vector['source_url']})\n" for name, vector in VENDOR.items())
    return HEAD + NOT_EQUAL + differing + EQUAL + equal + tested + listed + TAIL


def _linked(row: Row) -> str:
    return f"[{row.given}]({PAGES[row.example]['source_url']})"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
