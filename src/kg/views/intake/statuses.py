"""As what a figure is said: estimated, surveyed, announced, aimed at …"""

import re
from collections import Counter

from kg.ledger.candidates import Words
from kg.views.intake.periods import Field
from kg.views.intake.ranking import Ranked

_CUES = (
    ("target", r"目標|目指|\b(?:target|goal|aims?|aiming)\b"),
    ("provisional", r"速報|\b(?:preliminary|provisional|flash estimate)\b"),
    ("forecast", r"予測|見通し|見込|\b(?:forecast\w*|expect\w*|projects?|projected|projection)\b"),
    ("estimated", r"推計|試算|\bestimat\w*\b"),
    ("surveyed", r"調査|アンケート|\b(?:survey\w*|poll(?:ed)?|respondents?)\b"),
    ("requested", r"概算要求|要求額|\brequest\w*\b"),
    ("enacted", r"成立|可決|\b(?:enacted|passed|approved by (?:the )?(?:Diet|parliament))\b"),
    ("planned", r"計画|方針|\b(?:plans?|planned|planning)\b"),
    ("announced", r"発表|表明|\b(?:announc\w*|unveil\w*|pledg\w*)\b"),
)
_PATTERNS = tuple((name, re.compile(words, re.IGNORECASE)) for name, words in _CUES)
_DEFAULT = "reported"


def status_of(sentence: str, ranked: Ranked | None) -> Field:
    """The status that the words of a sentence give, else that of most claims of the same."""
    found = [(name, seen) for name, words in _PATTERNS if (seen := words.search(sentence))]
    known = Counter(claim.status.local for claim in ranked.claims) if ranked else Counter()
    fitting = [pair for pair in found if pair[0] in known] or ([] if known else found)
    if fitting:
        name, seen = fitting[0]
        return Field(name, "stated", Words(f"“{seen[0]}” stands there", f"「{seen[0]}」とある"))
    if known:
        why = Words("as most claims of this in the record", "記録で同じ事柄に最も多い性格")
        return Field(known.most_common(1)[0][0], "inferred", why)
    return Field(_DEFAULT, "inferred", Words("nothing says more", "ほかに手がかりがない"))
