"""Articles: what is read, what is refused, and that offsets tell the truth."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
import unicodedata
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from aligner import articles
from aligner.articles import clean, decode, discover, is_dateline, parse, parse_date, read, read_all
from aligner.errors import ArticleError, UsageError
from aligner.languages import JAPANESE, KOREAN
from aligner.model import Article

HEADLINE = "Three ministers agree to keep close contact in U.S."
BODY = (
    "The foreign ministers of three countries agreed Wednesday to keep close contact on the talks, "
    "an official said on condition of anonymity.",
    "“We will continue to consult,” the minister told reporters after the meeting with Gen. Robert "
    "Brown of the U.S. Army at the port.",
    "The next meeting is to be held in September.",
)
ENGLISH_FILE = "\n\n".join((HEADLINE, "May 5, 2021", *BODY)) + "\n"
KOREAN_TEXT = (
    "한국과 미국, 일본의 외교장관은 5일(현지시간) 런던에서 회담을 했다.\n\n"
    "다음 회의는 9월에 열린다."
)
JAPANESE_TEXT = "日米韓の外相は5日、ロンドンで会談した。\n\n次の会合は9月に開かれる予定だという。"


def shown(article: Article) -> list[tuple[str, str]]:
    return [
        (block.kind.value, " ".join(article.text[block.start : block.end].split()))
        for block in article.blocks
    ]


def texts(article: Article) -> list[str]:
    return [text for _, text in shown(article)]


def text_of(text: str, **more: object) -> list[tuple[str, str]]:
    return shown(parse(text, **more)[0])  # type: ignore[arg-type]


def refused(call: object, *arguments: object, **more: object) -> ArticleError:
    with pytest.raises(ArticleError) as caught:
        call(*arguments, **more)  # type: ignore[operator]
    assert caught.value.hint, "every error says what to do"
    return caught.value


def holds(article: Article) -> None:
    """The laws of an article: spans in order, disjoint, trimmed, only white space outside, NFC."""
    at = 0
    for block in article.blocks:
        assert at <= block.start < block.end <= len(article.text)
        assert not article.text[at : block.start].strip()
        inside = article.text[block.start : block.end]
        assert inside == inside.strip()
        at = block.end
    assert article.blocks
    assert not article.text[at:].strip()
    assert article.text == unicodedata.normalize("NFC", article.text)
    assert not set(article.text) & set("\r\x00\x0b\x0c\u2028\u00ad\u200b\ufeff")
    assert article.id and not set(article.id) & set("\t\n /\\")


# ── Plain text ───────────────────────────────────────────────────────────────────────────────────


def test_headline_dateline_and_paragraphs() -> None:
    (article,) = parse(ENGLISH_FILE)
    assert shown(article) == [
        ("headline", HEADLINE),
        ("dateline", "May 5, 2021"),
        *(("body", text) for text in BODY),
    ]
    assert article.date == "2021-05-05"
    assert article.text == ENGLISH_FILE


@pytest.mark.parametrize("width", [60, 72, 80])
@pytest.mark.parametrize("gap", ["\n", "\n\n"])
@pytest.mark.parametrize("indent", ["", "  ", "\t"])
def test_hard_wrapped_lines_are_one_paragraph(width: int, gap: str, indent: str) -> None:
    wrapped = [
        textwrap.fill(text, width, initial_indent=indent, break_on_hyphens=False) for text in BODY
    ]
    text = gap.join([HEADLINE, "May 5, 2021", *wrapped])
    assert text_of(text) == text_of(ENGLISH_FILE)


@pytest.mark.parametrize("indent", ["", "    ", "\u3000"])
def test_lines_without_blank_ones_are_paragraphs(indent: str) -> None:
    text = "\n".join([HEADLINE, "May 5, 2021", *(indent + text for text in BODY)])
    assert text_of(text) == text_of(ENGLISH_FILE)


def test_a_wrapped_block_that_is_indented_as_a_whole() -> None:
    text = "\n\n".join(textwrap.indent(textwrap.fill(text, 60), "    ") for text in BODY)
    assert [block for _, block in text_of(text)] == list(BODY)


GOLDEN = [
    pytest.param("Only one paragraph", [("body", "Only one paragraph")], id="alone"),
    pytest.param("May 5, 2021", [("body", "May 5, 2021")], id="a lone date"),
    pytest.param(
        "He left.\n\nShe stayed.", [("body", "He left."), ("body", "She stayed.")], id="no headline"
    ),
    pytest.param(
        "Talks end\n\nHe left.", [("headline", "Talks end"), ("body", "He left.")], id="short"
    ),
    pytest.param(
        "Talks end\nThe two sides ended their talks on Wednesday without a statement.",
        [
            ("headline", "Talks end"),
            ("body", "The two sides ended their talks on Wednesday without a statement."),
        ],
        id="headline on the line above",
    ),
    pytest.param(
        "Minister to visit U.S.\n\nHe left.",
        [("headline", "Minister to visit U.S."), ("body", "He left.")],
        id="abbreviation is no sentence end",
    ),
    pytest.param(
        "Will the talks go on?\n\nHe left.",
        [("headline", "Will the talks go on?"), ("body", "He left.")],
        id="question",
    ),
    pytest.param(
        "The ministers said:\n\nHe left.",
        [("body", "The ministers said:"), ("body", "He left.")],
        id="a colon is no headline",
    ),
    pytest.param(
        "A " * 150 + "\n\nHe left.",
        [("body", ("A " * 150).strip()), ("body", "He left.")],
        id="too long for a headline",
    ),
    pytest.param(
        "2021-05-05\n\nTalks end\n\nHe left.",
        [("dateline", "2021-05-05"), ("headline", "Talks end"), ("body", "He left.")],
        id="date first",
    ),
    pytest.param(
        "Talks end\n\nDeck under the headline\n\nBy A. Writer\n\nMay 5\n\nHe left.",
        [
            ("headline", "Talks end"),
            ("body", "Deck under the headline"),
            ("body", "By A. Writer"),
            ("dateline", "May 5"),
            ("body", "He left."),
        ],
        id="deck and byline before the date",
    ),
    pytest.param(
        "Talks end\n\nHe left.\n\nMay 5, 2021\n\nShe stayed.",
        [
            ("headline", "Talks end"),
            ("body", "He left."),
            ("body", "May 5, 2021"),
            ("body", "She stayed."),
        ],
        id="a date inside the body is body",
    ),
    pytest.param(
        "Talks end\n\nLONDON, May 5 (Agency) -- The two sides ended their talks.",
        [
            ("headline", "Talks end"),
            ("body", "LONDON, May 5 (Agency) -- The two sides ended their talks."),
        ],
        id="a run-in dateline stays in its paragraph",
    ),
    pytest.param(
        "Talks end\n\nLONDON, May 5 (Agency) --\n\nThe two sides ended their talks.",
        [
            ("headline", "Talks end"),
            ("dateline", "LONDON, May 5 (Agency) --"),
            ("body", "The two sides ended their talks."),
        ],
        id="dateline on its own line",
    ),
    pytest.param(
        "Ministers of three countries agree to stay\nin close contact over talks\n\nHe left.",
        [
            ("headline", "Ministers of three countries agree to stay in close contact over talks"),
            ("body", "He left."),
        ],
        id="wrapped headline",
    ),
    pytest.param(
        "The two agreed:\n- to meet again\n- to talk\n\nHe left.",
        [
            ("body", "The two agreed:"),
            ("body", "- to meet again"),
            ("body", "- to talk"),
            ("body", "He left."),
        ],
        id="list",
    ),
    pytest.param(
        "한미일 외교장관 회담\n2021년 5월 5일\n세 장관은 만났다.\n다음 회의는 9월이다.",
        [
            ("headline", "한미일 외교장관 회담"),
            ("dateline", "2021년 5월 5일"),
            ("body", "세 장관은 만났다."),
            ("body", "다음 회의는 9월이다."),
        ],
        id="Korean lines",
    ),
    pytest.param(
        "日米韓外相が会談\n2021年5月5日（水）\n\u3000三外相は会談した。\n\u3000次は9月だ。",
        [
            ("headline", "日米韓外相が会談"),
            ("dateline", "2021年5月5日（水）"),
            ("body", "三外相は会談した。"),
            ("body", "次は9月だ。"),
        ],
        id="Japanese lines",
    ),
]


@pytest.mark.parametrize(("text", "blocks"), GOLDEN)
def test_golden_blocks(text: str, blocks: list[tuple[str, str]]) -> None:
    assert text_of(text) == blocks
    holds(parse(text)[0])


def test_a_wrap_after_an_abbreviation_or_before_a_lower_case_word_is_no_paragraph() -> None:
    text = (
        "The minister met on Wednesday in the capital with the chairman, Gen.\n"
        "Robert Brown, and with the ambassador of the country that is called\n"
        "the U.S.\n"
        "in the press, and then flew home."
    )
    assert len(text_of(text)) == 1


def test_japanese_wrapped_inside_a_word_is_joined_without_a_space() -> None:
    text = (
        "三か国の外相は五日、ロンドン市内のホ\nテルで会談し、緊密に協力していくことで\n一致した。"
    )
    (article,) = parse(text, language=JAPANESE)
    assert article.text == text.replace("\n", "")
    assert texts(article) == [text.replace("\n", "")]
    assert article.language is JAPANESE


# ── Dates ────────────────────────────────────────────────────────────────────────────────────────

DATES = [
    ("May 5, 2021", "2021-05-05"),
    ("Sept. 30, 1999", "1999-09-30"),
    ("5 May 2021", "2021-05-05"),
    ("5th of May 2021", "2021-05-05"),
    ("2021-05-05", "2021-05-05"),
    ("2021/5/5", "2021-05-05"),
    ("2021. 5. 5.", "2021-05-05"),
    ("20210505", "2021-05-05"),
    ("2021-05-05T10:00:00+09:00", "2021-05-05"),
    ("Wednesday, May 5, 2021", "2021-05-05"),
    ("Published: May 5, 2021 10:30 KST", "2021-05-05"),
    ("Updated May 5, 2021 at 3:04 p.m.", "2021-05-05"),
    ("LONDON, May 5, 2021 —", "2021-05-05"),
    ("WASHINGTON, D.C., May 5, 2021", "2021-05-05"),
    ("2021년 5월 5일 수요일", "2021-05-05"),
    ("(서울=통신) 2021.05.05. 14:30", "2021-05-05"),
    ("입력 2021.05.05 14:30", "2021-05-05"),
    ("2021年5月5日（水）", "2021-05-05"),
    ("令和3年5月5日", "2021-05-05"),
    ("平成元年1月8日", "1989-01-08"),
    ("25/12/2021", "2021-12-25"),
    ("12/25/2021", "2021-12-25"),
    ("5/5/2021", "2021-05-05"),
    ("5/6/2021", None),
    ("SEOUL, May 5 (Agency) --", None),
    ("SEOUL/TOKYO, Sept. 5 (Agency) --", None),
    ("Seoul, May 5", None),
    ("SEOUL (Agency) —", None),
]


@pytest.mark.parametrize(("line", "iso"), DATES)
def test_datelines(line: str, iso: str | None) -> None:
    assert is_dateline(line)
    assert parse_date(line) == iso


@pytest.mark.parametrize(
    "line",
    [
        "on talks, May 5",
        "Minister to visit on May 5, 2021",
        "The May 5, 2021 meeting",
        "Talks set for May 5",
        "May",
        "2021",
        "Seoul",
        "1234-56-78",
        "May 55, 2021",
        "12345678",
        "The two met in London on May 5, 2021.",
        "",
    ],
)
def test_no_datelines(line: str) -> None:
    assert not is_dateline(line)


def test_a_day_no_calendar_has_is_no_date() -> None:
    assert parse_date("February 30, 2021") is None
    assert parse_date("2021-02-29") is None
    assert parse_date("2020-02-29") == "2020-02-29"


# ── Encodings ────────────────────────────────────────────────────────────────────────────────────

ACCENTED = "The envoy’s “résumé” – from Genève – cost £5, José Núñez said … in São Paulo."


@pytest.mark.parametrize(
    ("text", "encoding"),
    [
        (text, encoding)
        for text, encodings in (
            (ENGLISH_FILE, "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32"),
            (ENGLISH_FILE, "cp1252 mac_roman cp949 cp932"),
            (ACCENTED, "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be utf-32 cp1252 mac_roman"),
            ("A café in Orléans.", "latin-1 cp1252 mac_roman"),
            (KOREAN_TEXT, "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be"),
            (KOREAN_TEXT, "cp949 euc_kr iso2022_kr"),
            ("똠방각하와 펲시콜라를 본 사람들은 모두 웃었다고 한다.", "cp949"),
            (JAPANESE_TEXT, "utf-8 utf-8-sig utf-16 utf-16-le utf-16-be"),
            (JAPANESE_TEXT, "cp932 euc_jp iso2022_jp"),
            ("カタカナとひらがな。", "shift_jis euc_jp"),
            (
                "Министр встретился с коллегами в Лондоне в среду, сообщили в министерстве.",
                "cp1251",
            ),
        )
        for encoding in encodings.split()
    ],
)
def test_encodings_are_recognised(text: str, encoding: str) -> None:
    assert decode(text.encode(encoding)) == text


def test_utf16_without_ascii_or_mark() -> None:
    assert decode("韓国の外相は会談した。".encode("utf-16-le")) == "韓国の外相は会談した。"


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "is empty"),
        (b" \n\t\r\n ", "is empty"),
        ("\ufeff \u3000\u200b\n".encode(), "holds no text"),
        (b"\xff\xfe", "holds no text"),
        (b"abc\x00def", "NUL"),
        (b"%PDF-1.7 ...", "PDF"),
        (b"PK\x03\x04rest", "office document"),
        (b"\x89PNG\r\n\x1a\n", "image"),
        (bytes(range(1, 32)) * 4, "binary"),
        (bytes(range(128, 256)), "not recognised"),
        (b"\xff\xfea", "damaged"),
        (b"\xff\xfe\x00\xd8a\x00", "damaged"),
    ],
)
def test_what_is_no_text_is_one_clear_error(tmp_path: Path, data: bytes, what: str) -> None:
    path = tmp_path / "bad.txt"
    path.write_bytes(data)
    error = refused(read, path)
    assert what in str(error)
    assert error.path == str(path)


def test_damaged_utf8_is_pointed_at_not_guessed() -> None:
    data = "“Quoted” words – here.\nAnd a “second” l".encode() + b"\xe2\x80" + "ine – “a”.".encode()
    error = refused(decode, data, path="a.txt")
    assert error.where == "a.txt:2:17"
    assert "0xE2" in error.what


def test_text_is_nfc_with_lf_and_without_invisible_characters() -> None:
    decomposed = unicodedata.normalize("NFD", "한국의 외교장관이 café에서")
    raw = f"\ufeffA\u00adB\u200bC\r\n{decomposed}\rx\u2028y\fz\u0085w\x07\u2029v\x1fu"
    assert clean(raw) == "ABC\n한국의 외교장관이 café에서\nx\ny\nz\nw\n\nv u"


@given(st.text())
@example("e\u200b\u0301")
@example("a\u200d\u200db")
@example("\u1100\u00ad\u1161")
def test_cleaning_is_idempotent(text: str) -> None:
    once = clean(text)
    assert clean(once) == once
    once.encode("utf-8")


# ── Markdown, HTML, JSON Lines ───────────────────────────────────────────────────────────────────


def test_markdown() -> None:
    text = textwrap.dedent(
        """\
        ---
        title: "Three ministers: talks *go* on"
        date: 2021-05-05
        tags: [a, b]
        ---
        The **foreign ministers** of [three](https://example.org) countries
        met &amp; talked in `London`.\\
        They left.[^1]

            An indented paragraph is prose.

        ## What comes *next*

        > A quoted line.

        - one
        - two

        1945. That was the year.

        <div>Plain <b>mark-up</b></div>

        ![a picture](x.png)
        """
    )
    (article,) = parse(text, format="md")
    assert shown(article) == [
        ("headline", "Three ministers: talks *go* on"),
        ("dateline", "2021-05-05"),
        ("body", "The foreign ministers of three countries met & talked in London. They left."),
        ("body", "An indented paragraph is prose."),
        ("body", "What comes next"),
        ("body", "A quoted line."),
        ("body", "one"),
        ("body", "two"),
        ("body", "1945. That was the year."),
        ("body", "Plain mark-up"),
    ]
    assert article.date == "2021-05-05"
    assert article.text == "\n\n".join(texts(article))


def test_markdown_heading_is_the_headline_and_its_date_line_the_dateline() -> None:
    (article,) = parse("# Talks end.\n\nMay 5, 2021\n\nThe two left.\n", format="md")
    assert [kind for kind, _ in shown(article)] == ["headline", "dateline", "body"]
    assert article.date == "2021-05-05"


def test_markdown_front_matter_dateline_and_repeated_title() -> None:
    front = "---\ntitle: Talks end\ndateline: LONDON, May 5\ndate: 2021-05-05\n---\n"
    text = f"{front}# Talks end\n\nHe left."
    (article,) = parse(text, format="md")
    assert shown(article) == [
        ("headline", "Talks end"),
        ("dateline", "LONDON, May 5"),
        ("body", "He left."),
    ]
    assert article.date == "2021-05-05"


def test_a_rule_is_no_front_matter() -> None:
    assert text_of("---\nHe left.\n\n---\n\nShe stayed.", format="md") == [
        ("body", "He left."),
        ("body", "She stayed."),
    ]


def test_broken_front_matter_is_pointed_at() -> None:
    error = refused(parse, "---\ntitle: a: b\n---\nHe left.", format="md", path="a.md")
    assert error.where == "a.md:2:9"


PLAIN_PAGE = (
    "<!DOCTYPE html><html><head><meta charset={charset}><title>Talks end | The Paper</title>"
    '<meta property="article:published_time" content="2021-05-05T10:00:00+09:00"></head>'
    "<body><h1>Talks <i>end</i></h1><p>The two\n ministers&nbsp;left<br>the café &amp; port.</p>"
    "<p>She stayed.<script>var x;</script></p><!-- no --></body></html>"
)


def test_a_plain_page_is_read_whole() -> None:
    (article,) = parse(PLAIN_PAGE, format="html")
    assert shown(article) == [
        ("headline", "Talks end"),
        ("dateline", "2021-05-05"),
        ("body", "The two ministers left the café & port."),
        ("body", "She stayed."),
    ]
    assert article.date == "2021-05-05"


def test_a_dressed_page_loses_its_dress() -> None:
    body = "".join(f"<p>{text}</p>" for text in BODY)
    page = (
        f"<html><head><title>{HEADLINE} - The Paper</title></head><body><nav><a href=/>Home</a>"
        f"<a href=/x>World</a></nav><article><h1>{HEADLINE}</h1>{body}</article><aside><p>Related:"
        " something else that is long enough to be a paragraph of its own.</p></aside><footer><p>"
        "Copyright</p></footer></body></html>"
    )
    assert text_of(page, format="html") == [("headline", HEADLINE), *(("body", t) for t in BODY)]


@pytest.mark.parametrize(
    ("charset", "text"), [("euc-kr", "한국"), ("shift_jis", "韓国"), ("iso-8859-1", "é")]
)
def test_a_page_is_read_as_it_declares(tmp_path: Path, charset: str, text: str) -> None:
    path = tmp_path / "page.html"
    page = PLAIN_PAGE.replace("{charset}", charset).replace("café", text)
    path.write_bytes(page.encode(charset, "xmlcharrefreplace"))
    assert text in read(path)[0].text


@pytest.mark.parametrize("page", ["<html></html>", "<p> </p>", "<!-- -->", "<script>x</script>"])
def test_a_page_without_text_is_an_error(page: str) -> None:
    assert "holds no text" in refused(parse, page, format="html").what


def test_jsonl(tmp_path: Path) -> None:
    path = tmp_path / "news.jsonl"
    rows: list[dict[str, object]] = [
        {"id": "a/1", "title": "Talks end", "date": "May 5, 2021", "body": "One.\n\nTwo\nlines."},
        {"id": 7, "title": "", "date": None, "body": "Only body\u2028here"},
        {"title": "No id", "body": ["First.", "", "Second."]},
        {"id": "7", "body": "Again."},
    ]
    path.write_text("\n\n".join(json.dumps(row, ensure_ascii=False) for row in rows), "utf-8")
    found = read(path)
    assert [article.id for article in found] == ["a_1", "7", "news-5", "7-2"]
    assert shown(found[0]) == [
        ("headline", "Talks end"),
        ("dateline", "May 5, 2021"),
        ("body", "One."),
        ("body", "Two lines."),
    ]
    assert [article.date for article in found] == ["2021-05-05", None, None, None]
    assert shown(found[1]) == [("body", "Only body here")]
    assert texts(found[2]) == ["No id", "First.", "Second."]


@pytest.mark.parametrize(
    ("row", "where", "what"),
    [
        ('{"id": "a", "body" "b"}', "n.jsonl:2:20", "is not JSON"),
        ("[1]", "n.jsonl:2", "no object"),
        ('{"id": "a"}', "n.jsonl:2", 'has no "body"'),
        ('{"id": "a", "body": 3}', "n.jsonl:2", '"body" is not a text'),
        ('{"id": "a", "body": ["x", 3]}', "n.jsonl:2", '"body" is not a text'),
        ('{"id": ["a"], "body": "x"}', "n.jsonl:2", '"id" is not a text'),
        ('{"id": "a", "body": "  "}', "n.jsonl:2", "holds no text"),
        ('{"id": "a", "title": "t", "body": "t"}', "n.jsonl:2", "besides its title"),
        (r'{"id": "a", "body": "\ud800"}', "n.jsonl:2", "half a character"),
        ("[" * 100_000, "n.jsonl:2", "is not JSON"),
        ('{"id": ' + "9" * 5000 + ', "body": "x"}', "n.jsonl:2", "is not JSON"),
    ],
)
def test_bad_json_lines_are_pointed_at(row: str, where: str, what: str) -> None:
    good = '{"id": "g", "body": "Good."}'
    error = refused(parse, f"{good}\n{row}\n{good}", format="jsonl", path="n.jsonl")
    assert error.where == where
    assert what in error.what


# ── Files, folders, patterns, standard input ─────────────────────────────────────────────────────


def plant(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("He left.\n", "utf-8")


def found_in(paths: list[str | Path], folder: Path) -> list[str]:
    return [os.path.relpath(source.path, folder) for source in discover(paths)]


def test_discover_is_sorted_complete_and_without_doubles(tmp_path: Path) -> None:
    plant(tmp_path, "b.txt", "a.md", "sub/c.HTML", "sub/README.txt", "README.md", "LICENSE.txt")
    plant(tmp_path, "d.jsonl", "e.docx", ".hidden.txt", ".git/f.txt", "readmes-grow.txt", "a/z.txt")
    everything = ["a/z.txt", "a.md", "b.txt", "d.jsonl", "readmes-grow.txt", "sub/c.HTML"]
    assert found_in([tmp_path], tmp_path) == everything
    assert found_in([tmp_path / "b.txt", tmp_path], tmp_path)[0] == "b.txt"
    assert sorted(found_in([tmp_path / "b.txt", tmp_path], tmp_path)) == sorted(everything)
    assert found_in([f"{tmp_path}/*.*"], tmp_path) == everything[1:-1]
    assert found_in([f"{tmp_path}/**/*.txt"], tmp_path) == ["a/z.txt", "b.txt", "readmes-grow.txt"]
    assert found_in([tmp_path / "README.md"], tmp_path) == ["README.md"], "named outright"
    assert [source.path for source in discover(["-", "-"])] == ["-"]


def test_a_file_whose_name_looks_like_a_pattern(tmp_path: Path) -> None:
    plant(tmp_path, "[lead] talks.txt")
    assert found_in([tmp_path / "[lead] talks.txt"], tmp_path) == ["[lead] talks.txt"]


def test_one_bad_path_does_not_stop_the_others(tmp_path: Path) -> None:
    plant(tmp_path, "one.txt", "sub/one.md", "three.txt")
    (tmp_path / "two.txt").write_bytes(b"\0\1\2")
    (tmp_path / "empty").mkdir()
    paths: list[str | Path] = [
        tmp_path / "one.txt",
        tmp_path / "no.txt",
        tmp_path / "two.txt",
        tmp_path / "empty",
        f"{tmp_path}/*.none",
        "",
        "nul\0byte",
        "x" * 5000,
        tmp_path / "sub",
        tmp_path / "three.txt",
        "-",
    ]
    found, errors = read_all(paths)
    assert [article.id for article in found] == ["one", "one-2", "three"]
    assert [error.what for error in errors] == [
        "there is no such file or folder",
        "holds NUL bytes: it is not text",
        "the folder holds no article",
        "no file matches this pattern",
        "an empty path was given",
        "cannot be read: embedded null byte",
        "cannot be read: File name too long",
        "nothing was piped in",
    ]
    assert all(error.hint and str(error).isprintable() for error in errors)


def test_standard_input_is_told_apart() -> None:
    assert read("-", stdin=ENGLISH_FILE.encode())[0].id == "stdin"
    assert texts(read("-", stdin=b"<!DOCTYPE html><p>He left.")[0]) == ["He left."]
    assert read("-", stdin=b'{"id": "x", "body": "He left."}')[0].id == "x"
    assert texts(read("-", stdin=b"---\ntitle: T\n---\nHe left.")[0]) == ["T", "He left."]
    assert texts(read("-", stdin=b"# T\n\nHe left.", format="md")[0]) == ["T", "He left."]
    assert read("-", stdin=b"He left.")[0].path == "-"
    assert refused(read, "-", stdin=b"").where == "<stdin>"


def test_format_and_language(tmp_path: Path) -> None:
    plant(tmp_path, "a.txt", "b.pdf", "noext")
    assert read(tmp_path / "a.txt", language=KOREAN)[0].language is KOREAN
    assert read(tmp_path / "noext")[0].id == "noext"
    assert ".pdf files are not read" in refused(read, tmp_path / "b.pdf").what
    assert read(tmp_path / "b.pdf", format=".TXT")[0].id == "b"
    with pytest.raises(UsageError):
        read(tmp_path / "a.txt", format="docx")


def test_folder_unreadable_and_oversized(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "is a folder" in refused(read, tmp_path).what
    path = tmp_path / "a.txt"
    path.write_text("He left, and she stayed.")
    monkeypatch.setattr("aligner.articles.sources.MAX_BYTES", 10)
    assert "larger than" in refused(read, path).what
    assert "larger than" in refused(read, "-", stdin=b"He left, and she stayed.").what

    def deny(*_: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("builtins.open", deny)
    assert "may not be read" in refused(read, path).what


def test_ids_are_unique_clean_and_stable(tmp_path: Path) -> None:
    decomposed = unicodedata.normalize("NFD", "한국")
    plant(tmp_path, "x/a.txt", "y/a.txt", "z/a-2.txt", f"w/{decomposed} talks\t1.txt")
    found, errors = read_all([tmp_path / "x", tmp_path / "y", tmp_path / "z", tmp_path / "w"])
    assert not errors
    assert [article.id for article in found] == ["a", "a-2", "a-2-2", "한국_talks_1"]


def test_a_link_that_loops_is_an_error_or_nothing(tmp_path: Path) -> None:
    plant(tmp_path, "a.txt")
    (tmp_path / "self").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "loop.txt").symlink_to(tmp_path / "loop.txt")
    found, errors = read_all([tmp_path])
    assert [article.id for article in found] == ["a"]
    assert len(errors) == 1


def test_import_is_light() -> None:
    code = (
        "import sys, aligner.articles as a; a.parse('He left.')\n"
        "heavy = {'trafilatura', 'lxml', 'yaml', 'markdown_it', 'charset_normalizer'}\n"
        "sys.exit(str(heavy & set(sys.modules) or ''))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert not done.stderr.strip()


# ── Properties ───────────────────────────────────────────────────────────────────────────────────

NEWSY = st.lists(
    st.sampled_from(
        [
            *BODY, HEADLINE, "May 5, 2021", "SEOUL, May 5 --", "- item", "회의는 9월이다.", "“",
            "次は9月だ。", " ", "\t", "\n", "\n\n", "\r\n", "\u2028", "\u3000", "\u00ad", "e\u0301",
            "---", "# ", "***", "<p>", "</div>", "&amp;", "[x](y)", "|", "`", "title: x\n", "\x0c",
        ]
    ),
    max_size=30,
).map("".join)  # fmt: skip


@given(st.one_of(st.text(), NEWSY), st.sampled_from([JAPANESE, KOREAN]))
def test_text_blocks_hold_the_laws(text: str, language: object) -> None:
    try:
        (article,) = parse(text, language=language)  # type: ignore[arg-type]
    except ArticleError:
        assert not clean(text).strip()
        return
    holds(article)
    if language is KOREAN:
        assert article.text == clean(text)
    again = parse(article.text, language=article.language)[0]
    if language is KOREAN:
        assert again.blocks == article.blocks


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(st.one_of(st.text(), NEWSY), st.sampled_from(["md", "html"]))
def test_other_formats_hold_the_laws(text: str, format: str) -> None:
    try:
        (article,) = parse(text, format=format)
    except ArticleError:
        return
    holds(article)
    assert article.text == "\n\n".join(texts(article))


@settings(deadline=None)
@given(
    st.one_of(
        st.binary(max_size=400),
        st.sampled_from([ENGLISH_FILE, ACCENTED, KOREAN_TEXT, JAPANESE_TEXT]).flatmap(
            lambda text: st.sampled_from(
                ["utf-8", "utf-16", "utf-16-le", "cp949", "cp932", "cp1252", "iso2022_jp"]
            ).flatmap(
                lambda encoding: st.tuples(
                    st.just(text.encode(encoding, "ignore")),
                    st.integers(0, 200),
                    st.binary(max_size=4),
                ).map(lambda t: t[0][: t[1]] + t[2] + t[0][t[1] + 1 :])
            )
        ),
    ),
    st.sampled_from(["txt", "md", "html", "jsonl", None]),
)
@example(b"\x1b$)C\x0e", "txt")
@example(b"<?xml version='1.0' encoding='utf-16'?><p>x", "html")
@example(b"\xef\xbb\xbf\xef\xbb\xbfx", None)
@example(b"<meta charset=undefined>\xff\xfd", "html")
@example(b"<meta charset=rot13>\xe9t\xe9", "html")
def test_arbitrary_bytes_give_articles_or_an_article_error(data: bytes, format: str | None) -> None:
    try:
        found = read("-", stdin=data, format=format)
    except ArticleError as error:
        assert error.hint
        assert error.where and error.where.startswith("<stdin>")
        return
    assert found
    for article in found:
        holds(article)


def test_the_seed_articles_read_cleanly() -> None:
    seeds = Path(__file__).parent.parent / "seeds"
    found, errors = read_all([seeds]) if discover([seeds])[0].error is None else ([], [])
    assert not errors
    for article in found:
        holds(article)
        assert [kind for kind, _ in shown(article)][:2] == ["headline", "dateline"]
        assert article.date


def test_public_names_exist() -> None:
    assert all(hasattr(articles, name) for name in articles.__all__)
