"""Sets of document numbers as Python integers: one bit a document, so that facets are ANDs and counts."""

from collections.abc import Iterable, Iterator


def of(numbers: Iterable[int], size: int) -> int:
    """The set of these document numbers, each below `size`."""
    packed = bytearray((size >> 3) + 1)
    for number in numbers:
        packed[number >> 3] |= 1 << (number & 7)
    return int.from_bytes(packed, "little")


def everything(size: int) -> int:
    return (1 << size) - 1


def numbers(bits: int) -> Iterator[int]:
    """The members in ascending order."""
    digits = bin(bits)[:1:-1]
    at = digits.find("1")
    while at >= 0:
        yield at
        at = digits.find("1", at + 1)


def digits(bits: int, size: int) -> str:
    """One character a document, for many single questions: `digits[number] == "1"` costs no call."""
    return bin(bits | 1 << size)[:2:-1]
