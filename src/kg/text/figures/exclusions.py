"""Numerals that are no figures: addresses, telephones, versions, clocks, ordinals, models, lists.

Each pattern is a line of its own; what it matches is blotted out before anything is read.
"""

import re

from kg.text.folding import MASK

_N = "[0-9一二三四五六七八九十百]{1,4}"
_LABELS = (
    "No|Nos|Number|Chapter|Article|Section|Figure|Fig|Table|Volume|Vol|Page|Platform|Room|Route"
    "|Phase|Step|Level|Tier|Part|Grade|Track|Gate|Lane|Line|Round|Season|Episode|Appendix|Annex"
    "|Box|Note|Suite|Paragraph|Clause|Schedule|Version|Ver|Class|Type|Windows|Society|Industry"
    "|Web|Highway|Channel|Bus|Flight|Post|Comment|Item|Question|Point"
)
_NO_UNIT = r"(?![0-9]|,[0-9]{3}|[.][0-9]| ?(?:%|percent|per cent|[mbt]r?illion|yen|people|years?))"
_JA_UNIT = r"(?![0-9.,]{0,9}\s?[兆億万円%割倍社人名件年月日台カかヵヶ歳つ本ドポ])"
_CODES = "FYs?|CY|JPY|USD|EUR|GBP|KRW|CNY|TWD|NTD|RMB|HKD|AUD|US|NT|HK|Q"

_PATTERNS = (
    r"https?://[^\s)」』]{1,300}|\bwww[.][^\s)」』]{1,300}",
    r"\b[A-Za-z0-9._+-]{1,64}@[A-Za-z0-9.-]{1,100}",
    r"\b(?:[A-Za-z0-9-]{1,40}[.]){1,4}(?:com|org|net|jp|info|io|co|gov|edu)\b(?:/[^\s)」]{0,200})?",
    r"(?<![0-9])(?:\+[0-9]{1,3}[ -]?)?\(?[0-9]{1,4}\)?[ -]?[0-9]{1,4}-[0-9]{3,4}(?:-[0-9]{3,4})(?"
    r"![0-9])",
    r"(?<![0-9])(?:\+[0-9]{1,3}[ -]?|\(?0)[0-9]{1,4}\)?[ -][0-9]{1,4}[ -][0-9]{3,4}(?![0-9])",
    r"\(0[0-9]{1,4}\)\s?[0-9]{1,4}-[0-9]{3,4}|(?:\bext[.]?|内線)\s?[0-9]{1,5}",
    r"〒\s?[0-9]{3}-?[0-9]{4}|(?<![0-9.,-])[0-9]{3}-[0-9]{4}(?![0-9-])",
    r"(?:\bv|\bver[.]?|\bversion|バージョン)\s?[0-9]{1,4}(?:[.][0-9]{1,4}){0,4}",
    r"(?<![0-9.])(?!(?:19|20)[0-9]{2}[.])[0-9]{1,4}(?:[.][0-9]{1,4}){2,5}(?![0-9])",
    r"(?<![0-9:])[0-9]{1,3}:[0-9]{1,2}(?![0-9:]|,[0-9])|(?<![0-9:])[0-2]?[0-9]:[0-5][0-9](?::[0-5"
    r"][0-9])?(?:\s?[ap][.]?m\b)?(?![0-9:])",
    r"\b[0-9]{1,2}\s?(?:[ap][.]m[.]|[ap]m\b|o'clock)",
    rf"(?:(?:午前|午後|正午|深夜|未明)\s?)?(?<![0-9.,]){_N}\s?時(?![間代期点])(?:\s?[0-9]{{1,2}}"
    r"分|半)?",
    rf"第\s?{_N}(?!\s?[四4]四半期|四半期)(?:\s?[・~、-]\s?第?{_N}(?=[条章回項号]))?"
    rf"(?:の{_N})?\s?[章条回位号期次話部巻項節弾版類類種波世群課室]?(?:\s?の\s?[0-9]+)?",
    rf"(?<![0-9.,兆億万]){_N}\s?(?:[年回人社つ本件度番日代期枚点個曲作台歳]目|位(?!置)"
    r"|番(?!組)(?:目|地)?|号"
    r"|条|項(?!目)|章|節(?![約電目])|巻|丁目|世(?![帯界代])|世代|級|年生|次(?!ぐ)|頁|面(?!談)"
    r"|階(?!段|層|級)"
    r"|合目|親等|列(?!車|島)|期(?!間|待))",
    rf"\b(?:{_LABELS})s?[.]? ?#?(?:[0-9]{{1,4}}(?:[-–.][0-9]{{1,3}})*\b{_NO_UNIT}|(?=\Z))",
    r"\b(?:article|section|chapter|page|platform|room|route|phase|step|figure|table|volume|flight"
    r"|paragraph|clause|appendix|version|season|episode|gate|tier|level|grade|round|line|part|class"
    r"|footnote|para|(?:vol|art|no|nos|sec|fig|ch|para)[.]|ISO|RFC|HTTP|IEC|JIS|HS|ISBN)"
    rf" [0-9]{{1,4}}(?:[-–.][0-9]{{1,13}})*\b{_NO_UNIT}",
    r"\bpp?[.] ?[0-9]{1,4}(?:[-–][0-9]{1,4})?|\bp[0-9]{1,4}\b|§+ ?[0-9.]{1,9}",
    r"(?:番号|型番|品番|証券コード|コード|レベル|フェーズ|ステップ|シーズン|図表?|別表|資料"
    r"|№)[は:]?\s?"
    rf"(?:[A-Z]{{1,4}}-?)?[0-9]{{1,6}}{_JA_UNIT}[A-Z]?",
    rf"(?<![A-Za-z0-9])(?!(?:{_CODES})[ ']?[0-9])(?:[A-Z][A-Za-z]{{0,11}}-?|[a-z]{{1,12}})"
    rf"[0-9]{{1,5}}{_JA_UNIT}(?:[A-Za-z-][A-Za-z0-9-]{{0,11}}|[.][0-9]{{1,2}}(?![0-9]))?(?![A-Za-"
    r"z0-9])",
    r"(?<![0-9.,¥$€£₩])[0-9]{1,2}(?:[GKD](?![A-Za-z])|D[A-Z]{2,3}\b|on[0-9])",
    r"[0-9]{1,4}\s?対\s?[0-9]{1,4}(?![0-9.,]|\s?[兆億万円%割倍])",
    r"(?m:^)[ \t]{0,8}(?:[・●○◆■*-]\s?)?(?:[(\[【]?(?:[QA問答]\s?)?[0-9]{1,3}[)\]】]"
    r"|[QA問]?[0-9]{1,3}"
    r"(?:[.、](?![0-9])|\s?:(?![0-9]))|[一二三四五六七八九十]{1,3}[、.]|[QA問][0-9]{1,3}(?=\s))",
    r"\bin (?:thousands|millions|billions|trillions) of\b",
    r"単位\s?[:は]\s?[一-龥ァ-ヶA-Za-z%]{1,6}"
    r"|[0-9]{1,2}[.][0-9]{2}\s?[–-]\s?[0-9]{1,2}[.][0-9]{2}(?![0-9%])",
    r"[0-9.]{1,4}次元|[0-9]{1,2}月号|_[0-9]{1,9}\b",
    r">>[0-9]{1,4}|#[0-9]{1,6}\b|\[[0-9]{1,3}\]|(?:注|※|脚注)\s?[0-9]{1,3}|ID:[A-Za-z0-9+/.]{6,12}",
    r"[(](?:1[0-7]|[0-9])[)]",
    r"(?<![0-9.,])[1一]\s?(?:人|日|台|時間|枚|社|世帯|カ月|か月|ヵ月|ヶ月|年|株|本|個|戸|食|回"
    r"|泊|袋|坪|キロ|トン|件"
    r"|平方メートル|店|校|作品|話|ドル|ユーロ|単位|口|kWh|kW|kg|km|㎡|平米)\s?(?:当たり|あたり|につき|ごと|毎に)",
    r"(?<![0-9.,])1\s?(?:ドル|ユーロ|ポンド|ウォン|元|円)\s?=",
    r"(?<![0-9.])[1一]日(?:平均|に(?=[0-9]))|[0-9]日に[0-9]回|(?<![0-9.])1(?:枚|話|本|台|人|日|カ月|時間|社|件|回|泊|食|[ァ-ヶー]{2,6})(?=約?[0-9])"
    r"|[1一]人[1一ひ]と?り?人?"
    r"|[1一]つ[1一]つ|[1一]つ(?![0-9])|[1一]度(?![0-9])|二人三脚|十人十色|一日も",
    r"(?i:\b(?:one (?:another|by one|day\b|or two)|number one|one-on-one|two-way|one-time))",
    r"(?:一部|一方|一般|一致|一層|三菱|三井|五輪|十分(?![のか間])|千葉|百貨|万博|四国|九州|三重"
    r"|一因|一連|一時(?!間)|一定"
    r"|統一|万一|第一|一律|一体|二重|二次|三次|一番|一気|一切|一応|一見|一貫|一環|一覧|一斉|一段"
    r"|一転|一歩|一種|一面|同一"
    r"|唯一|均一|単一|六本木|四日市|五十嵐|百科|万全|万能|三角|四季|一本化|十全|一石二鳥"
    r"|一長一短|四半世紀|一喜一憂|万が一"
    r"|一人当|五月雨|一億総|数字|数値|数量|数多|数え|一挙|一角|一帯|一丸|一握り|一国|一家|億万長者|三人寄"
    r"|千差万別|二極|八方|五感|九死"
    r"|一巡|一括|一端|一新|一変|一例|一助|一翼|一手|一言|一目|一理|一概|一存|十二分|二の足|三脚"
    r"|千代田|八王子|三越|七夕)",
)
_MAY_BEGIN = (  # so that nothing is tried where nothing can begin
    r"(?=[_0-9一二三四五六七八九十百千万億同唯均単数〒午正深未第番型品証コレフスシ図別資№注※脚バ>#"
    r"+§内(\[]|\b[A-Za-z](?=[A-Za-z0-9.@_-])|(?m:^))"
)
_NO_FIGURE = re.compile(f"{_MAY_BEGIN}(?:{'|'.join(f'(?:{pattern})' for pattern in _PATTERNS)})")


def without_non_figures(text: str) -> str:
    """The text, as long as it was, with everything blotted out that is no figure.

    >>> without_non_figures("GPT-5, 03-5555-0199, 第3条, 3人").replace(MASK, "")
    ', , , 3人'
    """
    return _NO_FIGURE.sub(lambda found: MASK * len(found[0]), text)
