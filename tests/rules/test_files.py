import io
import struct
import zipfile
import zlib

import pytest

from directory.errors import Invalid
from directory.rules import files
from tests.factories_applications import JPEG, PDF, PNG


@pytest.mark.parametrize(("content", "kind"), [(PDF, "pdf"), (JPEG, "jpeg"), (PNG, "png")])
def test_a_whole_file_is_told_by_its_content(content, kind):
    assert files.kind_of(content) == kind


def zipped():
    kept = io.BytesIO()
    with zipfile.ZipFile(kept, "w") as made:
        made.writestr("x.txt", PDF)
    return kept.getvalue()


def chunk(kind, body=b""):
    return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))


SIGN = PNG[:8]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        (b"", "empty_file"),
        (b"<!doctype html><script>alert(1)</script>", "disguised"),
        (b"\n%PDF-1.4 not at the start", "disguised"),
        (zipped(), "disguised"),
        (b"GIF89a" + bytes(50), "disguised"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "disguised"),
        (PDF[:-20], "damaged"),
        (b"%PDF-1.4\n<script>", "damaged"),
        (b"%PDF-x", "damaged"),
        (PNG[:-1], "damaged"),
        (PNG + b"<script>", "damaged"),  # something hangs on behind the picture
        (SIGN, "damaged"),
        (SIGN + chunk(b"IHDR", bytes(13)) + chunk(b"IEND"), "damaged"),  # no picture in it
        (PNG[:30] + bytes([PNG[30] ^ 1]) + PNG[31:], "damaged"),  # a wrong check sum
        (SIGN + b"\xff\xff\xff\xffIHDR" + bytes(20), "damaged"),  # a length beyond its end
        (JPEG[:-2], "damaged"),
        (JPEG[:3], "damaged"),
        (b"\xff\xd8\xff\xd9", "damaged"),
        (b"\xff\xd8\xff\xe0\x00\x00" + bytes(10) + b"\xff\xd9", "damaged"),  # a segment of no length
        (PDF + bytes(files.LARGEST), "too_large"),
    ],
)
def test_anything_else_is_refused_with_the_reason(content, rule):
    with pytest.raises(Invalid) as refused:
        files.kind_of(content)
    assert (refused.value.field, refused.value.rule) == ("file", rule)


def test_the_largest_file_allowed_is_taken():
    padded = PNG[:-12] + chunk(b"tEXt", bytes(files.LARGEST - len(PNG) - 12)) + PNG[-12:]
    assert len(padded) == files.LARGEST
    assert files.kind_of(padded) == "png"
