"""The term base: source matching with context, target verification, repair."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.errors import GlossaryError
from aligner.languages import JAPANESE, KOREAN, language
from aligner.model import TermMatch, TermStatus, TermUse
from aligner.termbase import Concept, TermBase, cldr_territories, load, repair

GOLDEN = Path(__file__).parent / "golden"


@pytest.fixture(scope="module")
def base() -> TermBase:
    return load([GOLDEN / "terms_glossary.tsv"])


def _rows(name: str) -> list[list[str]]:
    lines = (GOLDEN / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")][1:]


def _verdict(base: TermBase, term: str, source: str, target: str, code: str) -> str:
    identity = next(concept.id for concept in base.concepts if concept.en == term)
    matches = base.match(source.split(" ¶ "))[-1]
    statuses = {
        use.status
        for use in base.check_all(matches, target, language(code))
        if use.match.concept == identity and not use.match.ambiguous
    }
    worst = (TermStatus.DEPRECATED, TermStatus.MISSING, TermStatus.OK)
    return next((status.value for status in worst if status in statuses), "none")


@pytest.mark.parametrize("code", ["ko", "ja"])
def test_golden_rows(base: TermBase, code: str) -> None:
    rows = _rows(f"terms_{code}.tsv")
    wrong = [
        f"{row} -> {found}"
        for row in rows
        if (found := _verdict(base, row[1], row[2], row[3], code)) != row[0]
    ]
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("code", ["ko", "ja"])
def test_the_golden_set_is_large_and_mixed(code: str) -> None:
    expected = [row[0] for row in _rows(f"terms_{code}.tsv")]
    assert len(expected) >= 200
    assert expected.count("missing") + expected.count("deprecated") >= 60
    assert expected.count("ok") >= 100


def _found(base: TermBase, *texts: str, date: str | None = None) -> list[list[tuple[str, str]]]:
    return [[(m.concept, m.surface) for m in found] for found in base.match(texts, date=date)]


def test_offsets_point_into_the_text_as_given(base: TermBase) -> None:
    texts = ["“Antonio Guterres’s” visit", "The U.S.—and Tu\u0308rkiye—agreed with Se\u0301oul"]
    for text, matches in zip(texts, base.match(texts), strict=True):
        assert matches
        for match in matches:
            assert text[match.start : match.end] == match.surface


def test_longest_match_hides_shorter_ones(base: TermBase) -> None:
    assert _found(base, "The U.S. State Department said.") == [
        [("organization.u-s-state-department", "U.S. State Department")]
    ]
    assert _found(base, "the Dominican Republic") == [
        [("place.dominican-republic", "Dominican Republic")]
    ]


def test_case_decides_between_words(base: TermBase) -> None:
    assert _found(base, "Who told us that turkey is cheap?") == [[]]
    assert _found(base, "US TO LEAVE WHO") == [
        [("place.united-states", "US"), ("organization.world-health-organization", "WHO")]
    ]


@pytest.mark.parametrize(
    ("text", "surface"),
    [
        ("the U.S.-led force", "U.S."),
        ("Seoul's mayor", "Seoul"),
        ("Seoul’s mayor", "Seoul"),
        ("the foreign ministers' meeting", "foreign ministers"),
        ("six\u2011party talks", "six\u2011party talks"),
        ("the U.S.A.", None),
        ("ICBMs and ballistic missiles", "ballistic missiles"),
        ("Türkiye", "Türkiye"),
        ("the EU, too", "EU"),
        ("Seoulites", None),
        ("the NPT.", "NPT"),
        ("the N.P.T.", "N.P.T."),
    ],
)
def test_surface_variants(base: TermBase, text: str, surface: str | None) -> None:
    found = [match.surface for match in base.match([text])[0]]
    if surface is None:
        assert found in ([], ["U.S.A."])
    else:
        assert surface in found


@pytest.mark.parametrize(
    "text",
    [
        "East Germany's leader and the South China Morning Post",
        "Michael Jordan scored.",
        "Jordan Spieth won.",
        "New Mexico is dry.",
        "The Bank of Japan met.",
        "Japan Airlines flew.",
    ],
)
def test_a_place_inside_another_name_is_not_that_place(text: str) -> None:
    territories = TermBase(cldr_territories())
    assert _found(territories, text) == [[]]


def test_a_short_form_needs_its_full_form(base: TermBase) -> None:
    chung = "person.chung-eui-yong"
    assert _found(base, "Chung said so.") == [[]]
    assert _found(base, "Chung Eui-yong came.", "Chung said so.")[1] == [(chung, "Chung")]
    assert _found(base, "Chung to visit", "Chung Eui-yong came.")[0] == [(chung, "Chung")]
    assert base.match(["Chung Eui-yong came.", "Chung left."])[1][0].form == "short"


def test_money_and_datelines_name_nothing() -> None:
    agency = Concept("media.yonhap", "Yonhap", "연합뉴스", "聯合ニュース", "media")
    country = Concept("place.united-states", "US", "미국", "米国", "place")
    both = TermBase((agency, country))
    assert _found(both, "SEOUL, June 1 (Yonhap) -- It costs US$790.") == [[]]
    assert [s for _, s in _found(both, "Yonhap said the US agreed.")[0]] == ["Yonhap", "US"]


def test_a_rendering_of_another_term_in_the_source_is_not_deprecated() -> None:
    dokdo = Concept("place.dokdo", "Dokdo", "독도", "竹島", "place", forbidden_ko=("다케시마",))
    takeshima = Concept(
        "place.takeshima", "Takeshima", "독도", "竹島", "place", variants_ko=("다케시마",)
    )
    both = TermBase((dokdo, takeshima))
    target = "일본은 독도를 다케시마라고 부른다."
    matches = both.match(["Japan calls it Takeshima, not Dokdo."])[0]
    assert {use.status for use in both.check_all(matches, target, KOREAN)} == {TermStatus.OK}
    matches = both.match(["Dokdo is far."])[0]
    use = both.check_all(matches, "다케시마는 멀다.", KOREAN)[0]
    assert use.status is TermStatus.DEPRECATED


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("A U.S. destroyer sailed.", "米ミサイル駆逐艦が航行した。", "ok"),
        ("U.S. lifts rule", "米、規制を解除", "ok"),
        ("Former U.S. President Trump", "トランプ前米大統領", "ok"),
        ("U.S. president-elect", "トランプ次期米大統領", "ok"),
        ("The U.S. agreed.", "米農家が新米を届けた。", "missing"),
        ("The U.S. agreed.", "備蓄米を放出した。", "missing"),
        ("The dollar of Australia fell.", "9億豪ドル", "ok"),
        ("Australia agreed.", "豪雨の中、豪華な式だった。", "missing"),
        ("Germany’s former minister", "独前外相を選出", "ok"),
        ("Germany agreed.", "独自の独立した制裁だ。", "missing"),
        ("A police officer of Britain", "英警官を起訴", "ok"),
        ("Britain agreed.", "英語の英雄が英断した。", "missing"),
    ],
)
def test_one_letter_names_in_japanese(source: str, target: str, expected: str) -> None:
    territories = TermBase(cldr_territories())
    matches = territories.match([source])[0]
    assert matches
    uses = territories.check_all(matches, target, JAPANESE)
    assert {use.status.value for use in uses} == {expected}


@pytest.mark.parametrize(
    ("source", "target", "expected"),
    [
        ("The U.S. and South Korea", "한미가 훈련을 시작했다.", "ok"),
        ("The U.S. and Japan", "미일의 동맹.", "ok"),
        ("U.S. nominee", "미 지명자 “동맹 강화”", "ok"),
        ("U.S. plane", "마지막 미군기가 떠났다.", "ok"),
        ("The U.S. agreed.", "그의 미적 감각. 아름다운 미 자체.", "missing"),
        ("The U.S. agreed.", "미미한 성과였다.", "missing"),
        ("India's troops", "인도군과 중국군", "ok"),
        ("Prices in China", "중국서 가격 인하", "ok"),
        ("India agreed.", "그는 인도적인 일을 했다.", "missing"),
        ("India agreed.", "인도양을 건넜다.", "missing"),
        ("Oman's troops", "오만군이 왔다.", "ok"),
        ("Oman agreed.", "오만한 태도였다.", "missing"),
    ],
)
def test_states_in_short_in_korean(source: str, target: str, expected: str) -> None:
    territories = TermBase(cldr_territories())
    matches = territories.match([source])[0]
    assert matches
    uses = territories.check_all(matches, target, KOREAN)
    assert {use.status.value for use in uses} == {expected}


def test_an_office_may_be_shortened_at_either_end() -> None:
    blinken = Concept(
        "person.blinken", "Antony Blinken", "토니 블링컨", "ブリンケン", "person",
        short_en=("Blinken",), notes="US secretary of state",
    )  # fmt: skip
    austin = Concept(
        "person.austin", "Lloyd Austin", "로이드 오스틴", "オースティン", "person",
        short_en=("Austin",), notes="US defense secretary",
    )  # fmt: skip
    people = TermBase((blinken, austin))
    texts = [
        "Antony Blinken met Lloyd Austin.",
        "Secretary Blinken left.",
        "Secretary Austin left.",
    ]
    assert [m[0] for m in _found(people, *texts)[1:]] == [
        ("person.blinken", "Blinken"),
        ("person.austin", "Austin"),
    ]
    assert _found(people, "Antony Blinken came.", "Ambassador Blinken left.")[1] == []


def test_two_kims_resolve_to_the_nearest_or_say_so(base: TermBase) -> None:
    un, yo = "person.kim-jong-un", "person.kim-yo-jong"
    nearest = base.match(["Kim Jong Un came.", "Kim Yo Jong spoke.", "Kim left."])
    assert [m.concept for m in nearest[2]] == [yo]
    both = base.match(["Kim Jong Un met Kim Yo Jong.", "Kim left."])[1][0]
    assert set(both.ambiguous) == {un, yo}
    assert base.check(both, "그는 떠났다.", KOREAN).status is TermStatus.OK


@pytest.mark.parametrize(
    "text",
    ["Chung Sye-kyun spoke.", "Mark Chung spoke.", "Chung Mong-joon spoke.", "Chung-hee spoke."],
)
def test_a_short_form_is_no_piece_of_another_name(base: TermBase, text: str) -> None:
    found = base.match(["Chung Eui-yong came.", text])[1]
    assert "person.chung-eui-yong" not in [match.concept for match in found]


@pytest.mark.parametrize(
    "text",
    ["Foreign Minister Chung spoke.", "But Chung spoke.", "South Korea's Chung spoke.",
     "Mr. Chung spoke.", "He met Chung Tuesday.", "“Chung,” he said."],
)  # fmt: skip
def test_a_short_form_is_found_in_running_text(base: TermBase, text: str) -> None:
    found = base.match(["Chung Eui-yong came.", text])[1]
    assert "person.chung-eui-yong" in [match.concept for match in found]


def test_an_office_rules_out_its_rivals(base: TermBase) -> None:
    found = base.match(["Foreign Minister Chung Eui-yong came.", "Prime Minister Chung left."])
    assert [match.concept for match in found[1]] == ["person.chung-sye-kyun"]


def test_the_date_decides_between_homonyms() -> None:
    old = Concept("person.a", "Park Jin", "박진", category="person", valid_to="2010")
    new = Concept("person.b", "Park Jin", "박 진", category="person", valid_from="2022")
    both = TermBase((old, new))
    assert both.match(["Park Jin"])[0][0].ambiguous == ("person.a", "person.b")
    assert both.match(["Park Jin"], date="2023-05-01")[0][0].concept == "person.b"


def test_renderings_begin_with_the_preferred_one(base: TermBase) -> None:
    full, short = base.match(["Antonio Guterres came.", "Guterres left."])
    assert base.renderings(full[0], KOREAN) == ("안토니우 구테흐스", "안토니오 구테흐스")
    assert base.renderings(short[0], KOREAN)[0] == "안토니우 구테흐스"
    assert "구테흐스" in base.renderings(short[0], KOREAN)
    only_korean = TermBase((Concept("concept.x", "peace accord", "평화협정"),))
    assert only_korean.renderings(only_korean.match(["a peace accord"])[0][0], JAPANESE) == ()


def test_check_all_gives_one_use_per_match_in_order(base: TermBase) -> None:
    matches = base.match(["Japan, China and Japan"])[0]
    uses = base.check_all(matches, "일본과 중국, 일본", KOREAN)
    assert [use.match for use in uses] == list(matches)
    assert [use.start for use in uses] == [0, 4, 8]


def test_a_deprecated_second_mention_is_told(base: TermBase) -> None:
    matches = base.match(["Turkey said Turkey agreed."])[0]
    uses = base.check_all(matches, "튀르키예는 터키가 동의했다고 말했다.", KOREAN)
    assert [use.status for use in uses] == [TermStatus.OK, TermStatus.DEPRECATED]
    assert uses[1].found == "터키"


def test_an_institution_named_in_the_source_keeps_its_country_named() -> None:
    army = Concept("organization.pla", "People's Liberation Army", "인민해방군", "中国人民解放軍",
                   category="organization")  # fmt: skip
    china = Concept("place.china", "China", "중국", "中国", category="place")
    both = TermBase((army, china))
    matches = both.match(["China's People's Liberation Army"])[0]
    assert len(matches) == 2
    uses = both.check_all(matches, "中国人民解放軍", JAPANESE)
    assert {use.status for use in uses} == {TermStatus.OK}


def test_territories_follow_the_press_and_yield_to_glossaries(tmp_path: Path) -> None:
    path = tmp_path / "g.tsv"
    path.write_text("en\tko\tja\tcategory\nJapan\t일본국\t日本国\tplace\n", encoding="utf-8")
    base = load([path], territories=True)
    by_name = {concept.en: concept for concept in base.concepts}
    assert by_name["Japan"].ko == "일본국"
    assert (by_name["United States"].ko, by_name["United States"].ja) == ("미국", "米国")
    assert "アメリカ合衆国" in by_name["United States"].variants_ja
    assert by_name["South Korea"].ko == "한국"
    assert len(base.concepts) > 200


def test_the_digest_follows_the_content(base: TermBase) -> None:
    again = load([GOLDEN / "terms_glossary.tsv"])
    assert base.digest == again.digest and len(base.digest) == 64
    assert TermBase(base.concepts[1:]).digest != base.digest


def test_an_unknown_id_is_an_error(base: TermBase) -> None:
    with pytest.raises(GlossaryError, match=r"no concept 'x\.y'"):
        base.concept("x.y")


def test_an_empty_term_base_matches_nothing() -> None:
    assert TermBase(()).match(["Seoul", ""]) == [(), ()]


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text("Chung KimSeoulU.S'’-\n\té한", max_size=40), max_size=4))
def test_matches_are_disjoint_ordered_and_exact(texts: list[str]) -> None:
    base = load([GOLDEN / "terms_glossary.tsv"])
    for text, matches in zip(texts, base.match(texts), strict=True):
        end = 0
        for match in matches:
            assert end <= match.start < match.end <= len(text)
            assert text[match.start : match.end] == match.surface
            end = match.end


@settings(max_examples=60, deadline=None)
@given(st.text("북한미국은이중日本米国海ーー・ 정 ", max_size=30))
def test_found_spans_are_what_they_say(target: str) -> None:
    base = load([GOLDEN / "terms_glossary.tsv"])
    matches = base.match(["Japan, China, the U.S., North Korea and South Korea"])[0]
    for code in ("ko", "ja"):
        for use in base.check_all(matches, target, language(code)):
            if use.start is not None:
                assert target[use.start : use.end] == use.found


def _use(base: TermBase, source: str, target: str, code: str) -> TermUse:
    return base.check_all(base.match([source])[0], target, language(code))[0]


@pytest.mark.parametrize(
    ("source", "target", "code", "mended"),
    [
        ("Turkey agreed.", "터키가 동의했다.", "ko", "튀르키예가 동의했다."),
        ("Tokyo was calm.", "동경은 평온했다.", "ko", "도쿄는 평온했다."),
        ("To Tokyo.", "동경으로 갔다.", "ko", "도쿄로 갔다."),
        ("South Korea agreed.", "‘남조선’은 동의했다.", "ko", "‘한국’은 동의했다."),
        ("Antonio Guterres came.", "구테레스 총장이 왔다.", "ko", "안토니우 구테흐스 총장이 왔다."),
        ("Chung Eui-yong came.", "Chung Eui-yong가 왔다.", "ko", "정의용이 왔다."),
        ("Chung Eui-yong came.", "정의융 장관이 왔다.", "ko", "정의용 장관이 왔다."),
        ("South Korea agreed.", "南朝鮮は同意した。", "ja", "韓国は同意した。"),
        ("Sergei Lavrov came.", "セルゲイ・ラブロス外相だ。", "ja", "セルゲイ・ラブロフ外相だ。"),
        ("Tokyo was calm.", "도쿄는 평온했다.", "ko", None),
        ("Tokyo was calm.", "평온했다.", "ko", None),
        ("Chung Eui-yong came.", "그(Chung Eui-yong)가 왔다.", "ko", None),
        ("Chung Eui-yong came.", "김여정 부부장이 왔다.", "ko", None),
        ("Iran agreed.", "이라크가 동의했다.", "ko", None),
    ],
)  # fmt: skip
def test_repair(base: TermBase, source: str, target: str, code: str, mended: str | None) -> None:
    use = _use(base, source, target, code)
    assert repair(target, use, language(code)) == mended
    if mended is not None:
        assert _use(base, source, mended, code).status is TermStatus.OK


def test_an_ambiguous_use_is_never_repaired() -> None:
    match = TermMatch("person.a", 0, 3, "Kim", "short", ("person.a", "person.b"))
    use = TermUse(match, TermStatus.DEPRECATED, ("김정은",), "김정운", 0, 3)
    assert repair("김정운", use, KOREAN) is None


def test_import_is_light() -> None:
    code = (
        "import sys, aligner.termbase, aligner.termbase.editing, aligner.termbase.exchange, "
        "aligner.termbase.validation, aligner.termbase.suggestion, aligner.termbase.consistency; "
        "heavy = {'kiwipiepy', 'sudachipy', 'babel', 'openpyxl', 'ahocorasick_rs', 'filelock', "
        "'polars', 'defusedxml'} & set(sys.modules); assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)
