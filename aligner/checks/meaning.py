"""Terms, and negation: what the target says against what it must say."""

from __future__ import annotations

import re
from collections.abc import Iterator

from aligner.languages import JAPANESE, KOREAN
from aligner.model import Finding, Severity, TermStatus, TranslationUnit

# "not only", "whether or not", "not ... but" and tag questions deny nothing.
_NOT = re.compile(
    r"\b(?:do|does|did|is|are|was|were|has|have|had|will|would|could|should|ca|wo)n[’']t\b"
    r"|\b(?:cannot|never|nobody|nothing)\b"
    r"|\b(?:do|does|did|is|are|was|were|has|have|had|will|would|could|should|must|may)\snot\b"
    r"(?!\s(?:only|just|merely|simply|least|to\smention|until|unless))",
    re.IGNORECASE,
)
_HARMLESS = re.compile(
    r"n[’']t\s(?:you|he|she|it|they|we|I|that|there|this)\b|\bwhy\b|\?|n[’']t\s(?:only|just)"
    r"|\buntil\b|\bunless\b|\bbut\b|n[’']t\s(?:help|wait|resist|enough|believe|agree)",
    re.IGNORECASE,
)
_NEGATIVE = {
    KOREAN: re.compile(
        r"않|못|없|아니|아닌|아닙|안[ 되돼된될했하한할됐]|말라|말아|마라|말고|모르|몰랐|모른|금지"
        r"|거부|부인|부정|반대|실패|싫|어렵|어려|힘들|커녕|불가|불허|불법|불[가-힣]|비[가-힣]{2}|무[가-힣]"
        r"|미[가-힣]|거절|중단|면[하할한]|잃|드물|벗어|예외|제외|외에|밖에|뿐|만$|별로|전혀|결코|절대"
        r"|아직|탈|말[았며자]|지 마|마세|그만|중지|삼가|피[하할했]|더 이상|더는"
        r"|놓치|부족|한계|처음|모든|뜻밖|말고"
    ),
    JAPANESE: re.compile(
        r"な[いかくしけさ]|ぬ|ず|ません|まい|無|不|未|非|否|拒|禁|反対|失敗|難|嫌|駄目|ダメ|以外"
        r"|しか|誤|違|欠|免|停止|中止|外れ|避|控え"
        r"|以来|かね|すな|知ら|だけ|ただ|限"
        r"|ありえ|ゼロ|切れ|やめ|まだ|逃|断|ん(?=[。」、だよでじ])|逆|離れ|超え|越え|過ぎ|止|除"
    ),
}


def term(unit: TranslationUnit) -> Iterator[Finding]:
    """Each source term is rendered by an accepted form, best by the preferred one."""
    for use in unit.terms:
        preferred = use.expected[0] if use.expected else None
        wanted = " / ".join(use.expected)
        if use.status is TermStatus.MISSING and use.expected and not use.match.ambiguous:
            yield Finding(
                "term",
                "terminology/missing",
                Severity.MAJOR,
                f"{use.match.surface!r} should be {wanted}",
                term=use.match.concept,
                suggestion=preferred,
            )
        elif use.status is TermStatus.DEPRECATED:
            yield Finding(
                "term",
                "terminology/deprecated",
                Severity.MINOR,
                f"{use.match.surface!r} is given as the deprecated {use.found!r}: use {wanted}",
                use.start,
                use.end,
                term=use.match.concept,
                suggestion=preferred,
            )


def added(unit: TranslationUnit) -> Iterator[Finding]:
    """A person or place of the term base that the target names and the source does not."""
    for name in unit.added:
        yield Finding(
            "added",
            "accuracy/addition",
            Severity.MAJOR if name.sure else Severity.MINOR,
            f"{name.text!r} has no counterpart in the source",
            name.start,
            name.end,
        )


def negation(unit: TranslationUnit) -> Iterator[Finding]:
    """A clear denial in a short source and no word of denial anywhere in the target."""
    pattern = _NEGATIVE.get(unit.language)
    if pattern is None or not (denial := _NOT.search(unit.source)):
        return
    if _HARMLESS.search(unit.source) or pattern.search(unit.target):
        return
    yield Finding(
        "negation",
        "accuracy/mistranslation",
        Severity.MINOR,
        f"{denial[0]!r} has no counterpart in the target",
    )
