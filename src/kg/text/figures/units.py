"""What follows or precedes a number and says what it is: words as data, patterns from them.

A new currency, counter or unit is a line here; no code.
"""

import re

AFTER_MONEY = {
    "円": "JPY", "圓": "JPY", "日圓": "JPY", "yen": "JPY", "ドル": "USD", "米ドル": "USD",
    "㌦": "USD",
    "美元": "USD", "dollar": "USD", "us dollar": "USD", "u.s. dollar": "USD",
    "american dollar": "USD", "台湾ドル": "TWD", "taiwan dollar": "TWD", "new taiwan dollar": "TWD",
    "香港ドル": "HKD", "hong kong dollar": "HKD", "豪ドル": "AUD", "australian dollar": "AUD",
    "カナダドル": "CAD", "canadian dollar": "CAD", "シンガポールドル": "SGD",
    "singapore dollar": "SGD", "ウォン": "KRW", "원": "KRW", "won": "KRW", "元": "CNY",
    "人民元": "CNY", "yuan": "CNY", "renminbi": "CNY", "ユーロ": "EUR", "euro": "EUR",
    "south korean won": "KRW", "korean won": "KRW", "韓国ウォン": "KRW", "chinese yuan": "CNY",
    "japanese yen": "JPY", "日本円": "JPY", "ポンド": "GBP", "英ポンド": "GBP",
    "british pound": "GBP", "pound": "GBP", "pound sterling": "GBP", "ルピー": "INR",
    "rupee": "INR", "スイスフラン": "CHF",
    "swiss franc": "CHF", "バーツ": "THB", "baht": "THB", "ペソ": "PHP", "ルーブル": "RUB",
    "rouble": "RUB", "ruble": "RUB", "yens": "JPY", "リヤル": "SAR", "riyal": "SAR",
}  # fmt: skip
CODES = (
    "JPY USD EUR GBP KRW CNY TWD HKD AUD CAD SGD CHF INR THB PHP RUB SAR RMB NTD NZD SEK NOK DKK"
    " BRL ZAR VND IDR MYR"
).split()
_SAME_CODE = {"RMB": "CNY", "NTD": "TWD"}
BEFORE_MONEY = {
    "¥": "JPY", "$": "USD", "us$": "USD", "u.s.$": "USD", "nt$": "TWD", "hk$": "HKD", "a$": "AUD",
    "au$": "AUD", "c$": "CAD", "ca$": "CAD", "s$": "SGD", "nz$": "NZD", "€": "EUR", "£": "GBP",
    "₩": "KRW", "cn¥": "CNY", "rmb¥": "CNY", "jp¥": "JPY", "₹": "INR",
}  # fmt: skip
SHORT_SCALES = {"t": 12, "b": 9, "m": 6, "k": 3}

DURATIONS = {
    "年間": "year", "カ年": "year", "か年": "year", "ヵ年": "year", "ヶ年": "year", "ケ年": "year",
    "箇年": "year", "年": "year", "ヶ月間": "month", "カ月間": "month", "か月間": "month",
    "ヵ月間": "month", "ヶ月": "month", "カ月": "month", "か月": "month", "ヵ月": "month",
    "ケ月": "month",
    "箇月": "month", "週間": "week", "日間": "day", "営業日": "day", "日": "day", "時間": "hour",
    "分間": "minute",
    "分": "minute", "秒間": "second", "秒": "second", "四半期": "quarter",
}  # fmt: skip
DURATIONS_EN = {
    "year": "year", "yr": "year", "month": "month", "week": "week", "day": "day", "hour": "hour",
    "hr": "hour", "minute": "minute", "min": "minute", "second": "second", "decade": "decade",
    "century": "century", "centurie": "century", "quarter": "quarter", "fiscal year": "year",
}  # fmt: skip
LONG_YEARS = {"decade": 10, "century": 100}

COUNTERS = {
    "人": "person", "名": "person", "社": "firm", "件": "item", "本": "item", "点": "point",
    "作品": "work", "品目": "item", "項目": "item", "分野": "field", "カ国": "country",
    "か国": "country", "ヵ国": "country", "ヶ国": "country", "ケ国": "country", "カ所": "place",
    "か所": "place", "ヵ所": "place", "ヶ所": "place", "箇所": "place", "カ年": "year",
    "台": "unit",
    "団体": "body", "機関": "body", "省庁": "ministry", "府省": "ministry", "校": "school",
    "大学": "university", "戸": "household", "世帯": "household", "票": "vote", "議席": "seat",
    "店舗": "shop", "店": "shop", "冊": "copy", "部": "copy", "枚": "sheet", "話": "episode",
    "種類": "kind", "種": "kind", "事業者": "firm", "事業": "programme", "都市": "city",
    "自治体": "municipality", "市町村": "municipality", "市": "city", "町": "town",
    "村": "village", "都道府県": "prefecture",
    "県": "prefecture",
    "地域": "region", "地区": "area", "海域": "area", "区域": "area", "拠点": "site",
    "棟": "building",
    "基": "unit", "隻": "ship", "頭": "head", "匹": "head", "羽": "head", "着": "item",
    "曲": "song",
    "席": "seat", "床": "bed", "回線": "line", "回": "time", "度": "time", "つ": "item",
    "個": "item",
    "施設": "facility", "工場": "factory", "病院": "hospital", "企業": "firm", "スタジオ": "studio",
    "タイトル": "title", "チーム": "team", "グループ": "group", "プロジェクト": "project",
    "課題": "issue", "本柱": "pillar", "通り": "way", "案": "proposal", "例": "case",
    "便": "flight",
    "区画": "lot", "案件": "case", "サービス": "service", "モデル": "model", "製品": "product",
    "文字": "character", "語": "word", "ページ": "page", "字": "character", "組": "group",
    "株": "share",
    "泊": "night", "室": "room", "両": "car", "航空会社": "airline",
    "キロワット時": "kilowatt-hour",
    "万件": "item", "口": "share", "委員": "member", "議員": "member", "閣僚": "member",
    "パラメーター": "parameter", "パラメータ": "parameter", "トークン": "token",
    "シナリオ": "scenario",
    "段階": "stage", "位": "", "社員": "person", "従業員": "person", "か条": "article",
    "原則": "principle", "本社": "", "食": "meal", "杯": "cup", "足": "pair", "玉": "item",
    "筆": "signature", "作": "work", "品": "item", "軒": "house", "球団": "team",
    "大会": "event", "試合": "match", "箱": "box", "袋": "bag", "缶": "can", "俵": "bale",
    "園": "school", "館": "building",
    "ヘクタール": "hectare", "アール": "are", "平方メートル": "square metre",
    "平方キロ": "square kilometre",
    "平米": "square metre", "坪": "tsubo", "トン": "tonne", "キログラム": "kilogram",
    "キロメートル": "kilometre", "キロ": "kilo", "グラム": "gram", "センチメートル": "centimetre",
    "センチ": "centimetre", "ミリメートル": "millimetre", "ミリ": "millimetre", "メートル": "metre",
    "ナノメートル": "nanometre", "ナノ": "nanometre", "リットル": "litre", "バレル": "barrel",
    "ギガワット時": "gigawatt-hour", "ギガワット": "gigawatt", "メガワット": "megawatt",
    "キロワット": "kilowatt", "ワット": "watt", "ギガバイト": "gigabyte", "テラバイト": "terabyte",
    "ヘルツ": "hertz", "カロリー": "calorie", "立方メートル": "cubic metre", "立米": "cubic metre",
}  # fmt: skip
NO_COUNTERS = ("位", "本社")
MEASURES_EN = (
    "gigawatt-hour kilowatt-hour megawatt-hour terawatt-hour gigawatt megawatt kilowatt terawatt"
    " watt tonne ton kilogram kilometre kilometer metre meter mile hectare acre litre liter barrel"
    " nanometre nanometer centimetre millimetre gigabyte terabyte megabyte kilometer degree"
    " square-meter square-metre square-kilometer square-kilometre square-foot cubic-meter"
    " person staff people percent"
).split()
SYMBOLS = (
    "GWh MWh kWh TWh GW MW kW TW km2 km cm mm nm kg ha GB TB MB PB GHz MHz km/h t m ㎡ ㎞ ㌧ ㌔ "
    "㌶ ㌘"
).split()
_IRREGULAR = "people men women children staff personnel feet teeth media data crew fish police"

COUNTED_PEOPLE = (
    r"respondents?|people|persons?|workers?|employees?|animators?|creators?|freelancers?|members?"
    r"|residents?|voters?|adults?|women|men|guests?|users?|students?|households?|families|patients?"
    r"|artists?|actors?|farmers?|firms|companies|studios|those|(?-i:us)|visitors?|parents|children"
    r"|readers?|citizens?|staff|consumers?|owners?|drivers?|businesses|teachers?|nurses?|pupils?"
)
COUNTED_PEOPLE_JA = (
    r"回答者|人々|人は|人が|社員|従業員|労働者|国民|住民|世帯|声優|アニメーター|漫画家|利用者"
    r"|会員|参加者"
    r"|有権者|若者|学生|家庭|企業|会社|職員|農家|客|フリーランス|クリエイター|関係者|市民|教員|患者"
)


def _any(words: object) -> str:
    return "|".join(sorted(map(re.escape, words), key=len, reverse=True))  # type: ignore[call-overload]


_MEASURES = _any(MEASURES_EN).replace(r"\-", "[ -]")
_CURRENCY_JA = _any(word for word in AFTER_MONEY if not word.isascii())
_CURRENCY_EN = _any(word for word in AFTER_MONEY if word.isascii())
_COUNTER = _any(COUNTERS)
_PLURAL_STOP = (
    "was|is|has|does|as|its|his|this|thus|less|plus|across|besides|towards|perhaps|always|yes"
    "|percents|versus|sometimes|times|us|minus|previous|various|gross|us|nevertheless|unless"
    "|per|years?|overseas|afterwards|seems|says|rises|falls|makes|means|costs|gets|goes|takes"
    "|gives|adds|comes|remains|pays|spends|plans"
)

RIGHT = re.compile(
    r"(?P<points>[ -]?(?:%|percent(?:age)?|per ?cent)?[ -]?(?:ポイント|points?\b(?! of))"
    r"| ?pp\b| ?(?P<basis>bps?\b|basis points?\b|ベーシスポイント))"
    r"|(?P<percent> ?(?:%|パーセント|㌫)|[ -]?(?:percent|per ?cent|pct|pc)\b)"
    r"|(?P<tenths> ?割(?P<hundredths>[0-9一二三四五六七八九]分)?(?![合り]))"
    rf"|(?P<money_ja> ?(?:{_CURRENCY_JA})(?P<sen>[0-9]{{1,2}}銭)?"
    r"(?![形卓滑満錐周盤柱素号凶気首請日来]|グラフ))"
    rf"|(?P<money_en>(?: of )?[ -]?(?:{_CURRENCY_EN})s?\b)"
    rf"|(?P<code> ?(?:{'|'.join(CODES)})\b)"
    r"|(?P<times> ?倍(?![率数角])|[ -]?fold\b|x\b(?! ?[0-9])"
    r"| ?times\b(?= (?:\w+'s|(?:19|20)[0-9]{2}|as|the|more|larger|higher|that|what|its|greater"
    r"|bigger|over|their|those|this|in size)\b))"
    r"|(?P<age_ja> ?[歳才](?![能覚人児]))|(?P<age_en>[ -]years?[ -]olds?\b|-year-olds?\b)"
    rf"|(?P<long_ja> ?(?:{_any(DURATIONS)})(?P<half>半)?(?![目度生産代号下野本鑑布])"
    r"(?P<minutes>[0-9]{1,2}分)?)"
    r"|(?P<long_en>[ -](?:(?:straight|consecutive|full|more|long|whole|business|working|calendar"
    rf"|fiscal) )?(?P<length>{_any(DURATIONS_EN)})s?\b)"
    rf"|(?P<counter> ?(?P<counted>{_COUNTER})(?![目]))"
    r"|(?P<thing>(?!年度|年代|前後|程度|以上|以下|未満|以内|規模|余り|近く|相当|弱|強|超|単位"
    r"|刻み|増|減|時点|体制)"
    r"(?:[一-龥]{2}|[ァ-ヶー]{3,10})(?![一-龥ァ-ヶー]))"
    rf"|(?P<symbol> ?(?P<sign>{_any(SYMBOLS)})(?![A-Za-z0-9]))"
    rf"|(?P<measure>[ -](?P<measured>{_MEASURES})s?\b)"
    r"|(?P<often>[ ]times\b)"
    rf"|(?P<noun>[ ](?!(?:{_PLURAL_STOP})\b)(?P<named>[a-z][a-z'-]{{1,24}}[^s\W]s"
    rf"|{_any(_IRREGULAR.split())})\b)",
    re.IGNORECASE,
)
BEFORE = re.compile(
    rf"(?:(?<![A-Za-z])(?P<letters>us|u\.s\.|nt|hk|au?|ca?|s|nz|cn|rmb|jp)?(?P<sign>[¥$€£₩₹])"
    rf"|(?<![A-Za-z])(?P<code>{'|'.join(CODES)})) ?$",
    re.IGNORECASE,
)
SHORT = re.compile(r"([tbmk])(?:n|r|rn|ln)?\b", re.IGNORECASE)


def currency_after(word: str) -> str:
    """ISO 4217 code of a word after a number.

    >>> currency_after("-yen"), currency_after("ウォン"), currency_after("dollars")
    ('JPY', 'KRW', 'USD')
    """
    plain = word.strip(" -").removeprefix("of ").casefold()
    return AFTER_MONEY.get(plain) or AFTER_MONEY[plain.removesuffix("s")]


def currency_before(found: re.Match[str]) -> str:
    """ISO 4217 code of a match of `BEFORE`."""
    if found["code"]:
        return currency_code(found["code"])
    written = f"{found['letters'] or ''}{found['sign']}".casefold()
    return BEFORE_MONEY.get(written, BEFORE_MONEY[found["sign"]])


def currency_code(code: str) -> str:
    """ISO 4217 code of one that is written as a code, usual or not."""
    plain = code.strip().upper()
    return _SAME_CODE.get(plain, plain)


def singular(noun: str) -> str:
    """One of what an English plural names.

    >>> singular("studios"), singular("companies"), singular("people")
    ('studio', 'company', 'person')
    """
    plain = noun.casefold()
    if plain in ("people", "persons"):
        return "person"
    if plain.endswith("ies") and len(plain) > 4:
        return f"{plain[:-3]}y"
    if plain.endswith(("sses", "xes", "ches", "shes")):
        return plain[:-2]
    return plain.removesuffix("s")
