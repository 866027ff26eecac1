"""Writes PDFs by hand, so that samples need no library: pages of lines in Helvetica, or pages that are one picture."""

from collections.abc import Sequence

_LINE_HEIGHT = 14
_TOP, _LEFT = 790, 56  # points; A4 is 595 x 842


def text_pdf(pages: Sequence[Sequence[str]]) -> bytes:
    """One page for each list of lines; characters outside Latin-1 become question marks."""
    return _assemble(
        [(_text_content(lines), b"/Font << /F1 3 0 R >>") for lines in pages],
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>",
    )


def picture_pdf(count: int) -> bytes:
    """Pages that hold one grey picture each, as a scanner makes them."""
    kind = b"/Type /XObject /Subtype /Image /Width 2 /Height 2 /ColorSpace /DeviceGray /BitsPerComponent 8 /Length 4"
    picture = b"<< " + kind + b" >>\nstream\n\x80\x90\xa0\xb0\nendstream"
    return _assemble([(b"q 595 0 0 842 0 0 cm /Im1 Do Q", b"/XObject << /Im1 3 0 R >>")] * count, picture)


def _text_content(lines: Sequence[str]) -> bytes:
    shown = [f"({_escape(line)}) Tj T*" for line in lines]
    return f"BT /F1 10 Tf {_LINE_HEIGHT} TL {_LEFT} {_TOP} Td {' '.join(shown)} ET".encode("cp1252", "replace")


def _escape(line: str) -> str:
    return line.replace("\\", "\\\\").replace("(", "\\(").replace(")", "\\)")


def _assemble(pages: Sequence[tuple[bytes, bytes]], resource: bytes) -> bytes:
    """`pages` are contents with the resources that they name; `resource` becomes object 3."""
    first = 4
    kids = " ".join(f"{first + 2 * index} 0 R" for index in range(len(pages)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>", f"<< /Type /Pages /Kids [{kids}] /Count {len(pages)} >>".encode(), resource]
    for index, (content, resources) in enumerate(pages):
        head = f"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents {first + 2 * index + 1} 0 R /Resources << ".encode()
        objects.append(head + resources + b" >> >>")
        objects.append(f"<< /Length {len(content)} >>\nstream\n".encode() + content + b"\nendstream")
    out = bytearray(b"%PDF-1.4\n")
    places: list[int] = []
    for number, body in enumerate(objects, start=1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010d} 00000 n \n".encode() for place in places)
    out += f"trailer << /Size {len(objects) + 1} /Root 1 0 R >>\nstartxref\n{table}\n%%EOF\n".encode()
    return bytes(out)
