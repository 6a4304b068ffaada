"""Text to terms: the same for documents and for queries; and the masking of personal data."""

import re
import unicodedata
from collections import Counter
from functools import lru_cache
from itertools import pairwise

import opencc
import rjieba

from search import personal

_RUN = re.compile(r"[a-z0-9]+|[\u3400-\u4dbf\u4e00-\u9fff]+")
_STOP_WORDS = frozenset(
    """
    我们 他们 她们 你们 自己 这个 那个 这里 那里 一个 一些 没有 什么 怎么 怎样 如何 可以 可不可以 能不能 是不是 有没有
    已经 还是 因为 所以 但是 而且 或者 希望 请问 现在 一直 非常 比较 需要 想要 有人 有个 我家 家里 知道 不知 一下
    the and for with you our are can how what need please
    """.split()  # noqa: SIM905 - a list of words reads as words
)

_UNSEEN = frozenset({"Cc", "Cf", "Cs"})
_NARROW = {c: unicodedata.normalize("NFKC", c) for c in map(chr, range(0xFF10, 0xFF5B)) if c.isalnum()} | dict(
    zip("＠．－＋＿", "@.-+_", strict=True)
)
HIDDEN_DOOR = "＊＊＊"  # of signs only, so that no word of it is taken for the problem


@lru_cache(maxsize=1)
def _to_simplified() -> opencc.OpenCC:
    return opencc.OpenCC("t2s")


def mask(text: str) -> str:
    """Blot out phones, identity and card numbers, plates and mail addresses; safe to repeat.

    Full-width digits are masked too; control, invisible and unpaired surrogate characters are dropped.
    """
    seen = (c for c in text if c in "\t\n" or unicodedata.category(c) not in _UNSEEN)
    text = unicodedata.normalize("NFC", "".join(_NARROW.get(c, c) for c in seen))
    for pattern, label in personal.PATTERNS:
        text = pattern.sub(label, text)
    return text


def mask_doors(text: str) -> str:
    """As others may read what somebody said of home: without what tells who it is, or behind which door."""
    return personal.DOOR.sub(HIDDEN_DOOR, mask(text)).strip()


def fold(text: str) -> str:
    """One spelling for all: width, case, traditional to simplified."""
    whole = unicodedata.normalize("NFKC", text).encode(errors="replace").decode()  # half a surrogate pair is no text
    return str(_to_simplified().convert(whole)).casefold()


def spoken(text: str) -> str:
    """A text without what stands for masked personal data: a telephone number is no question about telephones."""
    return personal.LABEL.sub(" ", text)


def words(text: str) -> list[str]:
    """Chinese and Latin words of two characters or more, in order, without masks and the ones that say nothing."""
    return [w for w in rjieba.cut(fold(spoken(text))) if len(w) > 1 and _RUN.fullmatch(w) and w not in _STOP_WORDS]


def terms(text: str) -> tuple[str, ...]:
    """The distinct terms of a text in order: Latin words, pairs of Chinese characters, longer Chinese words.

    The last character of a Chinese run stands alone too, so that every character begins some term.
    """
    folded = fold(text)
    found: dict[str, None] = {}
    for run in _RUN.findall(folded):
        if run[0].isascii():
            found[run] = None
        else:
            found.update(dict.fromkeys(a + b for a, b in pairwise(run)))
            found[run[-1]] = None
    found.update((word, None) for word in rjieba.cut(folded) if len(word) > 2 and _RUN.fullmatch(word))
    return tuple(found)


def features(text: str) -> Counter[str]:
    """What a text is compared by, and how often it holds it: its terms, and since a short sentence has few, each of
    its Chinese characters."""
    folded = fold(spoken(text))
    found: Counter[str] = Counter()
    for run in _RUN.findall(folded):
        found.update([run] if run[0].isascii() else [*map("".join, pairwise(run)), *run])
    found.update(word for word in rjieba.cut(folded) if len(word) > 2 and _RUN.fullmatch(word))
    return found


def asked(text: str) -> tuple[str, ...]:
    """The terms of a query worth looking up: as `terms`, without lone Chinese characters, empty words and masks."""
    return tuple(t for t in terms(spoken(text)) if t not in _STOP_WORDS and (len(t) > 1 or t.isascii()))


def required(text: str) -> tuple[tuple[str, ...], ...]:
    """What a document must hold to answer a search: for each word all of these terms.

    A Chinese word stands as its pairs, so it is found inside longer words as well; a single
    character stands as itself and matches every term that begins with it.
    """
    cut = [word for word in rjieba.cut(fold(text)) if _RUN.fullmatch(word)]
    groups: dict[tuple[str, ...], None] = {}
    for word in [word for word in cut if word not in _STOP_WORDS] or cut:
        if word[0].isascii() or len(word) == 1:
            groups[(word,)] = None
        else:
            groups[tuple(a + b for a, b in pairwise(word))] = None
    many = [group for group in groups if len(group[0]) > 1]
    return tuple(many or groups)
