"""Offices with their holders: composed as the target language writes them, or left apart."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from aligner import termbase
from aligner.languages import JAPANESE, KOREAN, Language
from aligner.model import TermMatch, TermStatus
from aligner.termbase import TermBase
from aligner.termbase.concepts import concept_from_cells

ROOT = Path(__file__).parents[1]


@cache
def base() -> TermBase:
    return termbase.load([ROOT / "glossaries" / "diplomacy.tsv"], territories=True)


def composed(text: str, target: Language, date: str | None = None) -> dict[str, str]:
    (matches,) = base().match([text], date=date)

    def rendering(match: TermMatch) -> str:
        return (base().renderings(match, target) or ("",))[0]

    return dict(termbase.titled(text, matches, rendering, base().concept, target))


@pytest.mark.parametrize(
    ("surface", "korean", "japanese"),
    [
        (
            "U.S. Secretary of State Antony Blinken",
            "토니 블링컨 미국 국무장관",
            "米国のアントニー・ブリンケン国務長官",
        ),
        ("President Joe Biden", "조 바이든 대통령", "ジョー・バイデン大統領"),
        ("President Xi Jinping", "시진핑 국가주석", "習近平国家主席"),
        ("Chinese President Xi Jinping", "시진핑 중국 국가주석", "中国の習近平国家主席"),
        ("Foreign Minister Ri Yong-ho", "리용호 외무상", "李容浩外相"),
        ("Foreign Minister Wang Yi", "왕이 외교부장", "王毅外相"),
        (
            "South Korean Foreign Minister Chung Eui-yong",
            "정의용 한국 외교부 장관",
            "韓国の鄭義溶外相",
        ),
        (
            "Japanese Foreign Minister Toshimitsu Motegi",
            "모테기 도시미쓰 일본 외무상",
            "日本の茂木敏充外相",
        ),
        (
            "Russian Foreign Minister Sergey Lavrov",
            "세르게이 라브로프 러시아 외무장관",
            "ロシアのセルゲイ・ラブロフ外相",
        ),
        ("North Korean leader Kim Jong-un", "김정은 북한 국무위원장", "北朝鮮の金正恩国務委員長"),
        ("North Korean leader Kim Jong-il", "김정일 북한 국방위원장", "北朝鮮の金正日国防委員長"),
        (
            "State Department spokesperson Ned Price",
            "네드 프라이스 미국 국무부 대변인",
            "米国務省のネッド・プライス報道官",
        ),
    ],
)
def test_country_office_and_person_stand_as_in_print(
    surface: str, korean: str, japanese: str
) -> None:
    text = f"On Monday {surface} spoke."
    assert composed(text, KOREAN) == {surface: korean}
    assert composed(text, JAPANESE) == {surface: japanese}


@pytest.mark.parametrize(
    "text",
    [
        "Former President Barack Obama spoke.",
        "The president, Joe Biden, spoke.",
        "Joe Biden spoke to the president.",
        "U.S. Ambassador to South Korea Harry Harris spoke.",
        "President Smith spoke.",
        "Chinese leader Xi Jinping spoke.",
        "The team is led by Stephen Biegun under the secretary of state.",
    ],
)
def test_where_the_parts_do_not_belong_together_they_stay_apart(text: str) -> None:
    assert composed(text, KOREAN) == composed(text, JAPANESE) == {}


def test_a_preposition_is_no_part_of_an_office() -> None:
    text = "He works under Secretary of State Mike Pompeo."
    assert composed(text, KOREAN) == {"Secretary of State Mike Pompeo": "마이크 폼페이오 국무장관"}


def test_another_given_name_is_no_rendering_of_the_full_name_and_is_put_right() -> None:
    (matches,) = base().match(["Antony Blinken met Donald Trump."])
    target = "アンドレス・ブリンケン氏がドナルド・ジョン・トランプ氏と会談した。"
    wrong, right = base().check_all(matches, target, JAPANESE)
    assert (wrong.status, wrong.found) == (TermStatus.DEPRECATED, "アンドレス・ブリンケン")
    assert right.status is TermStatus.OK
    mended = termbase.repair(target, wrong, JAPANESE)
    assert mended == "アントニー・ブリンケン氏がドナルド・ジョン・トランプ氏と会談した。"
    others = "アントニー・ブリンケン氏、ブリンケン国務長官、アンソニー・ブリンケン氏"
    assert base().check(matches[0], others, JAPANESE).status is TermStatus.OK


def test_the_category_decides_and_not_the_id() -> None:
    rows = (
        ("x1", "Envoy", "특사", "特使", "title"),
        ("x2", "Ann Other", "앤 아더", "アン・アザー", "person"),
    )
    names = ("id", "en", "ko", "ja", "category")
    own = TermBase(tuple(concept_from_cells(dict(zip(names, row, strict=True))) for row in rows))
    text = "Then Envoy Ann Other spoke."
    (matches,) = own.match([text])

    def rendering(match: TermMatch) -> str:
        return own.renderings(match, KOREAN)[0]

    found = termbase.titled(text, matches, rendering, own.concept, KOREAN)
    assert found == [("Envoy Ann Other", "앤 아더 특사")]
