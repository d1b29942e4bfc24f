"""The grammar of printed figures: spans, values and qualifiers in both languages."""

import random
from decimal import Decimal
from functools import partial

import pytest

from kg.text.figures import KINDS, QUALIFIERS, find_quantities
from kg.text.folding import MASK, masked, one_width
from waiting import effort

pytestmark = pytest.mark.fast

PUBLISHED = "2026-01-10"

# text, then each figure as `surface = value unit qualifier`; unit and qualifier where they are
TABLE = [
    ("規模は2兆7千億円で26・7%増", "2兆7千億円 = 2700000000000 JPY; 26・7% = 26.7 percent"),
    ("１兆円規模、約３８７３億円", "１兆円 = 1000000000000 JPY approximately;"
     " ３８７３億円 = 387300000000 JPY approximately"),
    ("四兆円余りを投じる", "四兆円 = 4000000000000 JPY over"),
    ("1兆 22億5千4百万ウォン", "1兆 22億5千4百万ウォン = 1002254000000 KRW"),
    ("nine hundred thirty billion yen", "nine hundred thirty billion yen = 930000000000 JPY"),
    ("a ¥20T plan, ¥1.4tr and 33pc",
     "¥20T = 20000000000000 JPY; ¥1.4tr = 1400000000000 JPY; 33pc = 33 percent"),
    ("4人に1人が、費用の4分の1を", "4人に1人 = 25 percent; 4分の1 = 0.25 times"),
    ("seven in ten residents; half of respondents; a third of the cost",
     "seven in ten = 70 percent; half = 50 percent; a third = 0.3333 times"),
    ("100万以下、10%以上、8割超、3割弱、2割強",
     "100万 = 1000000 - up-to; 10% = 10 percent at-least; 8割 = 80 percent over;"
     " 3割 = 30 percent under; 2割 = 20 percent over"),
    ("2026〜27年度、昨年10〜12月", "2026〜27年度 = FY2026/FY2027; 昨年10〜12月 = 2025-10/2025-12"),
    ("22.6 for A, 7 for B and 3.1 trillion yen for C",
     "22.6 = 22600000000000 JPY; 7 = 7000000000000 JPY; 3.1 trillion yen = 3100000000000 JPY"),
    ("5.52 or 5.54 trillion yen",
     "5.52 = 5520000000000 JPY; 5.54 trillion yen = 5540000000000 JPY"),
    ("about 300 trillion won ($216 billion)",
     "300 trillion won = 300000000000000 KRW approximately; $216 billion = 216000000000 USD"),
    ("rose 1.5 points to 3.2 percent",
     "1.5 points = 1.5 percentage-point; 3.2 percent = 3.2 percent"),
    ("15〜20兆円", "15 = 15000000000000 JPY range-low; 20兆円 = 20000000000000 JPY range-high"),
    ("約110万〜120万円", "110万 = 1100000 JPY range-low; 120万円 = 1200000 JPY range-high"),
    ("2000〜3000億円", "2000 = 200000000000 JPY range-low; 3000億円 = 300000000000 JPY range-high"),
    ("between 2 and 3 trillion yen",
     "2 = 2000000000000 JPY range-low; 3 trillion yen = 3000000000000 JPY range-high"),
    ("$2-3 billion", "$2 = 2000000000 USD range-low; 3 billion = 3000000000 USD range-high"),
    ("rose from 30 to 60 percent", "30 = 30 percent; 60 percent = 60 percent"),
    ("14回から5回に減り", "14回 = 14 time; 5回 = 5 time"),
    ("7割から8割の企業", "7割 = 70 percent range-low; 8割 = 80 percent range-high"),
    ("数千億円, hundreds of billions in subsidies",
     "数千億円 = 100000000000 JPY order-of-magnitude;"
     " hundreds of billions = 100000000000 JPY order-of-magnitude"),
    ("最大で約3,000億円規模", "3,000億円 = 300000000000 JPY up-to"),
    ("50兆円を上回る。前年の6176億円を上回る",
     "50兆円 = 50000000000000 JPY over; 6176億円 = 617600000000 JPY"),
    ("over five years, more than 10 years", "five years = 5 year; 10 years = 10 year over"),
    ("20〜24歳、30代、60歳以上",
     "20〜24歳 = 20-24 year; 30代 = 30-39 year; 60歳 = 60 year at-least"),
    ("aged 25 to 29, in their 30s; Mr Sato, 61, said",
     "25 to 29 = 25-29 year; 30s = 30-39 year; 61 = 61 year"),
    ("at least eight studios, 417 companies, 17 strategic fields",
     "eight studios = 8 studio at-least; 417 companies = 417 company; 17 = 17"),
    ("417社と1,900名超、5カ国", "417社 = 417 firm; 1,900名 = 1900 person over; 5カ国 = 5 country"),
    ("198 hours a month, median 192", "198 hours = 198 hour; 192 = 192 hour"),
    ("9時間30分、1年半、60日以内", "9時間30分 = 9.5 hour; 1年半 = 1.5 year; 60日 = 60 day up-to"),
    ("a 3.7-fold rise, 1.5 times as much, doubled", "3.7-fold = 3.7 times; 1.5 times = 1.5 times;"
     " doubled = 2 times"),
    ("11.99 yen per kWh, 月額4,980円", "11.99 yen = 11.99 JPY; 4,980円 = 4980 JPY"),
    ("12月19日、来年度、昨年12月4日",
     "12月19日 = 2025-12-19; 来年度 = FY2026; 昨年12月4日 = 2025-12-04"),
    ("in May, Dec. 19-23 2025, October 2030 to September 2031",
     "May = 2026-05; Dec. 19-23 2025 = 2025-12-19/2025-12-23;"
     " October 2030 to September 2031 = 2030-10/2031-09"),
    ("令和7年度、二〇二五年十二月、24年度",
     "令和7年度 = FY2025; 二〇二五年十二月 = 2025-12; 24年度 = FY2024"),
    ("fiscal 2026 and 2027, the 1990s", "fiscal 2026 = FY2026; 2027 = FY2027; 1990s = 1990/1999"),
    ("by 2035 – 45 trillion yen", "2035 = 2035; 45 trillion yen = 45000000000000 JPY"),
    ("the 2026-2030 plan, 24年4〜9月期、2025年9月1〜30日",
     "2026-2030 = 2026/2030; 24年4〜9月 = 2024-04/2024-09;"
     " 2025年9月1〜30日 = 2025-09-01/2025-09-30"),
    ("5日付、12日から14日まで、週3〜4日", "5日 = 2026-01-05; 12日から14日 = 2026-01-12/2026-01-14;"
     " 3 = 3 day range-low; 4日 = 4 day range-high"),
    ("between six and eight weeks, two-and-a-half years, some 80-odd meetings",
     "six = 6 week range-low; eight weeks = 8 week range-high; two-and-a-half years = 2.5 year;"
     " 80 = 80 - approximately"),
    ("三兆六百九十三億円、十七の戦略分野、三十五名",
     "三兆六百九十三億円 = 3069300000000 JPY; 十七 = 17; 三十五名 = 35 person"),
    ("€2-3m, 1.5 m yen, 1.2K likes", "€2 = 2000000 EUR range-low; 3m = 3000000 EUR range-high;"
     " 1.5 m yen = 1500000 JPY; 1.2K likes = 1200"),
    ("2930→10667億円", "2930 = 293000000000 JPY; 10667億円 = 1066700000000 JPY"),
    ("▲3.1%", "▲3.1% = -3.1 percent"),
    ("〇・五％、三百五十億円、八割", "〇・五％ = 0.5 percent; 三百五十億円 = 35000000000 JPY;"
     " 八割 = 80 percent"),
]  # fmt: skip


def told(text: str, published: str = PUBLISHED) -> str:
    """The figures of a text in the notation of the table."""
    lines = []
    for one in find_quantities(text, published):
        unit = one.unit or ("-" if one.qualifier else "")
        lines.append(f"{one.surface} = {one.value} {unit} {one.qualifier or ''}".rstrip())
    return "; ".join(lines)


@pytest.mark.parametrize(("text", "figures"), TABLE)
def test_figures_are_found_with_value_and_qualifier(text: str, figures: str) -> None:
    assert told(text) == figures


@pytest.mark.parametrize(
    "text",
    [
        "電話 03-5555-0199、0120-555-100、+81 3-5555-0142", "〒104-0061、〒 101-0051",
        "https://example.org/2026/01?x=12 a.b12@example.org", "Version 2.1, v2.3, 3.11.4",
        "GPT-5, H100, 5G, 4K, COVID-19, IP360, Society 5.0", "won 3-2; 3対2",
        "at 10:30, 午前10時半",
        "第3条、第2回、9位、3年目、2回目、1人当たり", "Article 57-4, No. 12, platform 5, Chapter 3",
        ">>15, #3, [12]", "一部、一方、十分、三菱、千葉、統一", "one of them, one another",
        "Route 66, Apollo 11, Catch-22, 24/7, iPad 2, vol. 108, ISO 9001, user_42",
        "六本木、十六銀行、第三者委員会、二刀流、一億総活躍、2.5次元、11月号、7期生",
        "1st, 2nd place", "I may march", "千",
    ],
)  # fmt: skip
def test_what_is_no_figure_is_passed_over(text: str) -> None:
    assert told(text) == ""


def test_numbers_of_lists_and_posts_are_no_figures() -> None:
    text = "1. Level\n2. Outlook\n（3）概要\n4 ：名無し：\nQ5　賃金\n一、店頭"
    assert told(text) == ""


def test_a_heading_gives_its_rows_kind_unit_and_scale() -> None:
    text = (
        "市場（億円）\n2023年　33,465\n2024年　38407\n\n人数は120人。\n(in billions of yen)\nA 76.2"
    )
    values = [(q.surface, q.value, q.unit) for q in find_quantities(text) if q.kind == "money"]
    assert values == [
        ("33,465", Decimal("3346500000000"), "JPY"),
        ("38407", Decimal("3840700000000"), "JPY"),
        ("76.2", Decimal("76200000000"), "JPY"),
    ]


def test_columns_of_a_table_have_their_headings() -> None:
    text = "単位：百万円　2023年度　2024年度　増減率（％）\n売上高　12,345　13,579　△1.5"
    found = [(q.surface, q.value, q.unit) for q in find_quantities(text) if q.kind != "date"]
    assert found == [
        ("12,345", Decimal(12345000000), "JPY"),
        ("13,579", Decimal(13579000000), "JPY"),
        ("△1.5", Decimal("-1.5"), "percent"),
    ]


def test_relative_dates_need_a_day_of_publication_and_are_marked() -> None:
    assert told("昨年、last month、来年度", "") == ""
    assert [q.inferred for q in find_quantities("昨年、2024年、12月19日", PUBLISHED)] == [
        True, False, True,
    ]  # fmt: skip


def test_a_day_without_any_year_is_told_as_such() -> None:
    assert told("12月19日", "") == "12月19日 = --12-19"


def test_a_year_is_not_carried_over_an_empty_line() -> None:
    first, second = "2023年10月に始まった。", "12月に見直す。"
    near, apart = (find_quantities(first + gap + second, PUBLISHED)[1] for gap in ("", "\n\n"))
    assert (near.value, apart.value) == ("2023-12", "2025-12")


def test_a_bad_day_of_publication_is_refused() -> None:
    with pytest.raises(ValueError, match="isoformat"):
        find_quantities("昨年", "yesterday")


def test_a_figure_has_the_date_that_stands_nearest_in_its_sentence() -> None:
    text = "Sales were 5.8 trillion yen in 2023, up from 4.7 trillion in 2022. It took five years."
    assert [(q.surface, q.period) for q in find_quantities(text) if q.kind == "money"] == [
        ("5.8 trillion yen", "2023"), ("4.7 trillion", "2022"),
    ]  # fmt: skip
    assert find_quantities("5年間で1兆円")[1].period == "5y"


_ATOMS = (
    list("0123456789,.・/:~-–—〜%％ 　\n円兆億万千百十一二三〇年月日代歳人社約超以上「（）)(¥$€TK")
    + "trillion billion million yen percent May Dec. FY 2025 fiscal between and to from half of"
      " one two twenty hundred 令和 年度 カ月 時間 分の 割 倍 第 GPT- https://"
      " \u200b \u0301 \u202e 🦊"
      " \ud800 \x00 ﷺ ㌫ ① ² ｱ".split(" ")
)  # fmt: skip


def scrambled(seed: int, length: int = 60) -> str:
    """Pieces of figures and hostile signs in a random order."""
    draw = random.Random(seed)
    return "".join(draw.choice(_ATOMS) for _ in range(length))


@pytest.mark.parametrize("seed", range(300))
def test_any_text_gives_ordered_spans_that_hold(seed: int) -> None:
    text = scrambled(seed)
    found = find_quantities(text, PUBLISHED)
    assert all(text[q.start : q.end] == q.surface and q.surface for q in found)
    ends = [0] + [q.end for q in found]
    assert all(q.start >= before for q, before in zip(found, ends, strict=False))
    assert {q.kind for q in found} <= set(KINDS)
    assert {q.qualifier for q in found} <= {*QUALIFIERS, None}
    assert found == find_quantities(text, PUBLISHED)


@pytest.mark.parametrize("seed", range(100))
def test_any_signs_at_all_are_read_without_a_fault(seed: int) -> None:
    draw = random.Random(seed)
    text = "".join(chr(draw.choice([draw.randrange(0x250), draw.randrange(0x11000)]))
                   for _ in range(200))  # fmt: skip
    assert len(one_width(text)) == len(text)
    assert one_width(one_width(text)) == one_width(text)
    for one in find_quantities(text, PUBLISHED):
        assert text[one.start : one.end] == one.surface


def test_full_width_reads_as_plain_at_the_same_places() -> None:
    text = "約1兆2,390億円、26.7%、2026年度"
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    plain, full = find_quantities(text), find_quantities(wide)
    assert [(q.start, q.end, q.value) for q in plain] == [(q.start, q.end, q.value) for q in full]


def test_endless_numerals_are_blotted_out() -> None:
    assert masked("9" * 31 + "円") == "9" * 31 + "円"
    assert set(masked("9" * 50_000)) == set(masked("千" * 50_000)) == {MASK}
    assert find_quantities("1,2 3\u200b" * 100_000) == []
    assert [q.surface for q in find_quantities("9" * 50_000 + "、5円")] == ["5円"]


@pytest.mark.parametrize(
    "piece",
    ["1兆円と", "2025年に", "in May 2024, ", "from 3 to 4 yen. ", "one A. ", "高市", "GPT-5 "],
)
def test_the_effort_grows_with_the_size_of_the_text_alone(piece: str) -> None:
    few, many = (effort(partial(find_quantities, piece * n, PUBLISHED)) for n in (200, 800))
    assert many < 5 * few + 1000
