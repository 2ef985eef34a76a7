"""aligner.scoring: what can never score high, what findings do, order, repeatability, verdicts."""

from __future__ import annotations

import json
import math
import random
from dataclasses import replace
from importlib import resources

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner import scoring
from aligner.errors import UsageError
from aligner.languages import ENGLISH, JAPANESE, KOREAN, Language
from aligner.model import (
    Finding,
    Hypothesis,
    Score,
    Severity,
    TermMatch,
    TermStatus,
    TermUse,
    TranslationUnit,
    Verdict,
)
from aligner.scoring import confidence, encoder, estimate, lexicon, planted, surface

SOURCE = (
    "The Foreign Ministry in Seoul declined to say whether its ambassador would return "
    "to his post before the summit on March 14."
)
GOOD = {
    "ko": "한국 외교부는 자국 대사가 3월 14일 정상회담 전에 임지로 복귀할지에 대해 언급을 피했다.",
    "ja": "韓国外務省は、自国の大使が3月14日の首脳会談前に任地へ戻るかどうかについて明言を避けた。",
}
OTHER = {
    "ko": "짙은 안개로 대표단의 도착이 5시간 가까이 늦어지면서 개막 회의가 저녁으로 미뤄졌다.",
    "ja": "濃霧のため代表団の到着が5時間近く遅れ、開幕会合は夜にずれ込んだ。",
}
LANGUAGES = {"ko": KOREAN, "ja": JAPANESE}
codes = pytest.mark.parametrize("code", ["ko", "ja"])


def unit(target: str, code: str, source: str = SOURCE) -> TranslationUnit:
    return TranslationUnit("1", source, target, LANGUAGES[code])


def broken(code: str) -> dict[str, str]:
    good = GOOD[code]
    other = GOOD["ja" if code == "ko" else "ko"]
    return {
        "copy": SOURCE,
        "copy in other case": SOURCE.upper() + "!",
        "empty": "",
        "blank": " 　 ",
        "marks only": "…。.",
        "off-script": other,
        "loop": good[:12] + " 정상회담 전에" * 12
        if code == "ko"
        else good[:12] + "首脳会談前に" * 12,
        "truncated": good[:10],
        "half English": good[:6] + SOURCE,
        "prompt": "Here is the translation: " + good,
        "tag": f"<think>hm</think> {good}",
    }


@codes
@pytest.mark.parametrize("surface_only", [False, True])
def test_a_degenerate_target_never_scores_high(code: str, surface_only: bool) -> None:
    for kind, target in broken(code).items():
        score = scoring.score(unit(target, code), surface_only=surface_only)
        assert score.value <= 0.2, (kind, score)
        assert scoring.judge(score) is Verdict.REJECT, kind
        assert score.reason != "nothing conspicuous", kind


@codes
@pytest.mark.parametrize("surface_only", [False, True])
def test_a_good_translation_is_accepted(code: str, surface_only: bool) -> None:
    score = scoring.score(unit(GOOD[code], code), surface_only=surface_only)
    assert scoring.judge(score) is Verdict.ACCEPT
    assert set(score.parts) >= {"completeness", "fluency", "form"}
    assert ("adequacy" in score.parts) and all(0 <= part <= 1 for part in score.parts.values())


@codes
def test_a_wrong_sentence_a_wrong_number_and_a_leftover_word_score_below_the_good_one(
    code: str,
) -> None:
    good = GOOD[code]
    worse = {
        "another sentence": OTHER[code],
        "number": good.replace("14", "17"),
        "month": good.replace("3", "5"),
        "English word": good.replace("대사가", "ambassador").replace("大使", "ambassador"),
        "extra sentence": good + " " * (code == "ko") + OTHER[code],
    }
    limit = scoring.thresholds().accept
    best = scoring.score(unit(good, code)).value
    for kind, target in worse.items():
        value = scoring.score(unit(target, code)).value
        assert value < best - 0.1 and limit < best, (kind, value, best)
        # A single word left in English is seen, but weighs too little to send the row to review.
        assert value < limit or kind == "English word", (kind, value, best)


@codes
def test_the_reason_names_the_fault(code: str) -> None:
    changed = scoring.score(unit(GOOD[code].replace("14", "17"), code))
    assert "number or date" in changed.reason
    assert changed.parts["adequacy"] < scoring.score(unit(GOOD[code], code)).parts["adequacy"]
    copied = scoring.score(unit(SOURCE, code))
    assert copied.reason.startswith("the target is a copy of the source")
    assert copied.parts["adequacy"] <= 0.05  # an encoder alone would call a copy perfect


@codes
def test_findings_cap_the_score(code: str) -> None:
    base = scoring.score(unit(GOOD[code], code)).value
    caps = {
        Severity.NEUTRAL: 1.0,
        Severity.MINOR: 0.95,
        Severity.MAJOR: 0.65,
        Severity.CRITICAL: 0.2,
    }
    last = base
    for severity, cap in caps.items():
        finding = Finding("number", "accuracy/number", severity, "3 became 5")
        score = scoring.score(replace(unit(GOOD[code], code), findings=(finding,)))
        assert score.value <= min(base, cap) and score.value <= last
        assert ("3 became 5" in score.reason) == (severity is not Severity.NEUTRAL)
        last = score.value


@codes
def test_a_lost_term_caps_the_score_and_an_ambiguous_one_does_not(code: str) -> None:
    def scored(*uses: TermUse) -> Score:
        return scoring.score(replace(unit(GOOD[code], code), terms=uses))

    kept = TermUse(TermMatch("mofa", 0, 5, "ministry"), TermStatus.OK, ("x",), "x")
    lost = TermUse(TermMatch("amb", 6, 9, "ambassador"), TermStatus.MISSING, ("y",))
    vague = TermUse(TermMatch("z", 6, 9, "post", ambiguous=("z", "w")), TermStatus.MISSING, ("z",))
    assert scored(kept).parts["terms"] == 1.0 and scored(kept).value == scored().value
    assert scored(kept, lost).parts["terms"] == 0.5
    assert scored(lost).value <= scored(kept, lost).value < scored(kept).value
    assert "ambassador" in scored(kept, lost).reason
    assert "terms" not in scored(vague).parts and scored(vague).value == scored().value


@codes
def test_the_certainty_of_the_calibrated_engine_counts_and_that_of_no_other(code: str) -> None:
    known = confidence.load().engine + "/p4"

    def scored(engine: str, logprob: float | None, unsure: float | None) -> Score:
        made = Hypothesis(GOOD[code], engine, logprob, unsure=unsure)
        return scoring.score(replace(unit(GOOD[code], code), hypothesis=made))

    plain = scoring.score(unit(GOOD[code], code))
    for other in (scored("other/p4", -0.1, 0.0), scored(known, None, None)):
        assert (other.value, other.signature) == (plain.value, plain.signature)
        assert "confidence" not in other.parts
    doubts = [scored(known, -0.2 - 2 * share, share) for share in (0.0, 0.2, 0.4, 0.6)]
    values = [score.value for score in doubts]
    assert values == sorted(values, reverse=True) and values[0] > 0.6 > 0.4 > values[-1]
    assert all(score.value <= score.parts["confidence"] for score in doubts)
    assert all(score.signature.startswith(plain.signature + "|confidence:") for score in doubts)
    assert "unsure" in doubts[-1].reason and "unsure" not in doubts[0].reason


@codes
def test_what_the_checks_find_caps_a_certain_engine_too(code: str) -> None:
    made = Hypothesis(GOOD[code], confidence.load().engine + "/p4", -0.05, unsure=0.0)
    major = Finding("number", "accuracy/number", Severity.MAJOR, "3 became 5")
    sure = replace(unit(GOOD[code], code), hypothesis=made)
    assert scoring.score(replace(sure, findings=(major,))).value <= 0.65
    copy = replace(unit(SOURCE, code), hypothesis=replace(made, text=SOURCE))
    assert scoring.score(copy).value <= 0.05


def test_batches_keep_order_and_give_each_unit_the_score_it_has_alone() -> None:
    # More than two batches, so that several workers run; both languages mixed.
    texts = [(code, text) for code in ("ko", "ja") for text in (GOOD[code], OTHER[code], SOURCE)]
    shuffled = texts * 60
    random.Random(1).shuffle(shuffled)
    units = [unit(text, code) for code, text in shuffled]
    alone = {key: scoring.score(unit(key[1], key[0])) for key in texts}
    for workers in (1, 2):
        found = scoring.score_all(units, workers=workers)
        assert found == [alone[key] for key in shuffled]


def test_a_stream_is_lazy() -> None:
    taken = 0

    def endless() -> object:
        nonlocal taken
        while True:
            taken += 1
            yield unit(GOOD["ko"], "ko")

    stream = scoring.score_stream(endless(), surface_only=True)  # type: ignore[arg-type]
    assert next(stream).value > 0.5
    assert taken < 1000
    assert list(scoring.score_stream([])) == [] and scoring.score_all([]) == []


@pytest.mark.parametrize("language", [KOREAN, JAPANESE])
@given(source=st.text(max_size=80), target=st.text(max_size=120))
@settings(max_examples=60, deadline=None)
def test_any_text_gets_a_finite_score(language: Language, source: str, target: str) -> None:
    score = scoring.score(TranslationUnit("x", source, target, language), surface_only=True)
    assert 0 <= score.value <= 1 and math.isfinite(score.value)
    assert all(math.isfinite(part) for part in score.parts.values())


@pytest.mark.skipif(not encoder.available(), reason="the sentence encoder is not installed")
@pytest.mark.parametrize("text", ["\0", "😀" * 30, "a" * 20_000, "。" * 50, "가" * 3000, "\ud7ff"])
def test_odd_texts_pass_the_encoder(text: str) -> None:
    for source, target in ((text, GOOD["ko"]), (SOURCE, text)):
        score = scoring.score(TranslationUnit("x", source, target, KOREAN))
        assert 0 <= score.value <= 1


def test_a_language_without_weights_is_refused() -> None:
    with pytest.raises(UsageError, match="no quality weights"):
        scoring.score(TranslationUnit("x", SOURCE, SOURCE, ENGLISH))


def test_signatures_tell_models_apart() -> None:
    ko, ja = scoring.signature("ko"), scoring.signature("ja")
    assert ko != ja and "lang:ko" in ko and "weights:" in ko
    assert "enc:surface" in scoring.signature("ko", surface_only=True)
    assert ko in scoring.signature() and ja in scoring.signature()
    assert scoring.score(unit(GOOD["ko"], "ko")).signature == ko
    assert scoring.score(unit(GOOD["ko"], "ko"), surface_only=True).signature != ko


def test_without_the_encoder_scores_are_surface_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    blind = scoring.score(unit(GOOD["ko"], "ko"), surface_only=True)
    monkeypatch.setattr(encoder, "available", lambda: False)
    assert scoring.score(unit(GOOD["ko"], "ko")) == blind


# --- verdicts ---


def test_verdicts_follow_thresholds_and_findings() -> None:
    limits = scoring.thresholds()
    assert 0 < limits.reject < limits.accept < 1
    assert limits.accept_precision > 0.8 and limits.reject_precision > 0.8
    for value, expected in (
        (limits.accept, Verdict.ACCEPT),
        (limits.accept - 1e-6, Verdict.REVIEW),
        (limits.reject, Verdict.REVIEW),
        (limits.reject - 1e-6, Verdict.REJECT),
    ):
        assert scoring.judge(Score(value)) is expected

    def finding(severity: Severity) -> Finding:
        return Finding("c", "accuracy", severity, "m")

    best = Score(1.0)
    assert scoring.judge(best, [finding(Severity.MINOR)]) is Verdict.ACCEPT
    assert scoring.judge(best, [finding(Severity.MAJOR)]) is Verdict.REVIEW
    assert scoring.judge(best, [finding(Severity.CRITICAL)]) is Verdict.REJECT
    carried = replace(unit(GOOD["ko"], "ko"), score=best, findings=(finding(Severity.CRITICAL),))
    assert scoring.judge(carried) is Verdict.REJECT
    with pytest.raises(UsageError, match="no score"):
        scoring.judge(unit(GOOD["ko"], "ko"))


def test_aggregates_draw_whole_documents() -> None:
    values = [0.9] * 20 + [0.3] * 20 + [0.6] * 20
    groups = [str(i // 20) for i in range(60)]
    rows, documents = scoring.aggregate(values), scoring.aggregate(values, groups)
    assert rows.mean == documents.mean == pytest.approx(0.6) and rows.count == 60
    assert documents.low < rows.low < 0.6 < rows.high < documents.high
    assert scoring.aggregate(values, groups) == documents
    with pytest.raises(UsageError):
        scoring.aggregate([])
    with pytest.raises(UsageError, match="1 groups for 60"):
        scoring.aggregate(values, ["a"])


# --- measures ---


@pytest.mark.parametrize(
    ("code", "source", "target", "name", "expected"),
    [
        ("ko", "He did not go.", "그는 갔다.", "negation_lost", 1),
        ("ko", "He did not go.", "그는 가지 않았다.", "negation_lost", 0),
        ("ko", "He went home.", "그는 집에 가지 않았다.", "negation_added", 1),
        ("ko", "He refused to go home.", "그는 집에 가지 않았다.", "negation_added", 0),
        ("ja", "He did not go.", "彼は行った。", "negation_lost", 1),
        ("ja", "They announced it.", "彼らはそれを発表しなかった。", "negation_added", 1),
        ("ja", "He cannot go.", "彼は行けない。", "negation_lost", 0),
        ("ko", "It cost $3.2 million.", "320만 달러가 들었다.", "number_changed", 0),
        ("ko", "It cost $3.2 million.", "320억 달러가 들었다.", "number_changed", 1),
        ("ja", "On Monday they met.", "彼らは火曜日に会った。", "number_changed", 1),
        ("ko", "Is it true?", "사실이다.", "question", 1),
        ("ko", "Is it true?", "사실일까?", "question", 0),
        ("ja", "They met.", "彼らは会って、", "end_open", 1),
        ("ko", "They met.", "그들은 만났다.", "end_open", 0),
        ("ko", "The NATO summit", "NATO 정상회의", "latin", 0),
        ("ko", "“Yes,” he said.", "그는 그렇다고 말했다.", "quotes", 1),
        ("ko", "The 28th EU summit", "제28차 EU 정상회의 <br/>", "markup", 1),
    ],
)
def test_surface_measures(code: str, source: str, target: str, name: str, expected: float) -> None:
    language = LANGUAGES[code]
    found = surface.measure(source, target, language, estimate.load(code).lengths)
    assert found[name] == expected


def test_short_latin_targets_that_are_names_are_not_called_leftovers() -> None:
    lengths = estimate.load("ko").lengths
    assert surface.fault("BTS on BBC", "BBC에 나온 BTS", KOREAN, lengths) is None
    assert surface.fault("12:30", "12:30", KOREAN, lengths) is None
    fault = surface.fault("A b c", "A b c", KOREAN, lengths)
    assert fault is not None and fault.kind == "copy"


def test_the_length_model_is_centred() -> None:
    lengths = surface.Lengths(0.5, 0.8)
    assert abs(lengths.z("a" * 100, "가" * 50)) < 0.01
    assert lengths.z("a" * 100, "가" * 20) < -3 < 3 < lengths.z("a" * 100, "가" * 90)


def test_every_measure_has_a_weight_of_the_right_sign_and_a_phrase() -> None:
    for code in ("ko", "ja"):
        model = estimate.load(code)
        names = set(estimate.MEASURES) - {"judged"}
        assert set(model.full.weights) == names
        assert set(model.surface.weights) < names
        assert all(weight >= 0 for weight in model.full.weights.values())
        assert {part for part, _ in estimate.MEASURES.values()} == set(estimate.PARTS)


def test_the_shipped_weights_are_small_and_whole() -> None:
    folder = resources.files("aligner.scoring") / "weights"
    total = 0
    for file in folder.iterdir():
        text = file.read_text(encoding="utf-8")
        json.loads(text)
        total += len(text.encode())
    assert total <= 5 * 2**20


def test_words_without_counterpart_are_found() -> None:
    table = lexicon.parse(
        {
            "forward": {"japan": ["일본", 2.0, 3.0], "court": ["법원|재판소", 2.0, 1.5]},
            "backward": {"일본": ["japan|japanes", 2.0, 3.0], "북한": ["north|korea", 1.0, 2.0]},
            "endings": {"다": 2.0, "을": -3.0},
        }
    )
    source = "Japan's courts ruled."
    assert lexicon.stems(source) == ["japan", "court", "ruled"]
    assert table.evidence(source, "일본 법원이 판결했다.") == ([-2.0, -2.0], [-2.0])
    assert table.evidence(source, "북한 법원이 판결했다.") == ([3.0, -2.0], [2.0])
    swapped = lexicon.measure(table, source, "북한 법원이 판결했다.")
    assert swapped["replaced"] == 2.0 and swapped["untold_run"] == 3.0
    assert table.unended(source, "법원이 판결을.") == 4.0
    assert table.unended(source, "법원이 판결했다.") == 0.0


@given(st.lists(st.floats(-5, 5), max_size=12))
def test_the_heaviest_run_is_the_best_of_all_runs(values: list[float]) -> None:
    best = max(
        (sum(values[i:j]) for i in range(len(values)) for j in range(i, len(values) + 1)),
        default=0.0,
    )
    assert lexicon.heaviest_run(values) == pytest.approx(max(0.0, best), abs=1e-9)


def test_pieces_are_sentences_and_lose_nothing() -> None:
    text = "회담은 결렬됐다고 외교부가 밝혔다. 대사는 임지로 돌아가지 않을 것이라고 했다."
    assert len(encoder.pieces(text, "ko")) == 2
    assert encoder.pieces("Mr. Kim met Sen. Lee on the 3. of May", "en") == [
        "Mr. Kim met Sen. Lee on the 3. of May"
    ]
    assert encoder.pieces("", "en") == [""]
    japanese = "会談は決裂したと外務省が発表した。大使は任地に戻らないと述べたという。"
    assert "".join(encoder.pieces(japanese, "ja")) == japanese
    assert len(encoder.pieces(japanese, "ja")) == 2
    assert len(encoder.pieces(text * 40, "ko")) <= 8


# --- planted faults ---


@codes
def test_planted_faults_are_repeatable_and_change_the_target(code: str) -> None:
    row = planted.Row(
        SOURCE, GOOD[code], code, other=OTHER[code], near=OTHER[code], foreign=OTHER[code][::-1]
    )
    made = 0
    for kind in planted.FAULTS:
        one, two = (planted.plant(kind, row, random.Random(4)) for _ in range(2))
        assert one == two
        if one is not None:
            made += 1
            assert one != row.target, kind
    assert made >= 12
    with pytest.raises(KeyError):
        planted.plant("no such fault", row, random.Random(0))


@codes
def test_tokens_join_back(code: str) -> None:
    for text in (GOOD[code], OTHER[code], "", " a  b "):
        joined = "".join(planted.tokens(text, code))
        assert joined == (text if code == "ja" else text.lstrip())


@codes
def test_planted_faults_are_found_at_the_stated_rate(code: str) -> None:
    """A small sample of the project's own sentences: the grave kinds all fall below 0.5."""
    row = planted.Row(
        SOURCE, GOOD[code], code, OTHER[code], OTHER[code], GOOD["ja" if code == "ko" else "ko"]
    )
    grave = ("copy", "empty", "loop", "wrong language", "wrong sentence", "leak", "truncated 40 %")
    for kind in grave:
        for seed in range(5):
            damaged = planted.plant(kind, row, random.Random(seed))
            if damaged is not None:
                value = scoring.score(unit(damaged, code)).value
                assert value < scoring.thresholds().accept, (kind, damaged, value)
