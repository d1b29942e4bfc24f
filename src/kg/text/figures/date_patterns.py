"""How days, months, years and fiscal years are written in both languages.

Text has one width. Groups that name one thing in several ways share a beginning: `year1`, `year2`.
"""

import calendar
import re

KANJI = "一二三四五六七八九十〇"
MONTHS = {
    name.lower(): number
    for names in (calendar.month_name, calendar.month_abbr)
    for number, name in enumerate(names)
    if name
} | {"sept": 9}
ERAS = {
    "令和": 2018, "平成": 1988, "昭和": 1925, "r": 2018, "h": 1988, "reiwa": 2018, "heisei": 1988,
    "showa": 1925,
}  # fmt: skip
YEARS_AWAY = {
    "一昨年": -2, "おととし": -2, "昨年": -1, "去年": -1, "今年": 0, "本年": 0, "ことし": 0,
    "来年": 1, "再来年": 2, "last": -1, "this": 0, "current": 0, "next": 1,
}  # fmt: skip
MONTHS_AWAY = {"先々月": -2, "先月": -1, "今月": 0, "来月": 1, "再来月": 2}
DAYS_AWAY = {
    "一昨日": -2, "昨日": -1, "きのう": -1, "本日": 0, "明日": 1, "あす": 1, "yesterday": -1,
    "tomorrow": 1,
}  # fmt: skip
ORDINALS = {"first": 1, "second": 2, "third": 3, "fourth": 4}

_NAMES = "|".join(sorted(MONTHS, key=len, reverse=True))
_SHORT_NAMES = "|".join(name for name in MONTHS if len(name) < 5)
_MONTH = rf"(?:(?:{_SHORT_NAMES})\b\.?|(?:{_NAMES})\b)"
_N = rf"(?:[0-9]{{1,2}}|[{KANJI}]{{1,3}})"
_JOIN = r" ?(?:月 ?)?[~–—-] ?"
_Y4 = r"(?:19|20)[0-9]{2}"
_DAY = r"[0-3]?[0-9](?:st|nd|rd|th)?"


def _month_and_day(nth: int) -> str:
    return (
        rf"(?:(?P<from{nth}>{_N}){_JOIN})?(?P<month{nth}>{_N}) ?月(?![号間額齢給刊])"
        rf"(?: ?(?P<day{nth}>{_N}) ?(?:日(?!間)|(?=[~–—-][0-9]{{1,2}}日)))?"
    )


def _within_year(nth: int) -> str:
    quarter = rf"第?(?P<quarter{nth}>[1-4一二三四]) ?四半期"
    return rf"(?: ?の?{_month_and_day(nth)}| ?{quarter})?"


_SHORT_YEAR = (
    r"(?=年度|年 ?(?:[0-9]{1,2}[~–-])?[0-9]{1,2}月|年第?[1-4]四半期"
    r"|年(?:に|には|は|の|から|まで|までに|末|春|夏|秋|冬|初め|初頭|時点|比|より|産|半ば|ごろ|頃"
    r"|、|[)）]|[~–—-] ?[0-9])(?![間ぶ前後連]))"
)
_NOT_LENGTH = (
    r"(?<![0-9.,約計])(?<!過去)(?<!今後)(?<!この)(?<!直近)(?<!勤続)(?<!創業)(?<!築)(?<!以上)"
)

POINT = re.compile(
    rf"(?=[0-9'令平昭昨去今本こ再来先お明きあ{KANJI}]|\b[jfmasondqltcyrh][a-z0-9])(?:"
    rf"(?P<iso>(?<![0-9/.-])(?P<year1>{_Y4})(?P<sep>[-/.])(?P<month1>[01]?[0-9])(?P=sep)"
    rf"(?P<day1>[0-3]?[0-9])(?![0-9/-]))"
    rf"|(?P<isomonth>(?<![0-9/.,-])(?P<year18>{_Y4})[./](?P<month18>0[1-9]|1[0-2])(?![0-9./]))"
    rf"|(?P<decade>(?<![0-9])(?P<year2>(?:19|20)[0-9]0)(?: ?年代|s\b)"
    r"|(?<![0-9])(?P<short2>[5-9]0)年代)"
    rf"|(?P<ja>(?<![0-9.,])(?:(?P<era>令和|平成|昭和|(?<![A-Za-z])[RH]) ?(?P<nth>元|{_N})"
    rf"|(?P<year3>{_Y4}|[{KANJI}]{{4}})|{_NOT_LENGTH}'?(?P<short>[0-9]{{2}}){_SHORT_YEAR})"
    rf" ?年(?![間代目])(?P<fiscal3>度)?{_within_year(3)})"
    r"|(?P<rel>(?P<away>一昨年|おととし|(?<!一)昨年|去年|今年|本年(?!金)|ことし|再来年"
    r"|(?<!再)来年)"
    rf"(?P<fiscal4>度)?{_within_year(4)})"
    rf"|(?P<relmonth>(?P<away5>先々月|先月|今月|再来月|(?<!再)来月)(?:の?(?P<day5>{_N})日)?)"
    r"|(?P<relday>(?P<away6>一昨日|(?<!一)昨日|きのう|本日|明日|あす(?=[、にのはも]|[0-9]))"
    r"|\b(?:yesterday|tomorrow)\b)"
    rf"|(?P<months>(?<![0-9第.,]){_month_and_day(7)})"
    rf"|(?P<dayja>(?<![0-9.,~–月日{KANJI}約計最平大均週])(?P<day8>[0-9]{{1,2}})日"
    r"(?![間以前後ぶ連本分米欧英中目程額給休当常曜系銀刊雇あごで超余未を弱強]|まで(?:で|の間)"
    r"|かけ|半|数)"
    r"(?=付|[、にのはもと夜朝午発か)）まー~–—-]|$))"
    rf"|(?P<days>\b(?P<first>[0-3]?[0-9]) ?[-–~] ?(?P<day9>{_DAY}) (?P<name9>{_MONTH})"
    rf"(?:,? (?P<year9>{_Y4}))?)"
    rf"|(?P<dayfirst>\b(?P<day10>{_DAY})(?: of)? (?P<name10>{_MONTH})(?:,? (?P<year10>{_Y4})\b)?)"
    rf"|(?P<monthfirst>\b(?:(?P<away11>last|this|next) )?(?P<name11>{_MONTH})(?:"
    rf"(?: (?P<day11>{_DAY})\b(?![.,]?[0-9]|[ -]?(?:%|percent|people|m?illion|trillion))"
    rf"(?:,? (?P<year11>{_Y4})\b)?)|,? (?:of )?(?P<year12>{_Y4})\b)?)"
    r"|(?P<fy>\b(?:FYs?|(?:fiscal|financial)(?: year)?s?)[ -]?'?"
    rf"(?P<fiscal13>{_Y4}|[0-9]{{2}})(?![0-9])(?: ?[-/–] ?(?P<until>(?:20)?[0-9]{{2}})\b)?)"
    rf"|(?P<q>\b(?:Q(?P<q1>[1-4])|(?P<q2>[1-4])Q|(?P<q3>first|second|third|fourth)[ -]quarter)"
    rf",?(?: of)? (?P<fiscal14>(?:FY|fiscal)(?: year)? ?)?(?P<year14>{_Y4})\b)"
    r"|(?P<era_en>\b(?P<reign>Reiwa|Heisei|Showa) (?P<nth2>[0-9]{1,2})\b)"
    r"|(?P<relen>\b(?P<away15>last|this|next|current) (?P<unit15>(?:fiscal )?year|month)\b(?!'s))"
    r"|(?P<nthday>(?<=\bthe )(?P<day16>[0-3]?[0-9])(?:st|nd|rd|th)\b"
    r"(?=[.,;:)]|$| (?:of this|and|to|at|in|that|when|he|she|they|it)\b))"
    r"|(?P<bare>(?:(?<![0-9A-Za-z.,/#_+¥$€£-])|(?<=mid-)|(?<=pre-)|(?<=post-)|(?<=late-)"
    rf"|(?<=early-))(?P<year17>{_Y4})(?![0-9A-Za-z_]|[.,][0-9]|年)))",
    re.IGNORECASE,
)
"""One day, month, quarter, year or decade."""

JOINT = re.compile(
    r" ?(?:[~–—-]|/(?=[0-9]{2}(?![0-9/]))|から|to\b|through\b|thru\b|until\b) ?(?:the )?"
)
AND = re.compile(r" and ")
BETWEEN = re.compile(r"\b(?:between|from) $", re.IGNORECASE)

SECOND = re.compile(
    rf"(?P<year>{_Y4})(?![0-9]|[.,][0-9])(?: ?年(?P<fiscal1>度)?(?![間前代]))?"
    rf"|(?P<month>{_N}) ?月(?![号間額])(?:(?P<mday>{_N})日)?"
    rf"|(?P<day>{_DAY})(?P<sign>日)?(?![0-9%:月]|[.,][0-9]|[ -]?(?:percent|[mbtr]+illion|years?))"
    rf"(?:年(?P<fiscal2>度)?)?(?:(?:, | )(?P<dyear>{_Y4})\b)?",
    re.IGNORECASE,
)
"""What may stand after the joint of a span, told by what stands before it."""


def number(written: str) -> int:
    """One or two digits, in kanji too.

    >>> number("十二"), number("元"), number("二〇二五"), number("9th"), number("三十")
    (12, 1, 2025, 9, 30)
    """
    if written == "元":
        return 1
    digits = re.sub("st|nd|rd|th", "", written.lower())
    if digits.isdecimal():
        return int(digits)
    if "十" not in written:
        return int("".join(str("〇一二三四五六七八九".index(sign)) for sign in written))
    tens, _, ones = written.partition("十")
    return (number(tens) if tens else 1) * 10 + (number(ones) if ones else 0)
