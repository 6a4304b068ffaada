"""What a password must be."""

from unicodedata import normalize

SHORTEST, LONG_ENOUGH, LONGEST = 10, 16, 200
KINDS = 3
_TELLING = 3  # a name or mailbox this long is easy to guess


def problem(password: str, *, email: str, name: str) -> str | None:
    """Why this is no good (short, long, own, simple), or None."""
    if len(password) < SHORTEST:
        return "short"
    if len(password) > LONGEST:
        return "long"
    said = password.casefold()
    theirs = (email.casefold(), email.casefold().partition("@")[0], "".join(name.split()).casefold())
    if any(word in said for word in theirs if len(word) >= _TELLING):
        return "own"
    varied = len(password) >= LONG_ENOUGH or kinds(password) >= KINDS
    return None if varied and len(set(said)) > len(said) // 3 else "simple"


def kinds(password: str) -> int:
    """How many of these it has: small letters, capitals, digits, anything else."""
    tests = (str.islower, str.isupper, str.isdecimal, lambda sign: not (sign.isascii() and sign.isalnum()))
    return sum(any(test(sign) for sign in password) for test in tests)


def same(password: str) -> str:
    """One spelling for what keyboards of different machines send for the same keys."""
    return normalize("NFKC", password)
