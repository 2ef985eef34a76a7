"""corpora/aligner-news is what its README says: three languages a row, in house style, no row twice."""

import re
from pathlib import Path

FILE = Path(__file__).parent.parent / "corpora" / "aligner-news" / "aligner-news.tsv"
LINES = FILE.read_text("utf-8").split("\n")
ROWS = [line.split("\t") for line in LINES[1:-1]]


def test_it_is_a_plain_table() -> None:
    assert LINES[0] == "id\ttopic\tarticle\ten\tko\tja"
    assert LINES[-1] == ""
    assert {len(row) for row in ROWS} == {6}
    assert all(cell == cell.strip() for row in ROWS for cell in row)
    assert all(cell for row in ROWS for cell in (row[0], *row[3:]))


def test_the_readme_counts_its_rows() -> None:
    readme = FILE.with_name("README.md").read_text("utf-8")
    assert f"{len(ROWS):,} sentence triples" in readme
    table = re.findall(r"^\| (?:first|[A-Z]) \|[^|]*\| (\d+) \| \d+ \| (\d+) \|$", readme, re.M)
    assert sum(int(written) - int(dropped) for written, dropped in table) == len(ROWS)


def test_no_id_and_no_sentence_stands_twice() -> None:
    assert len({row[0] for row in ROWS}) == len(ROWS)
    assert len({row[3].casefold() for row in ROWS}) == len(ROWS)


def test_every_language_is_written_in_its_script() -> None:
    for identity, _, _, en, ko, ja in ROWS:
        assert not re.search("[가-힣ぁ-ヿ一-龥]", en), identity
        assert re.search("[가-힣]", ko) and not re.search("[ぁ-ヿ]", ko), identity
        assert re.search("[ぁ-ヿ一-龥]", ja) and not re.search("[가-힣]", ja), identity


def test_weekdays_stay_weekdays() -> None:
    """Only where the English names one and no other; a quarter of the corpus does."""
    names = dict(
        zip(
            ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
            "월화수목금토일",
            strict=True,
        )
    )
    japanese = dict(zip(names, "月火水木金土日", strict=True))
    checked, wrong = 0, []
    for identity, _, _, en, ko, ja in ROWS:
        found = set(re.findall("|".join(names), en))
        if len(found) != 1:
            continue
        day = found.pop()
        checked += 1
        others = set("월화수목금토일") - {names[day]}
        if any(f"{other}요일" in ko for other in others) or any(
            f"{other}曜" in ja for other in set(japanese.values()) - {japanese[day]}
        ):
            wrong.append(identity)
    assert checked > 1000
    assert not wrong
