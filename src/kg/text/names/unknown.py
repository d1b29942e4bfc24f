"""Names that nobody knows yet: firms, bodies and persons told by the words around them.

Only what is sure is taken: a legal form, a word that ends names of bodies, a title before or after.
"""

import re
from collections.abc import Iterator

from kg.text.names.people import TITLES_JA

_BODY = (
    "Research|Institute|Association|Bank|Agency|University|Foundation|Railways?|Rail|Devices|Group"
    "|Holdings|Studios?|Animation|Pictures|Times|News|Shimbun|Herald|Post|Gazette|Tribune|Union"
    "|Federation|Society|Bureau|Commission|Authority|Company|Partners|Capital|Ventures|Networks"
    "|Technologies|Systems|Energy|Motors|Airlines|Hospital|Compute|Labs?|Laboratories"
    "|Semiconductors?"
    "|Electric|Electronics|Media|Entertainment|Games|Productions|Works|Press|Weekly|Journal|Review"
    "|Consulting|Securities|Insurance|Robotics|Pharma|Foods|Steel|Chemical|Logistics|Software"
    "|College"
    "|Alliance|Consortium|Network|Centre|Center|Council|Analytics|Advisors|Associates|Trust|Fund"
)
_FORM = (
    r"(?:,? (?:Inc|Corp|Co|Ltd|LLC|Corporation|K[.]K|Holdings|plc|PLC|Limited|GmbH|AB|AG|SA|NV)"
    r"\b[.]?)"
)
_CAP = r"[A-Z][a-zA-Z'&-]+"
_TITLE = (
    r"(?:Mr|Ms|Mrs|Dr|Prof|Professor|President|Chairman|Chairwoman|Director|Governor|Mayor|Minister"
    r"|Senator|economist|analyst|author|founder|spokesman|spokeswoman|manager|animator|director"
    r"|producer)[.]?"
)
_GIVEN = r"[A-Z][a-z]+(?:-[A-Z]?[a-z]+)?(?: [A-Z][.])? [A-Z][a-z]+(?:-[A-Z][a-z]+)?"
_SAID = r"said|says|told|added|argued|wrote|warned|explained|asked|replied|noted|reviewed|estimates"
_ENGLISH = re.compile(
    rf"\b(?P<firm>{_CAP}(?: (?:of |and |& )?{_CAP}){{0,4}}{_FORM})"
    r"|\b(?P<body>(?!(?:The|A|An|In|At|Of|And|But|Its|Their|This|Our|For|By|From|No|Every|Each"
    r"|Our)\b)"
    rf"{_CAP}(?: (?:&|{_CAP})){{0,3}} (?:{_BODY})(?: of {_CAP}(?: {_CAP})?)?)(?=$|[\s,.;:)'”\"!?])"
    rf"|\b{_TITLE} (?P<titled>{_GIVEN})\b"
    rf"|\b(?P<sayer>{_GIVEN})(?=,? (?:{_SAID})\b)|\b(?:{_SAID}|according to|by) (?P<said>{_GIVEN}"
    r")\b(?! \w+ed by)"
    rf"|\b(?:Yours(?: \w+)?|Sincerely|Regards|Best wishes),\s{{1,3}}(?P<signed>{_GIVEN})\b"
    rf"|\b(?P<aged>{_GIVEN})(?=, (?:[1-9][0-9],|head of|president of|director of|chief executive"
    r"|an? (?:\w+ ){0,2}(?:professor|economist|analyst|director|lawyer|animator|farmer|researcher"
    r"|founder|fellow|partner|teacher|nurse|spokesman|spokeswoman)))"
)
_N = "一-龥々ァ-ヶーA-Za-zＡ-Ｚａ-ｚ"
_JAPANESE = re.compile(
    r"(?P<form>(?:株式会社|有限会社|合同会社|[(]株[)]|㈱)[一-龥々ァ-ヶーA-Za-z0-9]{1,20}"
    r"|(?:株式会社|有限会社|合同会社|[(]株[)]|㈱)[ぁ-ん]{2,8}[一-龥々ァ-ヶーA-Za-z0-9]{1,12}"
    r"|(?<![一-龥々ァ-ヶーA-Za-z])[一-龥々ァ-ヶーA-Za-z]{2,14}(?:株式会社|有限会社|合同会社))"
    rf"|(?P<kana>(?:(?<![ぁ-ん一-龥々])[一-龥々]{{1,3}}|(?<=の)|(?<![ぁ-ん]))(?!(?:の|など|また"
    r"|この|その|こう|ある|とき|ため|よる|いう|した|して|する|から|まで|との|には)"
    r")[ぁ-ん]{3,6}(?:法律事務所|事務所|新聞|銀行|動画|研究所|ケア|製作所|出版|書店|電機|工業"
    r"|商事|放送))"
    rf"|(?P<ends>(?<![{_N}])[{_N}]{{2,14}}(?:新聞|銀行|大学|研究所|協会|連盟|財団|機構|事務所"
    r"|通信社|電機|放送"
    r"|経営者会議|総研|連合会|組合|製作所|ホールディングス|グループ|出版|テレビ))(?![一-龥々ァ-ヶー])"
    r"|(?<![一-龥々])(?P<person>[一-龥々]{1,4}|[一-龥々]{1,3}[ぁ-ん]{2,4})(?=(?:氏|さん"
    r"|両氏|君)(?![一-龥]))"
    r"|(?:代表|社長|会長|教授|作家|監督|記者|理事|弁護士|研究員)の(?P<after>[一-龥々]{2,3}[一-"
    r"龥々ぁ-ん]{1,3})"
    rf"(?=[はがもの、。(（]|氏|さん)"
)
_NOT_BODIES = re.compile(
    r"^(?:全国|地方|都市|国立|私立|公立|有力|大手|海外|国内|中央|主要|業界|関係|同|各|当|日本の"
    r"|米|メガ|ネット|信託|専門|両"
    r"|本|他|某|民間|政府系|金融|研究|調査|国際)?(?:新聞|銀行|大学|研究所|協会|連盟|財団|機構"
    r"|事務所|通信社|電機|放送"
    r"|総研|組合|連合会|製作所|出版|テレビ)$"
)
_NO_NAME = re.compile(
    "取締|名誉|特任|女性|男性|歴代|代表|客員|副|前|元|新|各|某|同|担当|日本|映画|総"
)
_NOT_PERSONS = frozenset(
    "両 同 委員 議員 大臣 首相 皆 皆様 読者 両者 参考人 政府参考人 御 奥 娘 息子 父 母 兄 姉 弟"
    " 妹 孫 店主 社員 職員 学生 記者 業者 客 患者 隣人 友人 知人 同僚 上司 部下 子供 子 親 夫 妻"
    " 彼 同君 担当者 農家 沢山 委員長 議長 主人 看護師".split()
)
_NOT_ENGLISH = frozenset(
    "Prime Minister The This That What When Where Who Why How Japan Tokyo Europe Asia United South"
    " North East West New Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February"
    " March April May June July August September October November December".split()
)


def unknown_names(text: str) -> Iterator[tuple[int, int]]:
    """Start and end of each name that rules alone can tell, from left to right by language.

    >>> [(a, b) for a, b in unknown_names("Alma Forsberg said so")]
    [(0, 13)]
    """
    yield from _english(text)
    yield from _japanese(text)


def _english(text: str) -> Iterator[tuple[int, int]]:
    for match in _ENGLISH.finditer(text):
        group = match.lastgroup or ""
        words = match[group].split()
        if group in ("firm", "body") or words[0] not in _NOT_ENGLISH:
            yield match.span(group)


def _japanese(text: str) -> Iterator[tuple[int, int]]:
    for match in _JAPANESE.finditer(text):
        group = match.lastgroup or ""
        surface = match[group]
        if group == "ends" and _NOT_BODIES.match(surface):
            continue
        if group == "titled" and _NO_NAME.search(surface):
            continue
        if group == "person" and (surface in _NOT_PERSONS or re.search(TITLES_JA, surface)):
            continue
        yield match.span(group)
