"""Unified social credit codes, GB 32100-2015: both check characters."""

ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_WEIGHTS = tuple(pow(3, i, 31) for i in range(17))
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_ORGANISATION_ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def problem(code: str) -> str | None:
    """Why this is no code (length, alphabet, organisation_check, check), or None."""
    if len(code) != 18:
        return "length"
    if not set(code) <= set(ALPHABET):
        return "alphabet"
    if organisation_check(code[8:16]) != code[16]:
        return "organisation_check"
    return None if check(code[:17]) == code[17] else "check"


def check(first_17: str) -> str:
    """The last character of a code."""
    total = sum(ALPHABET.index(c) * weight for c, weight in zip(first_17, _WEIGHTS, strict=True))
    return ALPHABET[-total % 31]


def organisation_check(first_8: str) -> str:
    """The check character inside positions 9 to 17 (GB 11714)."""
    values = (_ORGANISATION_ALPHABET.index(c) for c in first_8)
    rest = -sum(v * weight for v, weight in zip(values, _ORGANISATION_WEIGHTS, strict=True)) % 11
    return "X" if rest == 10 else str(rest)
