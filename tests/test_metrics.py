"""aligner.metrics: figures against hand-computed values, laws of agreement, term counts."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner import metrics
from aligner.errors import UsageError
from aligner.languages import ENGLISH, JAPANESE, KOREAN, Language
from aligner.metrics import agreement
from aligner.model import TermMatch, TermStatus, TermUse, TranslationUnit

KO = [
    "외교부는 성명을 발표했다.",
    "쌀값이 두 배로 뛰었다.",
    "회담은 월요일에 열린다.",
    "법원이 판결을 뒤집었다.",
]
JA = ["外務省は声明を発表した。", "コメの価格は2倍になった。", "会談は月曜日に開かれる。"]


@pytest.mark.parametrize(("texts", "language"), [(KO, KOREAN), (JA, JAPANESE)])
def test_a_perfect_translation_scores_perfectly(texts: list[str], language: Language) -> None:
    chrf, bleu, ter = metrics.evaluate(texts, texts, language)
    assert (chrf.value, bleu.value, ter.value) == pytest.approx((100, 100, 0))
    assert chrf.higher_is_better and bleu.higher_is_better and not ter.higher_is_better


def test_signatures_name_the_tokenizer_of_the_language() -> None:
    tokenizers = {KOREAN: "tok:ko-mecab", JAPANESE: "tok:ja-mecab", ENGLISH: "tok:13a"}
    for language, expected in tokenizers.items():
        (bleu,) = metrics.evaluate(KO, KO, language, names=["BLEU"])
        assert bleu.signature.startswith("BLEU|") and expected in bleu.signature
    (chrf,) = metrics.evaluate(KO, KO, KOREAN, names=["chrF2"])
    assert "nc:6|nw:0" in chrf.signature and "version:" in chrf.signature


def test_japanese_bleu_sees_words_that_13a_does_not() -> None:
    near = ["外務省は声明を公表した。", "コメの価格は3倍になった。", "会談は火曜日に開かれる。"]
    (mecab,) = metrics.evaluate(near, JA, JAPANESE, names=["BLEU"])
    (plain,) = metrics.evaluate(near, JA, ENGLISH, names=["BLEU"])
    assert mecab.value > 40 > plain.value


def test_unequal_empty_and_unknown_are_refused() -> None:
    with pytest.raises(UsageError, match="4 translations for 3 references"):
        metrics.evaluate(KO, JA, KOREAN)
    with pytest.raises(UsageError, match="no translations"):
        metrics.evaluate([], [], KOREAN)
    with pytest.raises(UsageError, match="unknown metric 'COMET'"):
        metrics.evaluate(KO, KO, KOREAN, names=["COMET"])


def test_the_interval_holds_the_value_only_when_asked_for() -> None:
    worse = [text[::-1] if i % 2 else text for i, text in enumerate(KO * 5)]
    (plain,) = metrics.evaluate(worse, KO * 5, KOREAN, names=["chrF2"])
    (drawn,) = metrics.evaluate(worse, KO * 5, KOREAN, names=["chrF2"], samples=50)
    assert plain.low is None and plain.value == drawn.value
    assert drawn.low is not None and drawn.high is not None
    assert drawn.low < drawn.value < drawn.high


def test_the_paired_bootstrap_tells_better_from_equal() -> None:
    worse = [text.replace("다.", "함").replace("성명", "말") for text in KO] * 8
    better, same = (
        metrics.compare(worse, system, KO * 8, KOREAN, names=["chrF2"], samples=200)[0]
        for system in (KO * 8, worse)
    )
    assert better.better and better.p < 0.05 and "bs:200" in better.system.signature
    assert not same.better and same.p > 0.05
    backwards = metrics.compare(KO * 8, worse, KO * 8, KOREAN, names=["chrF2"], samples=200)[0]
    assert not backwards.better and backwards.p < 0.05


# --- agreement ---


def _kendall(x: list[int], y: list[int]) -> float:
    """tau-b by its definition, pair by pair."""
    s = tx = ty = 0
    for (a, b), (c, d) in itertools.combinations(zip(x, y, strict=True), 2):
        s += ((a > c) - (a < c)) * ((b > d) - (b < d))
        tx += a != c
        ty += b != d
    return s / math.sqrt(tx * ty) if tx and ty else 0.0


@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 5)), min_size=3, max_size=40))
@settings(max_examples=60, deadline=None)
def test_kendall_equals_its_definition(rows: list[tuple[int, int]]) -> None:
    x, y = [a for a, _ in rows], [b for _, b in rows]
    fast = agreement.kendall(np.array(x, float), np.array(y, float))
    assert fast == pytest.approx(_kendall(x, y), abs=1e-12)


@given(st.lists(st.floats(-100, 100), min_size=3, max_size=30), st.randoms())
@settings(max_examples=40, deadline=None)
def test_rank_correlations_ignore_monotone_change_and_order(
    values: list[float], random: object
) -> None:
    x = np.round(np.array(values), 3)
    y = np.roll(x, 1)
    stretched = np.sign(x) * np.abs(x) ** 0.5 * 7 + 3
    for measure in (agreement.spearman, agreement.kendall):
        assert measure(x, y) == pytest.approx(measure(stretched, y), abs=1e-9)
        assert measure(x, y) == pytest.approx(measure(y, x), abs=1e-9)
        assert -1 - 1e-9 <= measure(x, y) <= 1 + 1e-9


def test_ranks_share_ties() -> None:
    assert agreement.ranks(np.array([10.0, 20, 20, 5])).tolist() == [2, 3.5, 3.5, 1]


def test_a_perfect_a_reversed_and_a_constant_score() -> None:
    human = [1.0, 2, 3, 4, 5, 6]
    perfect = metrics.evaluate_scores([2 * h for h in human], human, samples=50)
    reversed_ = metrics.evaluate_scores([-h for h in human], human, samples=50)
    constant = metrics.evaluate_scores([0.1] * 6, human, samples=50)
    assert perfect.pearson.value == perfect.kendall.value == pytest.approx(1)
    assert reversed_.spearman.value == pytest.approx(-1)
    assert constant.pearson.value == constant.kendall.value == constant.spearman.value == 0


def test_accuracy_within_a_source_leaves_human_ties_out_and_halves_own() -> None:
    # Source a: three pairs, one tied by humans, one tied by the score, one right.
    found = metrics.evaluate_scores(
        [0.5, 0.5, 0.9, 0.1], [1, 2, 2, 50], sources=["a", "a", "a", "b"], samples=20
    )
    assert found.within_source is not None
    assert found.within_source.value == pytest.approx((0.5 + 1) / 2)


def test_system_level_needs_three_systems() -> None:
    human = [1.0, 2, 3, 1, 2, 3]
    names = ["a", "b", "c"] * 2
    three = metrics.evaluate_scores(human, human, systems=names, samples=10)
    assert (three.systems, three.system_accuracy) == (3, 1.0)
    assert three.system_pearson == pytest.approx(1)
    two = metrics.evaluate_scores(human, human, systems=["a", "b"] * 3, samples=10)
    assert two.systems == 2 and two.system_pearson is None


def test_documents_widen_the_interval() -> None:
    random = np.random.default_rng(5)
    level = np.repeat(random.normal(size=12), 20)
    x, y = level + random.normal(size=240), level + random.normal(size=240)
    documents = [str(i // 20) for i in range(240)]
    rows = metrics.evaluate_scores(x.tolist(), y.tolist(), samples=200).pearson
    whole = metrics.evaluate_scores(x.tolist(), y.tolist(), documents=documents, samples=200)
    assert whole.documents == 12
    assert whole.pearson.high - whole.pearson.low > 1.3 * (rows.high - rows.low)
    assert whole.pearson.low < whole.pearson.value < whole.pearson.high


def test_agreement_is_repeatable_and_refuses_bad_input() -> None:
    x = [0.1, 0.5, 0.3, 0.9]
    assert metrics.evaluate_scores(x, x[::-1]) == metrics.evaluate_scores(x, x[::-1])
    with pytest.raises(UsageError, match="4 scores but 3 human scores"):
        metrics.evaluate_scores(x, x[1:])
    with pytest.raises(UsageError, match="three rows"):
        metrics.evaluate_scores(x[:2], x[:2])
    with pytest.raises(UsageError, match="finite"):
        metrics.evaluate_scores([0.1, math.nan, 0.2], [1.0, 2, 3])


# --- terms and broken rows ---


def _use(
    concept: str, found: str | None, status: TermStatus, *, ambiguous: bool = False
) -> TermUse:
    match = TermMatch(concept, 0, 1, "x", ambiguous=("p", "q") if ambiguous else ())
    return TermUse(match, status, ("외교부", "외무성"), found)


def _unit(document: str, *uses: TermUse) -> TranslationUnit:
    return TranslationUnit("1", "x", "외교부", KOREAN, terms=uses, document=document)


def test_terms_are_counted_as_wmt25_does() -> None:
    ok, missing, old = TermStatus.OK, TermStatus.MISSING, TermStatus.DEPRECATED
    units = [
        _unit("a", _use("m", "외무성", ok), _use("once", "서울", ok)),
        _unit("a", _use("m", "외교부", ok), _use("m", None, missing)),
        _unit("a", _use("m", "외교부", ok), _use("vague", None, missing, ambiguous=True)),
        _unit("b", _use("m", "외무부", old), _use("m", "외무부", old)),
    ]
    found = metrics.terminology(units)
    assert (found.matched, found.occurrences, found.deprecated, found.ambiguous) == (4, 7, 2, 1)
    assert found.success == pytest.approx(4 / 7)
    # Document a: 외무성, 외교부, -, 외교부; document b: 외무부 twice.
    assert found.first.micro == pytest.approx((1 + 2) / 6)
    assert found.first.macro == pytest.approx((1 / 4 + 1) / 2)
    assert found.frequent.micro == pytest.approx((2 + 2) / 6)
    assert found.predefined.micro == pytest.approx((2 + 0) / 6)


def test_no_terms_is_no_failure() -> None:
    found = metrics.terminology([_unit("a")])
    assert (found.success, found.occurrences, found.first.macro) == (1.0, 0, 1.0)


def test_degenerate_rate_counts_kinds() -> None:
    def test(source: str, target: str, language: Language) -> str | None:
        assert language is KOREAN
        return "copy" if source == target else None

    units = [TranslationUnit(str(i), "a", "a" if i < 1 else "가", KOREAN) for i in range(4)]
    assert metrics.degenerate_rate(units, test) == (0.25, {"copy": 1})
    assert metrics.degenerate_rate([], test) == (0.0, {})
