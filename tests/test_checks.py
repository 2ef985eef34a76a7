"""Each check has rows that it must flag and rows, easily mistaken for them, that it must not."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aligner.checks import CHECKS, DEGENERATE, check, degenerate
from aligner.languages import JAPANESE, KOREAN, Language, language
from aligner.model import (
    BlockKind,
    Segment,
    Severity,
    TermMatch,
    TermStatus,
    TermUse,
    TranslationUnit,
)


def unit(code: str, source: str, target: str, kind: BlockKind | None = None) -> TranslationUnit:
    segment = None if kind is None else Segment("s", source, 0, len(source), 0, 0, kind)
    return TranslationUnit("u", source, target, language(code), segment)


def found(row: TranslationUnit) -> dict[str, Severity]:
    worst: dict[str, Severity] = {}
    for finding in check(row):
        if finding.check not in worst or finding.severity.rank > worst[finding.check].rank:
            worst[finding.check] = finding.severity
    return worst


SAID = "The minister said the talks were held in London."
# check, language, source, target, severity
FAULTS = [
    ("duration", "ko", "Talks resume in two weeks.", "회담은 두 달 뒤 재개된다.", "major"),
    ("duration", "ja", "Talks took five days.", "協議は5時間に及んだ。", "major"),
    ("empty", "ko", SAID, " ", "critical"),
    ("empty", "ja", SAID, "…", "critical"),
    ("copy", "ko", SAID, SAID, "critical"),
    ("copy", "ja", SAID, "the minister said the talks were held in london", "critical"),
    ("copy", "ja", SAID, "The minister said talks were held in Londonで", "critical"),
    ("loop", "ko", SAID, "장관은 회담이 열렸다고 열렸다고 열렸다고 열렸다고 말했다.", "critical"),
    ("loop", "ja", SAID, "大臣は会談が会談が会談が会談がロンドンで開かれたと述べた。", "critical"),
    ("loop", "ko", SAID, "장관은 런던에서 말했다. 장관은 런던에서 말했다.", "critical"),
    ("script", "ko", SAID, "장관은 회담이 런던에서 열렸다고 述べた.", "major"),
    ("script", "ko", SAID, "장관은 회담이 런던에서 열렸다고 说했다.", "major"),
    ("script", "ko", SAID, "장관은 会談이 런던에서 열렸다고 말했다.", "major"),
    ("script", "ko", SAID, "장관은 회담이 Лондон에서 열렸다고 말했다.", "major"),
    ("script", "ko", SAID, "장관은 회담이 런던\ufffd에서 열렸다고 말했다.", "critical"),
    ("script", "ja", SAID, "大臣は회담がロンドンで開かれたと述べた。", "major"),
    ("script", "ja", SAID, "大臣は会谈がロンドンで開かれたと述べた。", "major"),
    ("script", "ja", SAID, "部長表示会議在倫敦挙行。", "critical"),
    ("prompt", "ko", SAID, "번역: 장관은 회담이 런던에서 열렸다고 말했다.", "major"),
    ("prompt", "ja", SAID, "Here is the translation: 大臣は述べた。", "major"),
    ("prompt", "ja", SAID, "**大臣**は会談がロンドンで開かれたと述べた。", "major"),
    ("prompt", "ko", SAID, "장관은 회담이 런던에서 열렸다고 말했다. (참고: 직역)", "major"),
    ("lines", "ko", SAID, "장관은 회담이\n런던에서 열렸다고 말했다.", "major"),
    ("truncated", "ko", SAID, "장관은 회담이 런던에서", "major"),
    ("truncated", "ko", SAID, "장관은 런던에서 회담을.", "major"),
    ("truncated", "ko", SAID, "장관은 회담이 런던에서 열렸다고 말했다", "minor"),
    ("truncated", "ja", SAID, "大臣は会談がロンドンで", "major"),
    ("truncated", "ja", SAID, "大臣は会談を。", "major"),
    ("truncated", "ja", SAID, "大臣は会談がロンドンで開かれたと述べた", "minor"),
    ("untranslated", "ko", SAID, "장관은 the talks were held 런던에서 말했다.", "major"),
    ("untranslated", "ja", SAID, "大臣はtalksがロンドンで開かれたと述べた。", "minor"),
    ("length", "ko", SAID, "말했다.", "major"),
    (
        "length",
        "ja",
        SAID,
        "大臣は、" + "先日の会談の詳細な内容について述べ、" * 6 + "終えた。",
        "major",
    ),
    ("number", "ko", "Five of the 40 ships left.", "40척 중 6척이 떠났다.", "major"),
    ("number", "ja", "About 3.2 million people fled.", "約32万人が避難した。", "major"),
    ("number", "ko", "About 3.2 million people fled.", "많은 사람이 피란했다.", "major"),
    ("money", "ko", "It cost $1.2 billion.", "비용은 1억2천만 달러였다.", "major"),
    ("money", "ja", "It cost $500.", "費用は500円だった。", "major"),
    ("percent", "ko", "It rose 4.5 percent.", "5.4% 올랐다.", "major"),
    ("date", "ko", "They met on May 5.", "그들은 6월 5일 만났다.", "major"),
    ("date", "ja", "It ended in 1997.", "1979年に終わった。", "major"),
    ("weekday", "ko", "He left on Wednesday.", "그는 월요일 떠났다.", "major"),
    ("weekday", "ja", "He left on Wednesday.", "彼は月曜日に出発した。", "major"),
    ("weekday", "ko", "He left on Wednesday.", "그는 5일 떠났다.", "minor"),
    ("time", "ja", "It began at 5 p.m.", "午前5時に始まった。", "major"),
    ("negation", "ko", "He did not sign the deal.", "그는 협정에 서명했다.", "minor"),
    ("negation", "ja", "He did not sign the deal.", "彼は合意に署名した。", "minor"),
    ("question", "ko", "Who will sign the deal?", "누군가 협정에 서명한다.", "minor"),
    ("question", "ja", "Who will sign the deal?", "誰かが合意に署名する。", "minor"),
    ("name", "ko", "Ned Price said so.", "Ned Price 대변인이 그렇게 말했다.", "minor"),
    ("name", "ja", "Ned Price said so.", "Ned Price氏がそう述べた。", "minor"),
    ("latin", "ko", "The spokesman said so.", "Sprecher가 그렇게 말했다.", "minor"),
    ("doubled", "ko", "He left.", "그는 서울을 서울을 떠났다.", "minor"),
    ("doubled", "ja", "He left.", "彼はソウルをを離れた。", "minor"),
    ("quotes", "ko", "“We will talk again,” he said.", "그는 다시 대화하겠다고 말했다.", "minor"),
    ("quotes", "ja", "“We will talk again,” he said.", "「また話すと彼は述べた。", "minor"),
    ("punctuation", "ko", SAID, "장관은、회담이 런던에서 열렸다고 말했다.", "minor"),
    ("punctuation", "ja", SAID, "大臣は,会談がロンドンで開かれたと述べた。", "minor"),
    ("punctuation", "ja", SAID, "大臣（外相は会談がロンドンで開かれたと述べた。", "minor"),
    ("particle", "ko", SAID, "장관은 지도자과 런던에서 만났다고 말했다.", "minor"),
    ("register", "ko", SAID, "장관은 회담이 런던에서 열렸다고 말했습니다.", "minor"),
    ("register", "ja", SAID, "大臣は会談がロンドンで開かれたと述べました。", "minor"),
]


@pytest.mark.parametrize(("name", "code", "source", "target", "severity"), FAULTS)
def test_a_fault_is_found(name: str, code: str, source: str, target: str, severity: str) -> None:
    worst = found(unit(code, source, target))
    assert worst.get(name) == Severity(severity), worst


GOOD = [
    ("ko", SAID, "장관은 회담이 런던에서 열렸다고 말했다."),
    ("ja", SAID, "大臣は会談がロンドンで開かれたと述べた。"),
    # Acronyms, codes and addresses are the same everywhere.
    ("ko", "NATO, EU", "NATO, EU"),
    ("ja", "https://example.org/a", "https://example.org/a"),
    ("ja", "@example", "@example"),
    # Newspapers write one Chinese character for a country, and gloss names.
    ("ko", "N.K. fires missile", "北, 미사일 발사"),
    ("ko", "Xi Jinping arrived.", "시진핑(習近平) 주석이 도착했다."),
    ("ja", "He visited Shenzhen.", "彼は深圳を訪れた。"),
    ("ja", "Chung Eui-yong said so.", "鄭義溶（チョン・ウィヨン、정의용）外相がそう述べた。"),
    # A repetition of the source is no loop; nor are reduplicated words.
    ("ko", "“No, no, no, no,” he said.", "그는 “안 돼, 안 돼, 안 돼, 안 돼”라고 말했다."),
    ("ja", "They entered one by one.", "彼らは一人一人中に入った。"),
    ("ja", "It was what it was.", "そういうものの、彼は認めた。"),
    # A headline has no full stop and may end in a noun or particle.
    ("ko", "S. Korea, U.S. to hold talks", "한미, 회담 개최"),
    # Nouns may end a Japanese sentence, a quotation needs no full stop.
    ("ja", "“We will never give up on the talks.”", "「協議を決して諦めない」"),
    ("ko", "He was 81 years old when he died.", "향년 81세."),
    # Values that only look different.
    ("ko", "He left at 5 p.m. Wednesday.", "그는 수요일 17시에 떠났다."),
    ("ja", "Both sides met in May 2021.", "両者は令和3年5月に会談した。"),
    ("ko", "A dozen of the G-7 envoys left.", "주요 7개국(G7) 특사 10여 명이 떠났다."),
    ("ja", "The yen fell to 157.40.", "円は1ドル＝157円40銭に下落した。"),
    # A weekday inside a name is no date.
    ("ko", "The Sunday Times said so.", "선데이타임스가 그렇게 보도했다."),
    ("ko", "Black Friday sales rose.", "블랙프라이데이 매출이 늘었다."),
    # Denials in other words.
    ("ko", "He did not sign the deal.", "그는 협정 서명을 거부했다."),
    ("ja", "He cannot sign the deal.", "彼は合意に署名できずにいる。"),
    ("ko", "Isn't it time to talk?", "이제 대화할 때가 됐지 않은가?"),
    # Questions by their ending.
    ("ko", "Who, he asked, will sign the deal?", "그는 누가 협정에 서명하겠느냐고 물었다."),
    ("ja", "Who will sign the deal?", "誰が合意に署名するのか。"),
    # Polite speech inside quotation marks.
    ("ko", "“We will talk,” he said.", "그는 “우리는 대화할 것입니다”라고 말했다."),
    ("ja", "“We will talk,” he said.", "「我々は話します」と彼は述べた。"),
    # Units, brands and web words.
    ("ko", "The iPhone weighs 200 grams.", "iPhone의 무게는 200g이다."),
    ("ja", "It ran for 5 km.", "5km走った。"),
    ("ko", "He said it (off the record).", "그는 그렇게(off the record) 말했다."),
    ("ja", "Prices: 3,000 yen.", "価格は3,000円。"),
    ("ko", "1) The first point is peace.", "1) 첫 번째 논점은 평화다."),
]


@pytest.mark.parametrize(("code", "source", "target"), GOOD)
def test_what_is_right_has_no_finding(code: str, source: str, target: str) -> None:
    assert check(unit(code, source, target)) == ()
    assert degenerate(source, target, language(code)) is None


def test_a_headline_is_judged_as_a_headline() -> None:
    source, target = "Talks fail as envoys of six nations leave.", "6개국 특사 철수로 회담 결렬"
    assert "truncated" not in found(unit("ko", source, target, BlockKind.HEADLINE))
    assert "truncated" in found(unit("ko", source, target, BlockKind.BODY))


DEGENERATE_ROWS = [
    ("empty", "ko", ""),
    ("lines", "ko", "장관은\n말했다."),
    ("copy", "ja", SAID),
    ("loop", "ja", "大臣は会談が会談が会談が会談がロンドンで開かれたと述べた。"),
    ("prompt", "ko", "번역: 장관은 회담이 런던에서 열렸다고 말했다."),
    ("script", "ja", "大臣は회담がロンドンで開かれたと述べた。"),
    ("untranslated", "ko", "장관은 the talks were held 런던에서 말했다."),
    ("truncated", "ko", "장관은 회담이 런던에서."),
    ("short", "ko", "네다."),
    (
        "overlong",
        "ja",
        "".join(chr(0x3042 + i % 60) + chr(0x30A2 + i * i % 61) for i in range(140)) + "た。",
    ),
]


@pytest.mark.parametrize(("reason", "code", "target"), DEGENERATE_ROWS)
def test_degenerate_names_the_reason(reason: str, code: str, target: str) -> None:
    assert degenerate(SAID, target, language(code)) == reason
    assert reason in DEGENERATE


def test_every_degenerate_reason_has_a_row() -> None:
    assert {reason for reason, _, _ in DEGENERATE_ROWS} == set(DEGENERATE)


def test_every_check_has_a_fault_in_the_table() -> None:
    assert {row[0] for row in FAULTS} | {"term", "added"} == set(CHECKS)


def _term(status: TermStatus, seen: str | None = None) -> TermUse:
    match = TermMatch("c1", 0, 5, "Seoul")
    return TermUse(match, status, ("서울", "서울시"), seen, *((0, 3) if seen else (None, None)))


def test_terms_become_findings() -> None:
    row = TranslationUnit(
        "u",
        "Seoul won.",
        "한양이 이겼다.",
        KOREAN,
        terms=(
            _term(TermStatus.MISSING),
            _term(TermStatus.DEPRECATED, "한양이"),
            _term(TermStatus.OK, "한양이"),
        ),
    )
    missing, deprecated = (finding for finding in check(row) if finding.check == "term")
    assert (missing.severity, missing.suggestion, missing.term) == (Severity.MAJOR, "서울", "c1")
    assert (deprecated.severity, deprecated.start, deprecated.end) == (Severity.MINOR, 0, 3)


def test_an_ambiguous_term_is_not_enforced() -> None:
    match = TermMatch("c1", 0, 4, "Park", ambiguous=("c1", "c2"))
    row = TranslationUnit(
        "u", "Park won.", "공원이 이겼다.", KOREAN,
        terms=(TermUse(match, TermStatus.MISSING, ("박",)),),
    )  # fmt: skip
    assert check(row) == ()


@given(st.text(max_size=80), st.text(max_size=80), st.sampled_from([KOREAN, JAPANESE]))
def test_any_pair_can_be_checked(source: str, target: str, to: Language) -> None:
    row = TranslationUnit("u", source, target, to)
    findings = check(row)
    assert findings == check(row)
    for finding in findings:
        assert finding.check in CHECKS
        if finding.start is not None:
            assert finding.end is not None
            assert 0 <= finding.start <= finding.end <= len(target)
    assert degenerate(source, target, to) in (None, *DEGENERATE)


@given(st.integers(3, 12), st.sampled_from(["회담을 ", "말했다", "会談が", "です。", "그리고 "]))
def test_a_loop_never_passes(times: int, piece: str) -> None:
    assert degenerate(SAID, "장관은 " + piece * (times + 1), KOREAN) == "loop"
