"""Code 39 in its other uses, which engines show in different spellings: full ASCII, and the pharmacies' Code 32 and PZN.

What is given is what stands printed below the bars. Code 32 is `A` and nine digits, as a scanner sends that has Code 32 and
its prefix switched on; a Pharmazentralnummer is `-` and its digits, as every scanner sends it.
Sources: ISO/IEC 16388 annex A (full ASCII); Farmadati's description of Code 32.
"""

from collections.abc import Iterator

from scanner.codes import pharmacy
from scanner.codes.pharmacy import code_32, is_pzn

_PAIRS = {
    **{f"${chr(64 + code)}": chr(code) for code in range(1, 27)},
    **{f"%{letter}": character for letter, character in zip("ABCDE", "\x1b\x1c\x1d\x1e\x1f", strict=True)},
    **{
        f"/{letter}": character
        for letter, character in zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", "!\"#$%&'()*+,-./0123456789:", strict=True)
    },
    **{
        f"%{letter}": character
        for letter, character in zip("FGHIJKLMNOPQRSTXYZUVW", ";<=>?[\\]^_{|}~\x7f\x7f\x7f\x7f\x00@`", strict=True)
    },
    **{f"+{letter}": letter.lower() for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
}
_PAIR_OF = {
    character: pair for pair, character in reversed(_PAIRS.items()) if character not in "-.0123456789"
}  # stand for themselves


def as_printed(characters: str) -> tuple[str, str]:
    """Text and symbology of a Code 39's own characters.

    Six digits stay what they are: they are some shop's number far more often than a Code 32 without a letter.
    """
    if (number := code_32(characters)) and not characters.isdigit():
        return number, "Code 32"
    if characters[:1] == "-" and is_pzn(characters[1:]):
        return characters, "Pharmazentralnummer"
    if text := _full_ascii(characters):
        return text, "Code 39 Extended"
    return characters, "Code 39"


def characters_of(text: str, symbology: str) -> str:
    """The Code 39 characters that stand for a text, as a scanner sends them that knows Code 39 alone."""
    if symbology == "Code 32":
        return pharmacy.characters_of(text)
    if symbology == "Code 39 Extended":
        return "".join(_PAIR_OF.get(character, character) for character in text)
    return text


def spellings(text: str, symbology: str) -> Iterator[str]:
    """The text, then every other way in which a catalogue may write it."""
    yield text
    if symbology in ("Code 32", "Pharmazentralnummer"):
        yield text[1:]
    if (characters := characters_of(text, symbology)) != text:
        yield characters


def _full_ascii(characters: str) -> str:
    """The text where every shift has its letter; "" where there is no shift, or one without."""
    found, rest = "", characters
    while rest:
        step = 2 if rest[0] in "$%/+" else 1
        if step == 2 and rest[:2] not in _PAIRS:
            return ""
        found, rest = found + _PAIRS.get(rest[:2], rest[0]) if step == 2 else found + rest[0], rest[step:]
    return found if len(found) < len(characters) else ""
