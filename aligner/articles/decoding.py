"""Bytes → text: an encoding is proven, or judged by the scripts it yields, or refused.

Order: byte order mark; ISO-2022 escapes; strict UTF-8; the encoding the file itself declares; then
legacy encodings, each decoded strictly and judged by how plausible the scripts it yields are (an
English page read as Shift_JIS holds kanji but no kana, a Korean one read as Windows-1252 holds runs
of accented capitals). What nothing reads plausibly is refused: a wrong guess would poison a corpus.
"""

from __future__ import annotations

import codecs
import re
import unicodedata
from collections.abc import Callable

from aligner.errors import ArticleError
from aligner.languages import script_of

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_MAGIC = (
    (b"%PDF", "a PDF document"),
    (b"PK\x03\x04", "a zip archive or an office document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old office document"),
    (b"{\\rtf", "a rich-text document"),
    (b"HWP Document File", "a Hangul document"),
    (b"\x1f\x8b", "a gzip archive"),
    (b"BZh", "a bzip2 archive"),
    (b"\xfd7zXZ\x00", "an xz archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive"),
    (b"\x28\xb5\x2f\xfd", "a zstd archive"),
    (b"\x89PNG", "a PNG image"),
    (b"\xff\xd8\xff", "a JPEG image"),
    (b"GIF8", "a GIF image"),
    (b"SQLite format 3\x00", "a SQLite database"),
    (b"\x7fELF", "a program"),
)
_ALIASES = {
    # What pages call these encodings is wider in practice (WHATWG Encoding Standard, section 4.2).
    "euc-kr": "cp949",
    "ks_c_5601-1987": "cp949",
    "ksc5601": "cp949",
    "windows-949": "cp949",
    "shift_jis": "cp932",
    "shift-jis": "cp932",
    "sjis": "cp932",
    "x-sjis": "cp932",
    "windows-31j": "cp932",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "us-ascii": "cp1252",
    "gb2312": "gb18030",
    "gbk": "gb18030",
}
_TYPOGRAPHIC = frozenset("“”‘’–—…•·«»€£°§©®™†‡\u00a0")
_SIGNS = frozenset("¼½¾×÷±²³¹º¡¿¥¢´¨")
_SAVE_AS = "save it as UTF-8 plain text and try again"
_ENOUGH = 0.7
"""Least plausibility (0–1) at which a legacy encoding is believed."""
_SAMPLE = 4000
"""Characters beyond ASCII that are looked at: enough to judge, and quick for a large file."""


def decode(data: bytes, *, path: str | None = None, declared: str | None = None) -> str:
    """The text of ``data`` without its byte order mark, or ArticleError; never a replacement guess.

    ``declared`` is the encoding the file names itself (HTML): believed when UTF-8 fails and it
    decodes without error. Line ends and code points are left as they are; see ``clean``.
    """
    if not data.strip():
        raise ArticleError("is empty", path=path, hint="an article needs at least one paragraph")
    for magic, what in _MAGIC:
        if data.startswith(magic):
            raise ArticleError(
                f"is {what}, not text", path=path, hint="export it as UTF-8 plain text or HTML"
            )
    text = _decode(data, path, declared)
    controls = sum(1 for _ in _CONTROL.finditer(text))
    if controls > max(2, len(text) // 50):
        raise ArticleError("is binary data, not text", path=path, hint=_SAVE_AS)
    return text


def _decode(data: bytes, path: str | None, declared: str | None) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return _strictly(data[len(bom) :], encoding, path)
    if b"\0" in data:
        return _utf16(data, path)
    if b"\x1b$" in data:
        text = _attempt(data, "iso2022_kr" if b"\x1b$)C" in data else "iso2022_jp_ext")
        if text is not None:
            return text
    text = _attempt(data, "utf-8")
    if text is not None:
        return text
    if _is_broken_utf8(data):
        return _strictly(data, "utf-8", path)
    if declared is not None:
        text = _attempt(data, _ALIASES.get(declared.strip().lower(), declared.strip()))
        if text is not None:
            return text
    return _legacy(data, path)


def _attempt(data: bytes, encoding: str) -> str | None:
    try:
        return codecs.lookup(encoding).decode(data, "strict")[0]
    except (UnicodeError, LookupError, ValueError, TypeError):
        return None


def _strictly(data: bytes, encoding: str, path: str | None) -> str:
    """``data`` decoded, or an ArticleError that points at the first damaged byte."""
    try:
        return codecs.decode(data, encoding)
    except UnicodeDecodeError as error:
        before = data[: error.start].decode(encoding, "replace")
        line = before.count("\n") + 1
        column = len(before) - (before.rfind("\n") + 1) + 1
        byte = f" (byte 0x{data[error.start]:02X})" if error.start < len(data) else ""
        raise ArticleError(
            f"is {encoding.upper()} but damaged here{byte}",
            path=path,
            line=line,
            column=column,
            hint=f"repair the character, or {_SAVE_AS}",
        ) from None


def _utf16(data: bytes, path: str | None) -> str:
    """UTF-16 without its mark is believed only when nearly every character is a usual one."""
    best, share = None, 0.0
    for encoding in ("utf-16-le", "utf-16-be"):
        text = _attempt(data, encoding)
        if text is None or "\0" in text:
            continue
        sample = text[:_SAMPLE]
        usual = sum(_is_usual(character) for character in sample) / len(sample)
        if usual > share:
            best, share = text, usual
    if best is None or share < 0.95:
        line = data[: data.index(b"\0")].count(b"\n") + 1
        raise ArticleError("holds NUL bytes: it is not text", path=path, line=line, hint=_SAVE_AS)
    return best


def _is_usual(character: str) -> bool:
    if character.isascii():
        return character.isprintable() or character in "\t\n\r"
    return (
        "\u3001" <= character <= "\u30ff"
        or "\u4e00" <= character <= "\u9fff"
        or "\uac00" <= character <= "\ud7a3"
        or "\uff01" <= character <= "\uff9f"
        or "\u00c0" <= character <= "\u00ff"
        or character in _TYPOGRAPHIC
        or character == "\u3000"
    )


def _is_broken_utf8(data: bytes) -> bool:
    """True when most of what lies beyond ASCII is sound UTF-8: damage, not another encoding."""
    text = data.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    sound = sum(not character.isascii() for character in text) - broken
    return sound >= 3 * broken


def _legacy(data: bytes, path: str | None) -> str:
    judges: tuple[tuple[str, Callable[[str], float]], ...] = (
        ("cp949", _as_korean),
        ("cp932", _as_japanese),
        ("euc_jp", _as_japanese),
        ("cp1252", _as_latin),
        ("mac_roman", _as_latin),
    )
    best, plausibility = None, 0.0
    for encoding, judge in judges:
        text = _attempt(data, encoding)
        if text is None:
            continue
        mark = judge(text) * (0.3 if _CONTROL.search(text) else 1.0)
        if mark > plausibility:
            best, plausibility = text, mark
    if best is not None and plausibility >= _ENOUGH:
        return best
    from charset_normalizer import from_bytes

    match = from_bytes(data[: 1 << 20]).best()
    if match is not None and match.chaos < 0.1 and match.coherence > 0.3:
        text = _attempt(data, match.encoding)
        # Its verdict rests on the plain letters too; what lies beyond must be sound by itself.
        if text is not None and max(_as_latin(text), _as_other(text)) >= _ENOUGH:
            return text
    if len(data) % 2 == 0:
        # Without any ASCII character UTF-16 holds no NUL byte either.
        for encoding in ("utf-16-le", "utf-16-be"):
            text = _attempt(data, encoding)
            if text is not None and max(_as_korean(text), _as_japanese(text)) >= _ENOUGH:
                return text
    raise ArticleError("is in an encoding that was not recognised", path=path, hint=_SAVE_AS)


def _beyond_ascii(text: str) -> list[str]:
    found: list[str] = []
    for piece in re.findall(r"[^\x00-\x7f]+", text):
        found += piece
        if len(found) >= _SAMPLE:
            break
    return found


def _is_cjk_punctuation(character: str) -> bool:
    return (
        "\u3000" <= character <= "\u301f"
        or "\uff01" <= character <= "\uff65"
        or "￠" <= character <= "￦"
    )


def _as_korean(text: str) -> float:
    """Plausibility (0–1) as Korean: nearly all prose keeps to the syllables of KS X 1001."""
    marks = 0.0
    characters = _beyond_ascii(text)
    for character in characters:
        if "\uac00" <= character <= "\ud7a3":
            marks += 1.0 if _is_ks_x_1001(character) else 0.2
        elif character in _TYPOGRAPHIC or _is_cjk_punctuation(character):
            marks += 1.0
        elif script_of(character) == "han":
            marks += 0.2
        else:
            marks += 0.1
    return marks / len(characters) if characters else 0.0


def _as_japanese(text: str) -> float:
    """Plausibility (0–1) as Japanese: no running text has kanji without kana."""
    marks, kana, han = 0.0, 0, 0
    characters = _beyond_ascii(text)
    for character in characters:
        if "\uff61" <= character <= "\uff9f":
            marks += 0.2
        elif script_of(character) == "kana":
            kana += 1
            marks += 1.0
        elif script_of(character) == "han":
            han += 1
            marks += 0.9
        elif character in _TYPOGRAPHIC or _is_cjk_punctuation(character):
            marks += 1.0
        else:
            marks += 0.1
    if not characters:
        return 0.0
    return marks / len(characters) * (1.0 if not han or kana * 5 >= han else 0.4)


def _as_latin(text: str) -> float:
    """Plausibility (0–1) as a Latin script: accents stand among plain letters, case runs true."""
    marks, seen = 0.0, 0
    for match in re.finditer(r"[^\x00-\x7f]", text):
        at, character = match.start(), match.group()
        before = text[at - 1] if at else " "
        after = text[at + 1] if at + 1 < len(text) else " "
        if character in _TYPOGRAPHIC:
            marks += 1.0
        elif character.isalpha() and "\u00c0" <= character <= "\u017f":
            lonely = not (before.isascii() and before.isalpha()) and not (
                after.isascii() and after.isalpha()
            )
            skewed = (character.isupper() and before.islower()) or (
                character.islower() and after.isascii() and after.isupper()
            )
            marks += 0.1 if skewed else 0.4 if lonely else 1.0
        elif character in _SIGNS and before.isascii() and after.isascii():
            marks += 0.8
        else:
            marks += 0.2
        seen += 1
        if seen >= _SAMPLE:
            break
    return marks / seen if seen else 0.0


def _as_other(text: str) -> float:
    """Plausibility (0–1) as another alphabet, such as Cyrillic or Greek."""
    characters = _beyond_ascii(text)
    marks = sum(script_of(c) == "other" or c in _TYPOGRAPHIC for c in characters)
    return marks / len(characters) if characters else 0.0


def _is_ks_x_1001(syllable: str) -> bool:
    # The codec spells any other syllable with jamo, in eight bytes.
    return len(syllable.encode("euc_kr", "ignore")) == 2


_CONTROL = re.compile("[\x00-\x08\x0e-\x19\x1b\x7f-\x9f]")
_LINE_ENDS = re.compile("\r\n|[\r\v\f\u0085\u2028]")
_INVISIBLE = re.compile(
    "[\x00-\x08\x0e-\x1b\x7f\u0080-\u0084\u0086-\u009f"
    "\u00ad\u034f\u061c\u180e\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufeff"
    "\ufff9-\ufffb]"
    "|(?<=\\w)\u200d|\u200d(?=\\w)"
)


def clean(text: str) -> str:
    """NFC with LF line ends and nothing invisible: the text all offsets refer to; idempotent.

    CRLF, CR, VT, FF, NEL and U+2028 become LF, U+2029 a blank line; the separators 0x1C–0x1F become
    spaces; other control, zero-width, bidirectional and soft-hyphen characters go; half surrogates
    become U+FFFD. Zero-width joiners stay where they glue an emoji.
    """
    text = _LINE_ENDS.sub("\n", text).replace("\u2029", "\n\n")
    text = re.sub("[\x1c-\x1f]", " ", text)
    text = re.sub("[\ud800-\udfff]", "\ufffd", text)
    while True:
        # What was kept apart by an invisible character may compose, or come to touch a joiner.
        cleaned = unicodedata.normalize("NFC", _INVISIBLE.sub("", text))
        if cleaned == text:
            return text
        text = cleaned
