"""The ladder under injected faults: what is degenerate is decoded again, what is known never is."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner import articles, checks, segmentation, termbase, translation
from aligner.engines import Request
from aligner.engines.scripted import Scripted, pseudo
from aligner.errors import EngineError
from aligner.languages import JAPANESE, KOREAN, Language
from aligner.memory import Memory
from aligner.model import Document, Hypothesis, TermStatus, TranslationUnit
from aligner.termbase import Concept, TermBase
from aligner.translation import key, plan, translate

NONE = TermBase(())
BLINKEN = Concept(
    "person.blinken",
    "Antony Blinken",
    "토니 블링컨",
    "アントニー・ブリンケン",
    "person",
    forbidden_ko=("안토니 블링켄",),
)
CHUNG = Concept("person.chung", "Chung Eui-yong", "정의용", "鄭義溶", "person")
TALKS = Concept("concept.talks", "three-way talks", "3자 회담", "3カ国協議")


def document(*sentences: str, name: str = "story") -> Document:
    """An article whose headline is plain and whose paragraphs are the sentences."""
    text = "\n\n".join(["Ministers agree to go on", *sentences])
    (article,) = articles.parse(text, id=name)
    return segmentation.segment(article)


@dataclass
class Recorder:
    """Answers from a function of (request, target, strictness); keeps what it was asked."""

    answer: Callable[[Request, Language, int], str] = lambda request, target, _: pseudo(
        request, target
    )
    batch_size: int = 4
    logprob: float | None = None
    name: str = "recorder"
    signature: str = "recorder:1"
    asked: list[tuple[str, str, int]] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)

    def supports(self, source: Language, target: Language) -> bool:
        return True

    def translate(
        self,
        requests: Sequence[Request],
        source: Language,
        target: Language,
        *,
        strictness: int = 0,
        done: Callable[[int, Hypothesis], None] | None = None,
    ) -> list[Hypothesis]:
        self.batches.append(len(requests))
        made = []
        for index, request in enumerate(requests):
            self.asked.append((request.source, target.code, strictness))
            made.append(
                Hypothesis(self.answer(request, target, strictness), self.signature, self.logprob)
            )
            if done is not None:
                done(index, made[-1])
        return made

    def close(self) -> None:
        return None

    def times(self, source: str) -> int:
        return sum(source == asked for asked, _, _ in self.asked)


def walk(
    documents: Sequence[Document],
    engine: object,
    *,
    terms: TermBase = NONE,
    memory: Memory | None = None,
    targets: Sequence[Language] = (KOREAN,),
    fault: translation.Fault = checks.degenerate,
) -> list[TranslationUnit]:
    """Units in the order of the plan."""
    tasks = plan(documents, targets, terms)
    made = {
        index: unit
        for index, unit, _ in translate(
            tasks,
            engine=engine,  # type: ignore[arg-type]
            terms=terms,
            memory=Memory(None) if memory is None else memory,
            fault=fault,
        )
    }
    assert sorted(made) == list(range(len(tasks))), "a task was lost or came twice"
    return [made[index] for index in range(len(tasks))]


SENTENCE = "The two ministers agreed to keep talking about the plan."
SOUND = "두 장관은 그 계획에 관해 계속 협의하기로 했다."
LOOP = "두 장관은 " + "그 계획에 관해 " * 12 + "했다."


# ---- what is degenerate is decoded again ---------------------------------------------------------


def one(engine: object, sentence: str = SENTENCE, **options: object) -> TranslationUnit:
    units = walk([document(sentence)], engine, **options)  # type: ignore[arg-type]
    (unit,) = [unit for unit in units if unit.source == sentence]
    return unit


def ladder(*answers: str) -> Recorder:
    """An engine that gives the answers one after the other, by strictness, for SENTENCE."""

    def answer(request: Request, target: Language, strictness: int) -> str:
        if request.source == SENTENCE:
            return answers[min(strictness, len(answers) - 1)]
        return pseudo(request, target)

    return Recorder(answer)


FAULTS = {
    "loop": LOOP,
    "copy": SENTENCE,
    "empty": " ",
    "script": "两位部长同意继续就该计划进行会谈并且保持联系。",
    "untranslated": "두 장관은 agreed to keep talking about the plan 했다.",
    "prompt": "번역: 물론입니다! 다음은 번역입니다: 두 장관은 협의했다.",
}


@pytest.mark.parametrize("kind", FAULTS)
def test_a_degenerate_output_is_decoded_again_under_stricter_settings(kind: str) -> None:
    assert checks.degenerate(SENTENCE, FAULTS[kind].strip(), KOREAN), "the fault must be one"
    engine = ladder(FAULTS[kind], SOUND)
    unit = one(engine)
    assert unit.target == SOUND
    assert [strictness for source, _, strictness in engine.asked if source == SENTENCE] == [0, 1]
    assert unit.hypothesis is not None
    assert unit.hypothesis.repairs == ("retry:1",)


def test_a_sound_output_is_not_decoded_again() -> None:
    engine = ladder(SOUND)
    unit = one(engine)
    assert engine.times(SENTENCE) == 1
    assert unit.hypothesis is not None
    assert unit.hypothesis.repairs == ()


def test_only_the_faulty_segment_of_a_batch_is_decoded_again() -> None:
    other = "The president left on a Tuesday after the meal."
    engine = ladder(LOOP, LOOP, SOUND)
    walk([document(SENTENCE, other)], engine)
    assert engine.times(SENTENCE) == 3
    assert engine.times(other) == 1


def test_retries_end_and_the_first_attempt_is_kept_when_none_is_better() -> None:
    engine = ladder(LOOP, LOOP + " 또", LOOP + " 또", LOOP + " 또", LOOP + " 또")
    unit = one(engine)
    strictness = [s for source, _, s in engine.asked if source == SENTENCE]
    assert strictness == list(range(len(strictness)))
    assert 2 <= len(strictness) <= 5
    assert unit.target == LOOP
    assert any(finding.check == "loop" for finding in checks.check(unit)), "then it is a finding"


def test_an_engine_that_has_nothing_to_say_leaves_the_source_which_is_a_finding() -> None:
    unit = one(ladder(""))
    assert unit.target == SENTENCE
    assert [finding.check for finding in checks.check(unit)] == ["copy"]


def test_of_sound_attempts_that_with_more_of_the_terms_is_kept() -> None:
    sentence = "Antony Blinken met Chung Eui-yong for three-way talks on the plan."
    terms = TermBase((BLINKEN, CHUNG, TALKS))
    answers = [
        "토니 블링컨은 다른 장관과 그 계획에 관해 협의했다.",
        "토니 블링컨은 정의용과 그 계획에 관한 3자 회담을 했다.",
    ]
    engine = Recorder(lambda r, t, s: answers[s] if r.source == sentence else pseudo(r, t))
    unit = one(engine, sentence, terms=terms)
    assert unit.target == answers[1]
    assert [use.status for use in unit.terms] == [TermStatus.OK] * 3

    worse = Recorder(lambda r, t, s: answers[1 - s] if r.source == sentence else pseudo(r, t))
    assert one(worse, sentence, terms=terms).target == answers[1]
    assert worse.times(sentence) == 1


def test_a_retry_for_terms_never_replaces_a_sound_output_by_a_faulty_one() -> None:
    sentence = "Chung Eui-yong agreed to keep talking about the plan."
    terms = TermBase((CHUNG,))
    sound, broken = "장관은 그 계획에 관해 계속 협의하기로 했다.", "정의용은 " + "계획에 관해 " * 14
    engine = Recorder(
        lambda r, t, s: (broken if s else sound) if r.source == sentence else pseudo(r, t)
    )
    unit = one(engine, sentence, terms=terms)
    assert unit.target == sound
    assert [use.status for use in unit.terms] == [TermStatus.MISSING]
    assert engine.times(sentence) == 2


def test_two_deprecated_terms_in_one_line_are_both_replaced_and_nothing_else_is_touched() -> None:
    """A repair moves what stands behind it: the second must not be cut at its old place."""
    first = Concept("place.a", "Kiev", "키이우", "キーウ", "place", forbidden_ko=("키예프시티라",))
    second = Concept("place.b", "Burma", "미얀마", "ミャンマー", "place", forbidden_ko=("버마",))
    sentence = "Officials from Kiev and Burma agreed to keep talking about the plan."
    engine = Recorder(
        lambda r, t, s: (
            "키예프시티라 관리와 버마 관리는 그 계획을 계속 협의하기로 했다."
            if r.source == sentence
            else pseudo(r, t)
        )
    )
    unit = one(engine, sentence, terms=TermBase((first, second)))
    assert unit.target == "키이우 관리와 미얀마 관리는 그 계획을 계속 협의하기로 했다."
    assert unit.hypothesis is not None
    assert unit.hypothesis.repairs == ("term:키예프시티라→키이우", "term:버마→미얀마")
    assert all(use.status is TermStatus.OK for use in unit.terms)


def test_a_wrong_weekday_is_mended_and_said_to_be() -> None:
    sentence = "The two ministers met on Wednesday in the old town."
    engine = Recorder(
        lambda r, t, s: (
            "두 장관은 월요일 구시가에서 만났다." if r.source == sentence else pseudo(r, t)
        )
    )
    unit = one(engine, sentence)
    assert unit.target == "두 장관은 수요일 구시가에서 만났다."
    assert unit.hypothesis is not None
    assert unit.hypothesis.repairs == ("weekday:월요일→수요일",)


# ---- an engine that breaks its contract ----------------------------------------------------------


class Forgetful(Recorder):
    """Gives one hypothesis too few, or too many."""

    surplus = -1

    def translate(self, requests, *arguments, **options):  # type: ignore[no-untyped-def]
        made = super().translate(requests, *arguments, **options)
        return made[:-1] if self.surplus < 0 else [*made, made[-1]]


@pytest.mark.parametrize("surplus", [-1, 1])
def test_an_engine_that_gives_another_number_of_hypotheses_is_an_error(surplus: int) -> None:
    engine = Forgetful()
    engine.surplus = surplus
    with pytest.raises(EngineError, match=r"recorder gave \d+ translations for \d+"):
        walk([document(SENTENCE)], engine)


def test_a_failing_engine_loses_nothing_that_was_finished() -> None:
    sentences = [f"The minister made remark number {number} about the plan." for number in "ABCDEF"]
    memory = Memory(None)
    failing = Scripted(fail_after=5, batch_size=1)
    with pytest.raises(EngineError, match="fails after 5"):
        walk([document(*sentences)], failing, memory=memory)
    assert len(memory) == 5
    second = Scripted(batch_size=1)
    units = walk([document(*sentences)], second, memory=memory)
    assert second.calls == len(units) - 5


def test_in_a_batch_each_finished_segment_is_safe_at_once() -> None:
    sentences = [f"The minister made remark number {number} about the plan." for number in "ABCDEF"]
    memory = Memory(None)
    with pytest.raises(EngineError):
        walk([document(*sentences)], Scripted(fail_after=5, batch_size=8), memory=memory)
    assert len(memory) == 5


# ---- the memory ----------------------------------------------------------------------------------


STORY = [
    "Antony Blinken met Chung Eui-yong in London on Wednesday.",
    "“We will go on with the three-way talks,” an official said.",
    "The two ministers agreed to keep talking about the plan.",
    "A further round is planned for May 12, 2021, in Tokyo.",
]


def test_a_second_run_asks_the_engine_nothing_and_gives_the_same() -> None:
    memory, terms = Memory(None), TermBase((BLINKEN, CHUNG, TALKS))
    first, second = Recorder(), Recorder()
    stories = [document(*STORY), document(*reversed(STORY), name="other")]
    options = {"terms": terms, "memory": memory, "targets": (KOREAN, JAPANESE)}
    before = walk(stories, first, **options)  # type: ignore[arg-type]
    after = walk(stories, second, **options)  # type: ignore[arg-type]
    assert first.asked
    assert second.asked == []
    assert after == before


def test_what_took_several_tries_is_remembered_as_it_was_kept() -> None:
    memory = Memory(None)
    first = walk([document(SENTENCE)], ladder(LOOP, LOOP, SOUND), memory=memory)
    engine = Recorder()
    assert walk([document(SENTENCE)], engine, memory=memory) == first
    assert engine.asked == []
    assert [unit.target for unit in first if unit.source == SENTENCE] == [SOUND]


def test_a_known_unit_says_that_it_was_remembered() -> None:
    memory = Memory(None)
    walk([document(*STORY[:2])], Recorder(), memory=memory)
    tasks = plan([document(*STORY[:3])], [KOREAN], NONE)
    told = {
        tasks[index].segment.text: known
        for index, _, known in translate(
            tasks, engine=Recorder(), terms=NONE, memory=memory, fault=checks.degenerate
        )
    }
    assert [told[text] for text in STORY[:3]] == [True, True, False]


def test_a_changed_term_translates_only_the_segments_that_hold_it_again() -> None:
    memory = Memory(None)
    before = TermBase((BLINKEN, CHUNG, TALKS))
    walk([document(*STORY)], Recorder(), terms=before, memory=memory)
    changed = replace(TALKS, ko="3자 협의")
    engine = Recorder()
    units = walk(
        [document(*STORY)], engine, terms=TermBase((BLINKEN, CHUNG, changed)), memory=memory
    )
    assert {source for source, _, _ in engine.asked} == {STORY[1]}
    (unit,) = [unit for unit in units if unit.source == STORY[1]]
    assert "3자 협의" in unit.target


@pytest.mark.parametrize(
    "change",
    [
        {"variants_ko": ("앤터니 블링컨",)},
        {"forbidden_ko": ("블링컨 토니",)},
        {"short_ko": ("블링",), "short_en": ("Blinken",)},
    ],
    ids=["variant", "forbidden form", "short form"],
)
def test_a_change_of_what_a_term_accepts_or_forbids_counts_as_a_changed_term(
    change: dict[str, tuple[str, ...]],
) -> None:
    """The ladder decides by accepted and forbidden forms: bytes must not depend on the memory."""
    memory = Memory(None)
    walk([document(*STORY)], Recorder(), terms=TermBase((BLINKEN, CHUNG)), memory=memory)
    terms = TermBase((replace(BLINKEN, **change), CHUNG))  # type: ignore[arg-type]
    engine = Recorder()
    walk([document(*STORY)], engine, terms=terms, memory=memory)
    if "short_ko" in change:  # its full form stands there: short forms do not bear on it
        assert engine.times(STORY[0]) == 0
    else:
        assert {source for source, _, _ in engine.asked} == {STORY[0]}


def test_a_change_for_one_language_leaves_the_other_alone() -> None:
    memory, both = Memory(None), (KOREAN, JAPANESE)
    walk([document(*STORY)], Recorder(), terms=TermBase((TALKS,)), memory=memory, targets=both)
    engine = Recorder()
    terms = TermBase((replace(TALKS, ja="三者協議", notes="as the ministry writes it"),))
    walk([document(*STORY)], engine, terms=terms, memory=memory, targets=both)
    assert {target for _, target, _ in engine.asked} == {"ja"}


def test_a_change_of_a_remark_is_no_change() -> None:
    memory = Memory(None)
    walk([document(*STORY)], Recorder(), terms=TermBase((TALKS,)), memory=memory)
    engine = Recorder()
    terms = TermBase((replace(TALKS, notes="seen in 2021", source="press"),))
    walk([document(*STORY)], engine, terms=terms, memory=memory)
    assert engine.asked == []


def test_terms_that_do_not_occur_leave_everything_as_it_is() -> None:
    memory = Memory(None)
    before = walk([document(*STORY)], Recorder(), memory=memory)
    engine = Recorder()
    irrelevant = TermBase((Concept("place.lisbon", "Lisbon", "리스본", "リスボン", "place"),))
    assert walk([document(*STORY)], engine, terms=irrelevant, memory=memory) == before
    assert engine.asked == []


def test_another_engine_model_or_kind_of_block_is_another_key() -> None:
    (task,) = [t for t in plan([document(SENTENCE)], [KOREAN], NONE) if t.segment.text == SENTENCE]
    ours = key(task, Recorder())
    assert ours == key(task, Recorder(batch_size=99))
    assert ours != key(task, Recorder(signature="recorder:2"))
    assert ours != key(replace(task, target=JAPANESE), Recorder())
    assert ours != key(replace(task, request=replace(task.request, kind="headline")), Recorder())
    assert ours != key(replace(task, request=replace(task.request, context="x")), Recorder())


def test_a_decimal_point_is_no_full_stop() -> None:
    source = "The quake had a magnitude of 6.3."
    engine = Recorder(lambda request, target, strictness: "地震の規模は6。3だった。")
    unit = walk([document(source)], engine, targets=[JAPANESE])[1]
    assert unit.target == "地震の規模は6.3だった。"
    assert unit.hypothesis is not None and "decimal:。→." in unit.hypothesis.repairs


# ---- order and identity --------------------------------------------------------------------------


def test_equal_segments_are_decoded_once_and_all_get_the_target() -> None:
    engine = Recorder()
    story = document(SENTENCE, "Another remark was made.", SENTENCE)
    units = walk([story, replace(story, article=replace(story.article, id="twin"))], engine)
    assert engine.times(SENTENCE) == 1
    targets = [unit.target for unit in units if unit.source == SENTENCE]
    assert len(targets) == 4
    assert len(set(targets)) == 1


@pytest.mark.parametrize("batch_size", [1, 2, 3, 8, 100])
def test_units_are_those_of_their_segments_whatever_the_batch(batch_size: int) -> None:
    stories = [document(*STORY), document(*STORY[::-1], "One more came.", name="other")]
    engine = Recorder(batch_size=batch_size)
    units = walk(stories, engine, targets=(KOREAN, JAPANESE))
    wanted = [
        (target.code, story.article.id, segment.id, segment.text)
        for target in (KOREAN, JAPANESE)
        for story in stories
        for segment in story.segments
    ]
    assert [(u.language.code, u.document, u.id, u.source) for u in units] == wanted
    assert max(engine.batches) <= batch_size
    alone = walk(stories, Recorder(batch_size=1), targets=(KOREAN, JAPANESE))
    assert [unit.target for unit in units] == [unit.target for unit in alone]


def test_a_batch_never_mixes_languages() -> None:
    asked: list[set[str]] = []

    class Watching(Recorder):
        def translate(self, requests, source, target, **options):  # type: ignore[no-untyped-def]
            asked.append({target.code})
            return super().translate(requests, source, target, **options)

    both = (KOREAN, JAPANESE)
    engine = Watching(batch_size=100)
    # Without a judge of faults: it would have the wrong language decoded again, and hide the mix.
    units = walk([document(SENTENCE)], engine, targets=both, fault=lambda *_: None)
    assert [min(codes) for codes in asked] == ["ko", "ja"]
    for unit in units:
        assert unit.language.script_share(unit.target) > 0.9


@settings(max_examples=60, deadline=None)
@given(
    sound=st.lists(st.sampled_from(["sound", "loop", "copy", "empty"]), min_size=1, max_size=12),
    batch_size=st.integers(1, 5),
    seed=st.integers(0, 99),
    remembered=st.integers(0, 12),
)
def test_whatever_fails_each_segment_gets_one_line_of_its_own(
    sound: list[str], batch_size: int, seed: int, remembered: int
) -> None:
    """Faults of any kind at any strictness, a memory that knows any part: order and number hold."""
    sentences = [f"The minister made remark {chr(65 + n)} on the plan." for n in range(len(sound))]
    kinds = dict(zip(sentences, sound, strict=True))
    chance = random.Random(seed)
    cured = {sentence: chance.randint(1, 6) for sentence in sentences}

    def answer(request: Request, target: Language, strictness: int) -> str:
        kind = kinds.get(request.source, "sound")
        if kind == "sound" or strictness >= cured[request.source]:
            return pseudo(request, target)
        return {"loop": "계획에 관해 " * 15, "copy": request.source, "empty": ""}[kind]

    story, memory = document(*sentences), Memory(None)
    walk([document(*sentences[:remembered])], Recorder(), memory=memory)
    units = walk([story], Recorder(answer, batch_size), memory=memory)
    assert [unit.id for unit in units] == [segment.id for segment in story.segments]
    for unit in units:
        assert unit.target
        assert len(unit.target.splitlines()) == 1
        assert "\t" not in unit.target
        healed = kinds.get(unit.source) in (None, "sound") or cured[unit.source] <= 3
        if healed:
            assert checks.degenerate(unit.source, unit.target, KOREAN) is None


# ---- what needs no model -------------------------------------------------------------------------


def test_a_dateline_needs_no_model() -> None:
    (article,) = articles.parse("Ministers meet\n\nMay 5, 2021\n\nThey met in London on Wednesday.")
    engine = Recorder()
    units = walk([segmentation.segment(article)], engine, targets=(KOREAN, JAPANESE))
    dates = [unit for unit in units if unit.source == "May 5, 2021"]
    assert [unit.target for unit in dates] == ["2021년 5월 5일", "2021年5月5日"]
    assert {unit.hypothesis.engine for unit in dates if unit.hypothesis} == {"rule:date"}
    assert engine.times("May 5, 2021") == 0


def test_an_article_of_nothing_new_but_a_date_asks_nothing() -> None:
    (article,) = articles.parse("Ministers meet\n\nMay 5, 2021\n\nThey met in London.")
    story, memory = segmentation.segment(article), Memory(None)
    walk([story], Recorder(), memory=memory)
    (later,) = articles.parse("Ministers meet\n\nMay 6, 2021\n\nThey met in London.")
    engine = Recorder()
    walk([segmentation.segment(later)], engine, memory=memory)
    assert engine.asked == []


def test_no_documents_no_work() -> None:
    assert walk([], Recorder()) == []


# ---- house typography ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "raw", "target", "wanted"),
    [
        ("body", "두 장관은 협의하기로 했다", KOREAN, "두 장관은 협의하기로 했다."),
        ("headline", "장관들, 계속 협의하기로.", KOREAN, "장관들, 계속 협의하기로"),
        (
            "body",
            "両相は協議を続けることで一致した",
            JAPANESE,
            "両相は協議を続けることで一致した。",
        ),
        ("body", "両相は,協議を続けると述べた。", JAPANESE, "両相は、協議を続けると述べた。"),
        ("body", "両相は1,200人と会うと述べた。", JAPANESE, "両相は1,200人と会うと述べた。"),
        ("headline", "閣僚、協議継続で一致。", JAPANESE, "閣僚、協議継続で一致"),
        ("body", "장관은「계속 협의한다」고 말했다.", KOREAN, "장관은“계속 협의한다”고 말했다."),
        ("body", " 두  장관은\n협의했다. ", KOREAN, "두 장관은 협의했다."),
        ("body", "비무장지대(비무장지대)에 갔다.", KOREAN, "비무장지대에 갔다."),
        ("body", "主要7カ国（主要7カ国）が会った。", JAPANESE, "主要7カ国が会った。"),
        ("body", "비무장지대(DMZ)에 갔다.", KOREAN, "비무장지대(DMZ)에 갔다."),
    ],
)
def test_a_line_is_written_as_the_target_language_writes_it(
    kind: str, raw: str, target: Language, wanted: str
) -> None:
    source = "Ministers agree to go on" if kind == "headline" else SENTENCE
    engine = Recorder(lambda r, t, s: raw if r.source == source else pseudo(r, t))
    units = walk([document(SENTENCE)], engine, targets=(target,), fault=lambda *_: None)
    (unit,) = [unit for unit in units if unit.source == source]
    assert unit.target == wanted


def test_terms_of_a_request_are_those_that_occur_and_only_those(tmp_path: Path) -> None:
    path = tmp_path / "terms.tsv"
    path.write_text(
        "en\tko\tja\tcategory\nLondon\t런던\tロンドン\tplace\nTokyo\t도쿄\t東京\tplace\n", "utf-8"
    )
    base = termbase.load([path])
    tasks = plan([document(*STORY)], [KOREAN, JAPANESE], base)
    told = {(task.segment.text, task.target.code): task.request.terms for task in tasks}
    assert told[STORY[0], "ko"] == (("London", "런던"),)
    assert told[STORY[0], "ja"] == (("London", "ロンドン"),)
    assert told[STORY[3], "ja"] == (("Tokyo", "東京"),)
    assert told[STORY[2], "ko"] == ()
    for text, _ in told:
        for surface, _rendering in told[text, "ko"]:
            assert surface in text


def test_an_abbreviation_behind_its_full_name_stays_one() -> None:
    seven = Concept(
        *("organization.g7", "Group of Seven", "주요 7개국", "主要7カ国", "organization"),
        aliases_en=("G-7",),
    )
    base = TermBase((seven,))
    once = "Ministers of the Group of Seven (G-7) met."
    twice = "Ministers of the Group of Seven (G-7) met, and the G-7 agreed."
    tasks = plan([document(once, twice)], [KOREAN], base)
    told = {task.segment.text: dict(task.request.terms) for task in tasks}
    assert told[once] == {"Group of Seven": "주요 7개국"}
    assert told[twice] == {"Group of Seven": "주요 7개국", "G-7": "주요 7개국"}
