"""Exchange formats, suggestions, consistency, look-up and explanation."""

from __future__ import annotations

import unicodedata
import zipfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from aligner.errors import GlossaryError, UsageError
from aligner.languages import JAPANESE, KOREAN, Language
from aligner.model import TermStatus
from aligner.termbase import Concept, TermBase, load
from aligner.termbase.consistency import consistency
from aligner.termbase.exchange import FORMATS, format_of, read_terms, write_terms
from aligner.termbase.explanation import explain, lookup
from aligner.termbase.suggestion import suggest, suggest_from_pairs

GOLDEN = Path(__file__).parent / "golden"
FULL = [name for name, made in FORMATS.items() if not made.bilingual]
TRICKY = (
    Concept("concept.sum", "=SUM(A1)", "+한", "-ア", notes="a & <c> 'd'",
            extra={"team": "A"}),
    Concept("person.a-b", "A. B’s “C”", "가, 나", "ア;イ", "person", ("A",), ("B",), ("나",), ("ウ",),
            ("다",), ("エ",), ("라",), ("オ",), "exact", "2020-01", "2021", "press", "x=y; z"),
    Concept("place.only-korean", "Only Korean", "한국어만", category="place"),
    Concept("place.untranslated", "Untranslated", category="place"),
    Concept("concept.quote", "'quoted", "'한", "'ア"),
)  # fmt: skip


@pytest.mark.parametrize("name", FULL)
def test_full_formats_bring_everything_back(tmp_path: Path, name: str) -> None:
    concepts = (*load([GOLDEN / "terms_glossary.tsv"]).concepts, *TRICKY)
    path = tmp_path / f"x{FORMATS[name].suffixes[0]}"
    assert write_terms(concepts, path) == ()
    assert read_terms(path) == concepts
    first = path.read_bytes()
    write_terms(read_terms(path), path)
    if name != "xlsx":  # its archive carries the time of writing
        assert path.read_bytes() == first


_TEXT = st.text(
    st.characters(min_codepoint=32, max_codepoint=0x2FFF, blacklist_categories=("Cc", "Zl", "Zp")),
    min_size=1, max_size=8,
).map(lambda s: " ".join(s.replace("|", "").split())).filter(bool)  # fmt: skip


@pytest.mark.parametrize("name", ["tsv", "csv", "tbx"])
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(values=st.lists(st.tuples(_TEXT, _TEXT, _TEXT), min_size=1, max_size=4))
def test_any_terms_come_back(tmp_path: Path, name: str, values: list[tuple[str, str, str]]) -> None:
    nfc = [[unicodedata.normalize("NFC", value) for value in row] for row in values]
    concepts = tuple(
        Concept(f"concept.x{number}", en, ko, ja) for number, (en, ko, ja) in enumerate(nfc)
    )
    path = tmp_path / f"x{FORMATS[name].suffixes[0]}"
    write_terms(concepts, path)
    assert read_terms(path) == concepts


@pytest.mark.parametrize("language", [KOREAN, JAPANESE], ids=str)
def test_utx_carries_one_language_with_statuses(tmp_path: Path, language: Language) -> None:
    concepts = load([GOLDEN / "terms_glossary.tsv"]).concepts
    path = tmp_path / "x.utx"
    lost = write_terms(concepts, path, language=language)
    assert any("other languages" in sentence for sentence in lost)
    assert path.read_text(encoding="utf-8").startswith(f"#UTX 1.20; en/{language.code};")
    for mine, back in zip(concepts, read_terms(path), strict=True):
        assert (mine.id, mine.en, mine.category) == (back.id, back.en, back.category)
        assert mine.aliases_en == back.aliases_en
        assert mine.preferred(language) == back.preferred(language)
        assert mine.admitted(language) == back.admitted(language)
        assert mine.deprecated(language) == back.deprecated(language)


def test_omegat_carries_accepted_renderings(tmp_path: Path) -> None:
    concepts = load([GOLDEN / "terms_glossary.tsv"]).concepts
    path = tmp_path / "x.tab"
    lost = write_terms(concepts, path, language=KOREAN)
    assert "the format carries no forbidden renderings" in lost
    for mine, back in zip(concepts, read_terms(path, language=KOREAN), strict=True):
        assert (mine.en, mine.ko) == (back.en, back.ko)
        assert set(mine.variants_ko) == set(back.variants_ko)
        assert set(mine.aliases_en) == set(back.aliases_en)


def test_bilingual_formats_ask_for_the_language(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="two languages"):
        write_terms(TRICKY, tmp_path / "x.utx")
    (tmp_path / "x.tab").write_text("a\t가\n", encoding="utf-8")
    with pytest.raises(UsageError, match="does not name its languages"):
        read_terms(tmp_path / "x.tab")
    with pytest.raises(UsageError, match="cannot tell the format"):
        format_of(Path("x.doc"))
    with pytest.raises(UsageError, match="unknown format"):
        format_of(Path("x.doc"), "doc")


def test_the_plain_table_people_have_is_read(tmp_path: Path) -> None:
    path = tmp_path / "have.tsv"
    path.write_text(
        "en\tko\tja\taliases_en\tvariants_ko\tvariants_ja\tforbidden_ko\tforbidden_ja\t"
        "category\tnotes\n"
        "Seoul\t서울\tソウル\tCity of Seoul|Soul\t서울시\t\t\t\tplace\tcapital\n",
        encoding="utf-8",
    )
    (seoul,) = read_terms(path)
    assert seoul.id == "place.seoul" and seoul.aliases_en == ("City of Seoul", "Soul")
    assert seoul.notes == "capital"


def test_headers_of_other_tools_are_understood(tmp_path: Path) -> None:
    path = tmp_path / "weblate.csv"
    path.write_text(
        '"location","source","target","explanation"\n"","Seoul","서울","the capital"\n'
        '"","Busan","",""\n',
        encoding="utf-8",
    )
    seoul, busan = read_terms(path, language=KOREAN)
    assert (seoul.en, seoul.ko, seoul.notes) == ("Seoul", "서울", "the capital")
    assert (busan.en, busan.ko) == ("Busan", "")
    with pytest.raises(GlossaryError, match="neither ko nor ja"):
        read_terms(path)


TBX = """<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE martif SYSTEM "TBXcoreStructV02.dtd">
<martif type="TBX" xml:lang="en"><martifHeader/><text><body>
<termEntry id="1"><descrip type="definition">the capital</descrip>
 <langSet xml:lang="en"><tig><term>Seoul</term></tig></langSet>
 <langSet xml:lang="ko_KR"><tig><term>서울</term><note from="translator">official</note></tig>
 </langSet>
</termEntry>
<termEntry id="2">
 <langSet xml:lang="en"><ntig><termGrp><term>Seoul</term></termGrp></ntig></langSet>
 <langSet xml:lang="ko"><tig><term>서울시</term></tig></langSet>
</termEntry>
<termEntry id="3">
 <langSet xml:lang="en"><tig><term>Busan</term></tig></langSet>
 <langSet xml:lang="fr"><tig><term>Pusan</term></tig></langSet>
</termEntry>
<termEntry id="4">
 <langSet xml:lang="en"><tig><term>Turkey</term></tig></langSet>
 <langSet xml:lang="ko"><tig><term>터키</term>
 <termNote type="administrativeStatus">forbidden</termNote></tig><tig><term>튀르키예</term>
 <termNote type="administrativeStatus">preferred</termNote></tig></langSet>
</termEntry>
</body></text></martif>
"""


def test_a_weblate_export_loses_nothing(tmp_path: Path) -> None:
    path = tmp_path / "weblate.tbx"
    path.write_text(TBX, encoding="utf-8")
    seoul, busan, turkey = read_terms(path)
    assert (seoul.ko, seoul.variants_ko) == ("서울", ("서울시",))  # two entries of one term
    assert seoul.notes == "the capital; official"  # explanations are kept
    assert (busan.en, busan.ko) == ("Busan", "")  # untranslated terms are kept
    assert (turkey.ko, turkey.forbidden_ko) == ("튀르키예", ("터키",))
    write_terms(read_terms(path), path)
    assert read_terms(path) == (seoul, busan, turkey)  # its own export can be read again


def test_tbx_of_2019_is_read(tmp_path: Path) -> None:
    path = tmp_path / "v3.tbx"
    path.write_text(
        '<tbx xmlns="urn:iso:std:iso:30042:ed-2" type="TBX-Basic" style="dca" xml:lang="en">'
        '<text><body><conceptEntry id="c1">'
        '<langSec xml:lang="en"><termSec><term>peace</term></termSec></langSec>'
        '<langSec xml:lang="ja-JP"><termSec><term>平和</term><termNote type="administrativeStatus">'
        "preferredTerm-admn-sts</termNote></termSec><termSec><term>和平</term></termSec></langSec>"
        "</conceptEntry></body></text></tbx>",
        encoding="utf-8",
    )
    (peace,) = read_terms(path)
    assert (peace.en, peace.ja, peace.variants_ja) == ("peace", "平和", ("和平",))


BOMB = """<?xml version="1.0"?><!DOCTYPE martif [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">%s]>
<martif><text><body><termEntry><langSet xml:lang="en"><tig><term>&b;</term></tig></langSet>
</termEntry></body></text></martif>"""


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        ("x.tbx", BOMB % "", "declares entities"),
        ("x.tbx", BOMB % '<!ENTITY c SYSTEM "file:///etc/passwd">', "declares entities"),
        ("x.tbx", "<martif><text>", "no well-formed XML"),
        ("x.tbx", "<martif/>", "no term entry"),
        ("x.tbx", '<m><termEntry id="7"><langSet xml:lang="ko"><tig><term>가</term></tig></langSet>'
                  "</termEntry></m>", "no English term"),
        ("x.utx", "src\ttgt\n", "no UTX dictionary"),
        ("x.utx", "#UTX 1.20; en/ko;\nSeoul\t서울\n", "before the column line"),
        ("x.utx", "#UTX 1.20; fr/ko;\n#src\ttgt\nSeoul\t서울\n", "source language is fr"),
        ("x.csv", 'en,ko\n"Seoul,서울\n', "is no CSV"),
        ("x.csv", "en,ko\n,서울\n", "no English term"),
        ("x.xlsx", "no archive", "no readable workbook"),
    ],
)  # fmt: skip
def test_hostile_and_broken_files_are_refused(
    tmp_path: Path, name: str, content: str, what: str
) -> None:
    path = tmp_path / name
    path.write_text(content, encoding="utf-8")
    with pytest.raises(GlossaryError, match=what):
        read_terms(path)


def test_a_workbook_with_entities_is_refused(tmp_path: Path) -> None:
    good, bad = tmp_path / "good.xlsx", tmp_path / "bad.xlsx"
    write_terms(TRICKY, good)
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(bad, "w") as target:
        for entry in source.namelist():
            data = source.read(entry)
            if entry.endswith("sheet1.xml"):
                data = b'<!DOCTYPE x [<!ENTITY a "b">]>' + data.replace(b"<?xml", b"<?xml", 1)
            target.writestr(entry, data)
    with pytest.raises(GlossaryError, match="no readable workbook"):
        read_terms(bad)


def test_spreadsheets_get_no_formula(tmp_path: Path) -> None:
    write_terms(TRICKY, tmp_path / "x.csv")
    assert "'=SUM(A1)" in (tmp_path / "x.csv").read_text(encoding="utf-8")
    write_terms(TRICKY, tmp_path / "x.xlsx")
    with zipfile.ZipFile(tmp_path / "x.xlsx") as archive:
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
    assert "<f>" not in sheet


def test_consistency_reports_every_rendering() -> None:
    base = load([GOLDEN / "terms_glossary.tsv"])
    article = [
        ("a1", "The European Union agreed.", "유럽연합은 동의했다."),
        ("a2", "The EU agreed.", "EU는 동의했다."),
        ("a3", "The EU left.", "EU가 떠났다."),
        ("a4", "The EU left.", "그들은 떠났다."),
        ("a5", "Turkey left.", "터키가 떠났다."),
        ("a6", "Seoul is calm.", "서울은 평온하다."),
    ]
    reports = {report.en: report for report in consistency(base, [article], KOREAN)}
    union = reports["European Union"]
    assert union.majority == "EU" and union.mentions == 4
    assert [(r.text, r.count) for r in union.renderings] == [("EU", 2), ("유럽연합", 1)]
    assert union.offending == ("a1", "a4") and union.missing == ("a4",)
    assert reports["Türkiye"].renderings[0].status is TermStatus.DEPRECATED
    assert reports["Türkiye"].offending == ("a5",)
    assert reports["Seoul"].offending == () and reports["Seoul"].share == 1.0


ARTICLE = [
    "The Incheon Forum opened in Seoul.",
    "Delegates of the Incheon Forum met the KAIDA chairman.",
    "KAIDA said maritime boundary talks would follow.",
    "Officials hailed the Incheon Forum; maritime boundary talks matter.",
    "Experts like maritime boundary talks.",
]


def test_suggestions_are_uncovered_names_acronyms_and_phrases() -> None:
    base = load([GOLDEN / "terms_glossary.tsv"])
    found = {s.text: s for s in suggest(base, [ARTICLE])}
    assert (found["Incheon Forum"].kind, found["Incheon Forum"].count) == ("name", 3)
    assert found["KAIDA"].kind == "acronym" and found["KAIDA"].articles == 1
    assert found["maritime boundary talks"].kind == "phrase"
    assert found["Incheon Forum"].examples[0] == ARTICLE[0]
    assert "Seoul" not in found and "Forum" not in found and "Officials" not in found
    assert "maritime boundary" not in found
    assert len(suggest(base, [ARTICLE], limit=1)) == 1


def test_suggestions_from_translations_bring_renderings() -> None:
    base = load([GOLDEN / "terms_glossary.tsv"])
    pairs = [
        ("The Incheon Forum opened.", "인천포럼이 열렸다."),
        ("The Incheon Forum ended.", "인천포럼은 끝났다."),
        ("Nothing else opened.", "다른 것은 열렸다."),
    ]
    (forum,) = suggest_from_pairs(base, [pairs], KOREAN)
    assert forum.renderings[0] == ("인천포럼", 2)


def test_lookup_ranks_exact_before_prefix_before_inner() -> None:
    base = TermBase(
        (
            Concept("a.x", "New Seoul", "새서울"),
            Concept("a.y", "Seoul City", "서울시"),
            Concept("a.z", "Seoul", "서울", "ソウル"),
        )
    )
    assert [c.id for c in lookup(base, "seoul")] == ["a.z", "a.y", "a.x"]
    assert [c.id for c in lookup(base, "ソウル")] == ["a.z"]
    assert lookup(base, "nowhere") == [] and lookup(base, " ") == []


def test_explain_says_why() -> None:
    base = load([GOLDEN / "terms_glossary.tsv"])
    texts = ["Chung left us.", "Turkey told the U.S. State Department."]
    reasons = {
        e.surface: e.reason
        for e in explain(base, texts, ["그는 떠났다.", "터키가 국방부에 말했다."], KOREAN)
    }
    assert "short form" in reasons["Chung"]
    assert "capitals" in reasons["us"]
    assert "deprecated '터키' instead of '튀르키예'" in reasons["Turkey"]
    assert "none of its renderings" in reasons["U.S. State Department"]
    assert "inside the longer term" in reasons["U.S."]
