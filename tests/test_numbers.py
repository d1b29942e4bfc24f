"""Numbers as intervals: printed digits, words around them, canonical forms, spoken forms."""

import random
from decimal import Decimal

import pytest

from kg.ledger.vocabulary import Vocabulary
from kg.text.bounds import BoundRules, bounds, canonical, half_unit, load_bounds, parse_number
from kg.text.words import in_english, in_japanese, spoken
from surfaces import ONTOLOGY

pytestmark = pytest.mark.fast

RULES = load_bounds(ONTOLOGY / "config" / "bounds.yaml")
OPEN = None


@pytest.mark.parametrize(
    ("cell", "half"),
    [
        ("1e12", "5e11"),
        ("1.0e12", "5e10"),
        ("25.2e9", "5e7"),
        ("14.9003e12", "5e7"),
        ("1.5E+3", "50"),
        ("5e-3", "5e-4"),
        ("26", "0.5"),
        ("26.0", "0.05"),
        ("0.5", "0.05"),
        ("1500", "50"),
        ("1000000", "5e5"),
        ("007", "0.5"),
        ("0", "0.5"),
        ("000", "0.5"),
        ("0.00", "0.005"),
        ("-35e9", "5e8"),
        ("+3", "0.5"),
    ],
)
def test_half_a_unit_of_the_last_stated_digit(cell: str, half: str) -> None:
    assert half_unit(cell) == Decimal(half)


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("1e12", "1000000000000"),
        ("25.2e9", "25200000000"),
        ("0012.500", "12.5"),
        ("-0", "0"),
        ("-0.0", "0"),
        ("1e18", "1000000000000000000"),
        ("1e-12", "0.000000000001"),
        ("+7", "7"),
    ],
)
def test_a_cell_states_one_exact_decimal(cell: str, number: str) -> None:
    found = parse_number(cell)
    assert found is not None
    assert canonical(found) == number


@pytest.mark.parametrize(
    "cell",
    ["", " ", "1,000", "1 000", "1_000", "1.", ".5", "1e", "e9", "1e9.5", "0x10", "NaN", "inf",
     "-Infinity", "１２", "1e１", "一兆", "1兆", "¥5", "5%", "1.1e18", "1e19", "-2e18", "1e-13",
     "1.5e-12", "1e999", "1\n", "--1", "1/2"],
)  # fmt: skip
def test_what_is_no_number_of_ours_is_refused(cell: str) -> None:
    assert parse_number(cell) is None


BOUNDS = [
    ("exact", "10e6", "10000000", "10000000"),
    ("exact", "-3", "-3", "-3"),
    ("stated", "25.2e9", "25150000000", "25250000000"),
    ("stated", "1e12", "500000000000", "1500000000000"),
    ("stated", "26", "25.5", "26.5"),
    ("stated", "1500", "1450", "1550"),
    ("stated", "-5", "-5.5", "-4.5"),
    ("approximately", "1e12", "500000000000", "1500000000000"),
    ("approximately", "1.00e12", "900000000000", "1100000000000"),
    ("approximately", "105", "94.5", "115.5"),
    ("approximately", "-200", "-250", "-150"),
    ("over", "55e9", "55000000000", OPEN),
    ("at-least", "55e9", "55000000000", OPEN),
    ("under", "55e9", OPEN, "55000000000"),
    ("up-to", "45e12", OPEN, "45500000000000"),
]


@pytest.mark.parametrize(("qualifier", "cell", "lower", "upper"), BOUNDS)
def test_the_words_around_a_number_bound_it(
    qualifier: str, cell: str, lower: str | None, upper: str | None
) -> None:
    found = bounds(cell, qualifier, RULES, None, None)
    assert [side and canonical(side) for side in found] == [lower, upper]


@pytest.mark.parametrize("qualifier", ["range", "order-of-magnitude"])
def test_a_range_is_what_the_row_gives(qualifier: str) -> None:
    assert RULES.takes_range(qualifier)
    low, high = Decimal("1e11"), Decimal("1e12")
    assert bounds("1e11", qualifier, RULES, low, high) == (low, high)


def test_every_qualifier_of_the_scheme_has_a_rule_and_only_those(vocabulary: Vocabulary) -> None:
    assert set(RULES.rules) == set(vocabulary.concepts["value-qualifier"])
    assert {q for q in RULES.rules if RULES.takes_range(q)} == {"range", "order-of-magnitude"}
    tested = {row[0] for row in BOUNDS}
    assert tested == {q for q in RULES.rules if not RULES.takes_range(q)}


def test_the_share_of_an_approximation_comes_from_the_rules() -> None:
    wider = BoundRules(Decimal("0.5"), RULES.rules)
    assert bounds("105", "approximately", wider, None, None) == (Decimal("52.5"), Decimal("157.5"))


def test_a_value_lies_within_its_bounds_whatever_the_number() -> None:
    chance = random.Random(20261122)
    for _ in range(3000):
        cell = random_cell(chance)
        value, half = parse_number(cell), half_unit(cell)
        assert value is not None
        for qualifier in RULES.rules:
            low, high = (value, value + half) if RULES.takes_range(qualifier) else (None, None)
            lower, upper = bounds(cell, qualifier, RULES, low, high)
            assert lower is None or lower <= value, (cell, qualifier)
            assert upper is None or value <= upper, (cell, qualifier)
            if qualifier == "stated":
                assert lower is not None
                assert upper is not None
                assert upper - lower == 2 * half
                near = bounds(cell, "approximately", RULES, None, None)
                assert near[0] is not None
                assert near[0] <= lower


def random_cell(chance: random.Random) -> str:
    whole = str(chance.randrange(10 ** chance.randint(1, 6)))
    fraction = "." + "".join(chance.choices("0123456789", k=chance.randint(1, 4)))
    exponent = f"{chance.choice('eE')}{chance.randint(-3, 11)}"
    sign = chance.choice(["", "", "-", "+"])
    return sign + whole + chance.choice(["", fraction]) + chance.choice(["", exponent])


def test_a_canonical_decimal_keeps_its_value_and_reads_back_as_itself() -> None:
    chance = random.Random(7)
    for _ in range(3000):
        number = Decimal(random_cell(chance))
        text = canonical(number)
        assert Decimal(text) == number
        assert canonical(Decimal(text)) == text
        assert "e" not in text.lower()
        assert text == "0" or not text.startswith(("-0.0" + "0" * 30, "+", "."))
        assert "." not in text or not text.endswith(("0", "."))
        assert text != "-0"


@pytest.mark.parametrize(
    ("number", "english", "japanese"),
    [
        ("0", "0 yen", "0円"),
        ("999", "999 yen", "999円"),
        ("10000", "10,000 yen", "1万円"),
        ("12345", "12,345 yen", "1万2345円"),
        ("1000000", "1 million yen", "100万円"),
        ("100000000", "100 million yen", "1億円"),
        ("25200000000", "25.2 billion yen", "252億円"),
        ("55000000000", "55 billion yen", "550億円"),
        ("1000000000000", "1 trillion yen", "1兆円"),
        ("1025200000000", "1.0252 trillion yen", "1兆252億円"),
        ("14900300000000", "14.9003 trillion yen", "14兆9003億円"),
        ("10000000000000000", "10,000 trillion yen", "10000兆円"),
        ("100000001", "100.000001 million yen", "1億1円"),
        ("-35000000000", "-35 billion yen", "-350億円"),
        ("26.5", "26.5 yen", "26.5円"),
        ("0.5", "0.5 yen", "0.5円"),
    ],
)
def test_amounts_are_echoed_in_both_languages(number: str, english: str, japanese: str) -> None:
    assert spoken(Decimal(number), "cur:JPY", "JPY", "JPY") == (english, japanese)


def test_other_units_keep_their_own_names() -> None:
    assert spoken(Decimal(26), "unit/percent", "percent", "パーセント") == (
        "26 percent",
        "26パーセント",
    )


def test_the_words_of_an_amount_say_exactly_its_value() -> None:
    scale = {"trillion": 12, "billion": 9, "million": 6}
    chance = random.Random(3)
    for _ in range(2000):
        value = Decimal(chance.randrange(10 ** chance.randint(1, 17)))
        number, *word = in_english(value).removesuffix(" yen").split(" ")
        assert Decimal(number.replace(",", "")).scaleb(scale[word[0]] if word else 0) == value
        rest, total = in_japanese(value).removesuffix("円"), Decimal(0)
        for mark, power in (("兆", 12), ("億", 8), ("万", 4)):
            head, found, tail = rest.partition(mark)
            rest = tail if found else rest
            total += Decimal(head).scaleb(power) if found else 0
        assert total + Decimal(rest.replace(",", "") or 0) == value
