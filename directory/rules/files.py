"""What kind of file some bytes are, told by the bytes alone: a name or a browser can say anything."""

import struct
import zlib
from collections.abc import Iterator

from directory.errors import Invalid

LARGEST = 10 * 1024 * 1024
PDF, JPEG, PNG = "pdf", "jpeg", "png"

_PNG_SIGN = b"\x89PNG\r\n\x1a\n"
_JPEG_START, _JPEG_END = b"\xff\xd8\xff", b"\xff\xd9"
_PDF_START, _PDF_END = b"%PDF-", b"%%EOF"
_PDF_TAIL = 2048  # readers allow for some blanks and padding after the end
_JPEG_FRAMES = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_JPEG_SCAN = 0xDA
_JPEG_BARE = frozenset({0x01, *range(0xD0, 0xD8)})


def kind_of(content: bytes) -> str:
    """Raises Invalid for what is empty, too large, cut short, or none of the three kinds."""
    if not content:
        raise Invalid("file", "", "empty_file", "there is nothing in this file")
    if len(content) > LARGEST:
        raise Invalid("file", len(content), "too_large", f"at most {LARGEST} bytes")
    for sign, kind, is_whole in (
        (_PDF_START, PDF, _is_whole_pdf),
        (_JPEG_START, JPEG, _is_whole_jpeg),
        (_PNG_SIGN, PNG, _is_whole_png),
    ):
        if content.startswith(sign):
            if not is_whole(content):
                raise Invalid("file", kind.upper(), "damaged", f"a {kind} that is cut short or damaged")
            return kind
    raise Invalid("file", "", "disguised", "neither PDF nor JPEG nor PNG by its content")


def _is_whole_pdf(content: bytes) -> bool:
    """A version, objects, a table of them, and the mark of the end."""
    versioned = content[5:6].isdigit() and content[6:7] == b"." and content[7:8].isdigit()
    return versioned and b" obj" in content and b"startxref" in content and _PDF_END in content[-_PDF_TAIL:]


def _is_whole_jpeg(content: bytes) -> bool:
    """Segments up to the picture's data, one of which gives its size, and the mark of the end."""
    framed = False
    for mark, body in _segments(content):
        framed |= mark in _JPEG_FRAMES and len(body) >= 6
        if mark == _JPEG_SCAN:
            return framed and content.rstrip(b"\0").endswith(_JPEG_END)
    return False


def _segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    place = 2
    while place + 4 <= len(content) and content[place] == 0xFF:
        mark = content[place + 1]
        if mark == 0xFF or mark in _JPEG_BARE:
            place += 1 if mark == 0xFF else 2
            continue
        length = int.from_bytes(content[place + 2 : place + 4], "big")
        body = content[place + 4 : place + 2 + length]
        if length < 2 or len(body) != length - 2:
            return
        yield mark, body
        place += 2 + length


def _is_whole_png(content: bytes) -> bool:
    """Chunks with right check sums from IHDR to IEND, some of them the picture."""
    kinds = []
    place = len(_PNG_SIGN)
    while place + 12 <= len(content):
        length, kind = struct.unpack(">I4s", content[place : place + 8])
        end = place + 12 + length
        if end > len(content) or zlib.crc32(content[place + 4 : end - 4]) != int.from_bytes(
            content[end - 4 : end], "big"
        ):
            return False
        kinds.append(kind)
        place = end
        if kind == b"IEND":
            break
    return kinds[:1] == [b"IHDR"] and b"IDAT" in kinds and kinds[-1:] == [b"IEND"] and place == len(content)
