"""The training examples of the translation model: what they show is consistent in both languages."""

import random
from pathlib import Path

import pytest

from aligner.languages import JAPANESE, KOREAN
from training.translation import data, release

ROOT = Path(__file__).parent.parent


@pytest.fixture(scope="module")
def terms() -> data.Terms:
    return data.Terms(ROOT / "glossaries" / "diplomacy.tsv")


EN = "Chung Eui-yong left for London on Monday to attend the meeting."
KO = "정의용은 회의에 참석하기 위해 월요일 런던으로 떠났다."
JA = "チョン・ウィヨン氏は会議に出席するため月曜日、ロンドンに向かった。"


def test_the_plain_pair_comes_first_and_nothing_is_shown_twice(terms: data.Terms) -> None:
    shown = data.variants(EN, KO, KOREAN, terms, random.Random(1))
    assert shown[0] == (EN, KO)
    assert len(shown) == len(set(shown)) > 2


def test_a_term_in_the_source_is_the_one_of_the_target(terms: data.Terms) -> None:
    shown = data.variants(EN, KO, KOREAN, terms, random.Random(1))
    assert ("정의용 left for 런던 on Monday to attend the meeting.", KO) in shown


def test_exchanged_names_stand_in_the_target_with_their_particle(terms: data.Terms) -> None:
    uses = terms.used(EN, KO, KOREAN)
    seen = set()
    for seed in range(40):
        pair = terms.exchanged(EN, KO, uses, KOREAN, random.Random(seed))
        if pair is None:
            continue
        source, target = pair
        seen.add(target)
        subject, _, rest = target.partition(" 회의에")
        assert rest, target
        assert subject[-1] in "은는"
        vowel = (ord(subject[-2]) - 0xAC00) % 28 == 0
        assert subject[-1] == ("는" if vowel else "은"), target
        assert target != KO and source != EN
    assert len(seen) > 10


def test_weekdays_change_together() -> None:
    for seed in range(20):
        pair = data._other_weekday(EN, JA, JAPANESE, random.Random(seed))
        assert pair is not None
        english = next(n for n in data._WEEKDAYS if n[0] in pair[0])
        assert english[2] in pair[1]


def test_particles_cut_off_in_old_text_are_joined_again() -> None:
    joined = data._PARTICLE.sub(r"\1", "세계 에서 가장 강력한 이 나라 는 핵무기 를 가졌다.")
    assert joined == "세계에서 가장 강력한 이 나라는 핵무기를 가졌다."


def test_a_release_is_cut_into_pieces_that_join_again(tmp_path: Path) -> None:
    content = bytes(range(256)) * (release.PIECE // 256) + b"end"
    (tmp_path / "model.gguf").write_bytes(content)
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "aligner-270m.07").write_bytes(b"of an earlier release")
    (folder / "NOTICE.txt").write_text("stays")
    names = release.cut(tmp_path / "model.gguf", folder)
    assert names == ["weights/aligner-270m.00", "weights/aligner-270m.01"]
    assert b"".join((tmp_path / name).read_bytes() for name in names) == content
    assert sorted(p.name for p in folder.iterdir()) == [
        "NOTICE.txt",
        "aligner-270m.00",
        "aligner-270m.01",
    ]


def test_whole_documents_are_held_out_and_always_the_same_ones() -> None:
    rows = [{"document": f"d{n // 4}"} for n in range(40)]
    kept = data.held_out(rows, 10)
    assert kept == data.held_out(rows, 10) and len(kept) == 3
    assert data.held_out([{"document": ""}], 10) == set()
