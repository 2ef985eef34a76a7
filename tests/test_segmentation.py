"""aligner.segmentation: golden tables per phenomenon, laws on any text, and the user's own list."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from aligner.errors import InputError, UsageError
from aligner.languages import ENGLISH, JAPANESE, KOREAN, LANGUAGES, Language
from aligner.model import Article, Block, BlockKind
from aligner.segmentation import (
    AbbreviationClass,
    load_abbreviations,
    parse_abbreviations,
    segment,
    shipped_abbreviations,
    split,
)

# "|" marks where a sentence ends; the text under test is the row without the marks.
GOLDEN_RULES = {
    "simple period": "The talks began on time.| My colleague took notes.",
    "question mark": "Who signed the letter?| The envoy did.",
    "exclamation mark": "What a day it was!| We slept well.",
    "one-letter upper-case abbreviation": "The paper was edited by Maria K. Olsen.",
    "one-letter lower-case abbreviation": "The passage stands on p. 71.",
    "two-letter abbreviation in mid-sentence": "Did Anna and co. arrive late?",
    "two-letter upper-case abbreviation in mid-sentence": "The bill went to Hart, Lowe & Co. on Monday.",
    "two-letter abbreviation at the end": "Give it to Ben and co.| They will know.",
    "two-letter upper-case abbreviation at the end": "They sued Hart, Lowe & Co.| It took a year.",
    "prepositive abbreviation": "From the train one sees Mt. Halla.",
    "prepositive and postpositive": "St. Anne's Hall stands at 12 Oak Ave. near the port.| Mr. Roe Jr. owns it.",
    "possessive": "That is JFK Jr.'s desk, not the staff's.",
    "multi-period abbreviation": "We toured the U.S.A. in spring.",
    "multi-period abbreviation at the end": "They moved to the E.U.| Why not us?",
    "U.S. at the end": "She works in the U.S.| Where do you work?",
    "U.S. in mid-sentence": "He is paid by the U.S. Government and lives in Guam.",
    "U.S. before small letters": "They had lived in the U.S. for two decades.",
    "a.m. and p.m.": "At 7 a.m. Mr. Choe left for the bank.| He was home by 8 P.M.| Mr. Choe then slept.",
    "number as a non-boundary": "The book costs $12.50 in the shop.| It sold out.",
    "number at the end": "The total came to 4.75.| That was too much.",
    "parentheses": "He runs the desk (He had reported from Rome for six years.) at the agency.",
    "e-mail": "Write to Ann.Lee@example.org.| She answers quickly.",
    "web address": "The page is: https://www.example.org/Two.Parts/a_page.html - please click on it.",
    "single quotation marks": "He turned and said, 'That is all.' before leaving.",
    "double quotation marks": 'She smiled, "This is fine." she wrote.',
    "slanted quotation marks": "She smiled, “This is fine.” she wrote.",
    "quotation that ends its sentence": "She smiled, “This is fine.”| He closed the book.",
    "doubled exclamation": "Look!!| The boat is back.",
    "doubled question": "Really??| When was that?",
    "exclamation and question": "What!?| You came?",
    "question and exclamation": "What?!| You came?",
    "list: number, period, parenthesis": "1.) The opening item| 2.) The closing item",
    "list: number, period, parenthesis, periods": "1.) The opening item.| 2.) The closing item.",
    "list: number, parenthesis": "1) The opening item| 2) The closing item",
    "list: number, parenthesis, periods": "1) The opening item.| 2) The closing item.",
    "list: number, period": "1. The opening item| 2. The closing item",
    "list: number, period, periods": "1. The opening item.| 2. The closing item.",
    "list: bullet and number": "• 3. The opening item| • 4. The closing item",
    "list: hyphen bullet": "⁃3. The opening item| ⁃4. The closing item",
    "list: letters": "a. The opening item| b. The middle item| c. The closing item",
    "hard line break": "It was a long \nwinter in the valley.",
    "geographic coordinates": "The wreck lies at 35°.21.7' N.| It was found by chance.",
    "named entity with a mark": "She joined Yahoo! in 1999 and left Yahoo! Inc. later.",
    "I as a sentence end and as an initial": "It will be you and I.| Did Albert I. Mills call?",
    "ellipsis in a quotation": "“Thrift, he wrote, makes the rules of life look simpler. . . .”",
    "ellipsis in square brackets": '"Frost [...] compares the paths [...]" (Reed 41).',
    "ellipsis and a period": "Where words are left out, show it with marks . . . .| Another sentence.",
    "four dots": "He never thought that....| She shut the door.",
    "ellipsis in mid-sentence": "I was not ... well, the point ... see . . . what I say, it is . . . I did not mean it.",
    "ellipsis opens the next": "It joined words into longer ones.| . . . The habit was kept. . . .",
}

WIRE_COPY = {
    "S. Korea": "Envoys of S. Korea and N. Korea met.| S. Korea’s delegate left first.",
    "headline acronym": "S. Korea, U.S., Japan agree on N.K. policy",
    "U.S. opens a sentence": "U.S. President Joe Biden called.| U.S. Forces Korea had no comment.",
    "U.S. and a pronoun": "He visited the U.S.| He then flew home.",
    "U.S. and an article": "The minister visited the U.S.| The trip took a week.",
    "U.S. and a name with a verb": "The team flew to the U.S.| Blinken was at the airport.",
    "U.S. and a common plural": "Exports go to the U.S.| Officials declined to comment.",
    "U.S. and a body with a verb": "He said the U.S. Treasury was ready.",
    "U.S. and a two-word title": "A U.S. Under Secretary of State will come.",
    "U.N. bodies": "The U.N. Security Council met, then the U.N. Children’s Fund reported.",
    "U.N. Women": "It was led by U.N. Women in Geneva.",
    "U.S. closes a quotation": "“We talked to the U.S.”| The aide nodded.",
    "U.S. before a quotation": "They left the U.S.| “We had no choice,” the father said.",
    "U.S. before a quoted name": "He joined the U.S. “Pivot to Asia” group in May.",
    "U.K. Panel": "The U.K. Panel agreed.| In the end he left the U.K.| He was tired.",
    "ranks": "Gen. Park met Lt. Col. Ann Roe, Maj. Gen. Lee, Brig. Gen. Oh and Vice Adm. Sato.",
    "officials": "Amb. Kim, Rep. Bae, Sen. Roe, Gov. Poe and Sec. Oh met.| Asst. Sec. Cho did not.",
    "party and state": "Sen. Ann Roe, R-Texas, and Rep. Bo Poe, D-Calif., agreed.| Rep. Moe did not.",
    "hyphenated rank": "Staff Sgt. Roe and Gen.-designate Poe came with Lt.-Col. Moe.",
    "number sign": "The No. 2 official in Seoul resigned.| Nos. 3 and 4 stayed.",
    "no as a word": "He asked twice and she said no.| The talks went on.",
    "articles": "It breaches Art. 9 and Arts. 10 and 11, paras. 3-4, Sec. 2 and Annex B.| It stands.",
    "p.m. and a day": "The plane leaves at 5 p.m. Wednesday.| It lands at 9 a.m. Jan. 3.",
    "p.m. and a zone": "It is at 5 p.m. EST, 10 p.m. GMT or 7 a.m. KST.| At 8 a.m. Korean time it ends.",
    "p.m. and local time": "The quake hit at 5 a.m. Pakistan time and 1 p.m. Eastern Standard Time.",
    "p.m. at the end": "The guns fell silent at 5 p.m.| The truce held.| It was signed at 9 p.m.| Soldiers wept.",
    "p.m. fronts a sentence": "At 5 p.m. Kim spoke.| Shortly before 6 a.m. President Lee left.",
    "month": "They met on Jan. 5 and again in Dec. 1999.| By Sept. 11 it was over.",
    "dateline": "SEOUL, May 5 (AP) -- The ministers met.| They left at noon.",
    "dateline with a state": "VIRGINIA BEACH, Va. -- The city closed its port.| Ships left.",
    "dateline with a month": "TOKYO, Sept. 5 (Kyodo) — The yen rose.",
    "state": "A plant in Gary, Ind., closed.| He spoke in Mobile, Ala.| The crowd cheered.",
    "state after a town": "He flew to Washington, D.C.| Leader Kim did not.| The Fresno, Calif. (AP) office closed.",
    "D.C.": "She lives in Washington, D.C., near Georgetown.| He left Washington, D.C.| She stayed.",
    "initials": "J.D. Vance and George H. W. Bush met J. Edgar Hoover.| George W. Bush spoke.",
    "initials of a family": "J.K. Rowling sued.| W. E. B. Du Bois wrote.",
    "Korean name": "President Yoon Suk Yeol spoke.| Chung Eui-yong listened.",
    "company": "Hyundai Motor Co., Ltd. and Toshiba Corp. agreed.| Samsung Electronics Co. rose.",
    "company at the end": "He works for Acme Inc.| The firm is small.| He left Acme Corp.| Shares fell.",
    "company with an article": "It was sold to Merck & Co. Inc. and Yum! Brands Inc. in May.",
    "Jr.": "Martin Luther King Jr. led them.| They followed King Jr.| He was young.",
    "degree": "He holds a Ph.D. in law.| She has a Ph.D.| It took years.| A Ph.D. Student Union met.",
    "examples": "Give examples, e.g. Japan, i.e. Tokyo, cf. Osaka, and so on.",
    "et cetera": "They sell rice, fish, etc. in the market.| They sell rice, etc.| Prices vary.",
    "et al.": "The study by Kim et al. is new.| The book is by Kim et al.| It sold well.",
    "versus": "It was Korea vs. Japan and Roe v. Wade.",
    "St.": "He left St. Petersburg for St. Louis.| The fire was on Main St.| The crew came.",
    "time in brackets": "He will be back on Saturday (Seoul time).| She will not.",
    "abbreviation in brackets": "The group (est. 1990) met.| He (Gen. Roe) left.| (AP)",
    "decimals": "It rose 3.2 percent to 1,234.56 won.| It fell .5 percent.| Growth is 2.5.| It was 2.",
    "quotation of several sentences": "“We met.| We talked.| We will meet again,” he said.",
    "quotation after the speaker": "He said: “We met.| We talked.”| They left.",
    "quotation of one sentence": "“We will go,” he said.| “Why?” she asked.| “Go!” he cried.",
    "question before its speaker": "“Is it over?” Kim asked.| “Stop!” Gen. Roe shouted.",
    "question before another sentence": "“Is it over?”| She said no one knew.",
    "quotation split by its speaker": "“We agree,” the minister said, “and we will sign.”",
    "straight quotation marks": '"We met.| We talked," he said.| "It helps."',
    "nested quotation": "“He said ‘Come in.’| I did,” she said.",
    "quoted title": "He read “Who Goes There?” to the class.| They clapped.",
    "exclaimed name": "The host of Jeopardy! resigned.| Jeopardy! Champions met.| He shops at Guess? Inc.",
    "dashes": "The plan -- what a plan! -- was shelved — was it not? — at once.",
    "ellipsis glued": "We waited...| Then he came.| We hoped… and left.",
    "ellipsis before a repeated word": "I... I do not know.",
    "numerals": "King Charles III spoke.| It was World War II.| It ended.",
    "vitamin": "He took vitamin C.| The doctor agreed.| It was Plan B.| Then came Plan C.",
    "small letters in a list": "Pack this.| a. a map| b. a lamp| c. a knife",
    "numbers that are no list": "For 1. above pay ten, and for 2. above pay none.",
    "web names": "The sites amazon.com and Booking.Com grew.| See www.Example.Com for more.",
    "missing space": "The talks ended.|They will resume.| It is on nodejs.org now.",
    "missing capital": "They ended the meeting.| it will resume.",
    "footnotes": "It grew quickly.[1][2]| The rest is known.12| Nobody asked.",
    "unlisted, in small letters": "The dipl. corps met the hon. member at the univ. gate.",
    "unlisted, without a vowel": "Sqdn. Leader Roe and Mstr. Poe left.",
    "unlisted, in the library's lexicon": "She met Supt. Roe and Cmdr. Poe at Dept. Zero.",
    "lists": "Do this:| 1. Stop.| 2. Look.",
    "number opens a sentence": "He left.| 20 people died.| 3. Corps stayed.",
    "currency opens a sentence": "He paid.| $20 was enough.",
    "name in small letters opens a sentence": "It was sold.| iPhone sales rose.| eBay fell.",
    "all capitals": "THE ENVOY LEFT.| THE U.S. ARMY STAYED.| GEN. ROE SPOKE.",
    "accents": "He met Mme. Élodie.| Été came.| Über us.",
    "blank line": "No stop here\n\n|Next paragraph",
    "bracketed retirement": "Lt. Gen. (Ret.) Roe and ret. Gen. Poe disagreed.",
    "state before a subject": "He met Rep. Poe, D-Calif.| Roe said it went well.",
    "corporate names in brackets": "The parties are Acme Inc. (“Company A”), and Bolt Inc. (“Company B”).| They signed.",
    "spaced closing quote": "“They left. ”| Roe stayed.",
    "semicolon": "He came; he saw; He won: Victory.",
}
KOREAN_COPY = {
    "plain": "양국 장관이 만났다.| 회담은 한 시간 동안 이어졌다.",
    "polite": "만났습니다.| 반갑습니다!| 정말인가요?| 그렇습니다.",
    "reported quotation": "장관은 “합의했다.| 곧 서명한다.”라고 말했다.| 그는 떠났다.",
    "spaced quotative": '그는 "합의했다." 라고 말했다.| 회담은 끝났다.',
    "quotation before its speaker": "“합의했다.” 장관이 말했다.| 그는 떠났다.",
    "date": "회담은 2021. 5. 5. 서울에서 열렸다.| 다음은 6월이다.",
    "decimal": "성장률은 3.2%였다.| 환율은 1,234.5원이다.",
    "Latin abbreviation": "미국 U.S. 정부와 Samsung Co. 관계자가 만났다.| 끝났다.",
    "item labels": "1. 개요를 쓴다.| 2. 본문을 쓴다.",
    "missing space": "만났다.|그는 떠났다.",
    "ellipsis": "그건… 사실이 아니다.| 모르겠다…| 그는 떠났다.",
    "bracket": "그는 (아직 모른다. 정말이다.) 하고 썼다.| 끝.",
    "headline": "한미 외교장관 회담…북핵 논의",
}

JAPANESE_COPY = {
    "plain": "両国の外相が会談した。|会談は1時間続いた。",
    "spaced": "会談した。| 次は来月だ。",
    "quotation of one": "外相は「合意した。」と述べた。|会談は終わった。",
    "quotation of several": "外相は「合意した。|来月署名する」と述べた。",
    "quotation alone": "「合意した。」|会見場は静まり返った。",
    "quotation before its speaker": "「合意した。」外相はこう述べた。|会談は終わった。",
    "question quoted": "「本当か？」と尋ねた。|返事はなかった。",
    "question": "本当だろうか？|誰も知らない！|そうだ。",
    "bracket": "同氏は（詳細は不明。調査中。）帰国した。|終わった。",
    "closing bracket": "彼は笑った（以下同じ）。|終わった。",
    "decimal": "成長率は３．２％だった。|為替は1.5円だ。",
    "abbreviation": "U.S. Steel社を買収した。|発表した。",
    "ellipsis": "それは…違う。|終わり。",
    "double marks": "何だって！？|知らない。",
}

TABLES = [
    pytest.param(row, language, id=f"{language.code}: {name}")
    for table, language in (
        (GOLDEN_RULES, ENGLISH),
        (WIRE_COPY, ENGLISH),
        (KOREAN_COPY, KOREAN),
        (JAPANESE_COPY, JAPANESE),
    )
    for name, row in table.items()
]


def sentences(text: str, language: Language = ENGLISH) -> list[str]:
    return [text[start:end] for start, end in split(text, language)]


@pytest.mark.parametrize(("row", "language"), TABLES)
def test_golden(row: str, language: Language) -> None:
    assert sentences(row.replace("|", ""), language) == [part.strip() for part in row.split("|")]


def test_a_language_without_rules_is_a_usage_error() -> None:
    with pytest.raises(UsageError, match="German"):
        split("Guten Tag.", Language("de", "German", frozenset({"latin"}), True, "."))


# Laws on any text

MARKS = ".!?…。！？「」『』“”\"’'()[] \t\n\u3000\u2028-—•⁃,:;0123aAzZ다가のと"
TEXTS = st.one_of(
    st.lists(st.sampled_from([*MARKS, "U.S.", "p.m. ", "Gen. ", "1. "]), max_size=60).map("".join),
    st.text(max_size=60),
)


def assert_lossless(text: str, spans: list[tuple[int, int]]) -> None:
    last = 0
    for start, end in spans:
        assert last <= start < end
        assert not text[last:start].strip()
        assert text[start:end] == text[start:end].strip()
        last = end
    assert not text[last:].strip()


@settings(max_examples=400, deadline=None)
@given(TEXTS, st.sampled_from(list(LANGUAGES.values())))
def test_no_character_is_lost(text: str, language: Language) -> None:
    assert_lossless(text, split(text, language))


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.sampled_from([row for row in WIRE_COPY.values() if "\n" not in row]), max_size=4)
)
def test_a_wrapped_paragraph_has_the_same_sentences(rows: list[str]) -> None:
    text = " ".join(row.replace("|", "") for row in rows)
    wrapped = sentences(text.replace(" ", "\n "))
    assert [" ".join(sentence.split()) for sentence in wrapped] == sentences(text)


HOSTILE = {
    "digits": "1",
    "dots": ".",
    "quotes": '"',
    "opening quotes": "“",
    "full stops": "。",
    "spaced dots": ". ",
    "initials": "A. ",
    "brackets": "(",
    "bracketed stops": "(a. B) ",
    "numbers": "1. A ",
    "footnotes": ".[1] ",
    "stray closers": ". ” a",
    "times": "p.m. a ",
    "missing spaces": "said.The",
    "white space": " ",
    "apostrophes": "a’",
}


@pytest.mark.parametrize("language", [ENGLISH, KOREAN, JAPANESE], ids=str)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_text_takes_linear_time(name: str, language: Language) -> None:
    """A quadratic step would take minutes at these lengths; the bound is for a slow machine."""
    unit = HOSTILE[name]
    length = 1_000_000 if len(unit) == 1 else 120_000
    text = (unit * (length // len(unit) + 1))[:length]
    began = time.process_time()
    spans = split(text, language)
    assert time.process_time() - began < 6
    assert_lossless(text, spans)


# Articles


def article_of(*parts: tuple[BlockKind, str], language: Language = ENGLISH) -> Article:
    text, blocks = "", []
    for kind, part in parts:
        blocks.append(Block(kind, len(text), len(text) + len(part)))
        text += part + "\n\n"
    return Article("000_example", text, tuple(blocks), language=language)


def test_an_article_becomes_segments_that_point_back_into_it() -> None:
    article = article_of(
        (BlockKind.HEADLINE, "Envoys of S. Korea, U.S. meet. No deal yet"),
        (BlockKind.DATELINE, "Jan. 5, 2021. Seoul"),
        (BlockKind.BODY, "The envoys met on Jan. 5.\nThey left\tthe U.S. He stayed."),
        (BlockKind.BODY, " \n "),
        (BlockKind.BODY, "  “We agreed.”  "),
    )
    document = segment(article)
    assert document.article is article
    assert [s.text for s in document.segments] == [
        "Envoys of S. Korea, U.S. meet. No deal yet",
        "Jan. 5, 2021. Seoul",
        "The envoys met on Jan. 5.",
        "They left the U.S.",
        "He stayed.",
        "“We agreed.”",
    ]
    assert [s.paragraph for s in document.segments] == [0, 1, 2, 2, 2, 4]
    assert [s.index for s in document.segments] == list(range(6))
    assert [s.id for s in document.segments][:2] == ["000_example#001", "000_example#002"]
    assert [s.kind.value for s in document.segments[:3]] == ["headline", "dateline", "body"]
    for each in document.segments:
        assert each.text == " ".join(article.text[each.start : each.end].split())
    assert_lossless(article.text, [(s.start, s.end) for s in document.segments])


def test_an_article_is_split_by_its_own_language() -> None:
    document = segment(article_of((BlockKind.BODY, "会談した。終わった。"), language=JAPANESE))
    assert [s.text for s in document.segments] == ["会談した。", "終わった。"]


def test_an_empty_article_has_no_segments() -> None:
    assert segment(Article("empty", "", ())).segments == ()


# The list of abbreviations


def test_the_shipped_list_is_sound() -> None:
    shipped = shipped_abbreviations()
    assert shipped.class_of("Gen.") is AbbreviationClass.NEVER
    assert shipped.class_of("GEN.") is AbbreviationClass.NEVER
    assert shipped.class_of("gen.") is None
    assert shipped.class_of("No.") is AbbreviationClass.NUMBER
    assert shipped.class_of("V.") is None
    assert shipped.class_of("A" * 10_000 + ".") is None
    assert {*shipped.classes.values()} == {*AbbreviationClass}


def test_a_users_list_is_laid_over_the_shipped_one(tmp_path: Path) -> None:
    marked = "He met Plenip. Roe.| He met Gen.| Poe."
    text = marked.replace("|", "")
    path = tmp_path / "mine.txt"
    path.write_text("\ufeff# mine\n[never]\nPlenip. # envoy\n[none]\nGen.\n", encoding="utf-8")
    mine = load_abbreviations(path)
    got = [text[start:end] for start, end in split(text, abbreviations=mine)]
    assert got == [part.strip() for part in marked.split("|")]
    assert sentences(text) == ["He met Plenip.", "Roe.", "He met Gen. Poe."]
    document = segment(article_of((BlockKind.BODY, text)), abbreviations=mine)
    assert [s.text for s in document.segments] == got


@pytest.mark.parametrize(
    ("text", "what", "line", "column"),
    [
        ("[titles]\nMr.", "unknown class", 1, 1),
        ("# list\nMr.\n", "before any class", 2, 1),
        ("[never]\nMr. Dr\n", "no abbreviation", 2, 5),
        ("[never]\n" + "a" * 40 + ".", "no abbreviation", 2, 1),
        ("[never]\nMr.\n[final]\n  Mr.", "already in class \\[never\\]", 4, 3),
    ],
)
def test_a_bad_list_is_an_error_with_its_place(
    tmp_path: Path, text: str, what: str, line: int, column: int
) -> None:
    path = tmp_path / "mine.txt"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=what) as caught:
        load_abbreviations(path)
    assert caught.value.where == f"{path}:{line}:{column}"
    assert caught.value.hint


def test_an_unreadable_list_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read") as caught:
        load_abbreviations(tmp_path / "none.txt")
    assert caught.value.hint
    path = tmp_path / "latin.txt"
    path.write_bytes(b"[never]\nMr.\nSe\xf1.\n")
    with pytest.raises(InputError, match="not UTF-8") as caught:
        load_abbreviations(path)
    assert caught.value.line == 3


def test_a_form_may_repeat_within_its_class() -> None:
    assert parse_abbreviations("[time]\na.m. a.m.").classes == {"a.m.": AbbreviationClass.TIME}
