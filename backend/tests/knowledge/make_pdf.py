"""Writes the handbook as a PDF: `python -m tests.knowledge.make_pdf OUT.pdf --pages 120`."""

import argparse
from pathlib import Path

from tests.knowledge.handbook import page_lines
from tests.knowledge.pdf import text_pdf


def handbook_pdf(pages: int) -> bytes:
    return text_pdf([page_lines(number) for number in range(1, pages + 1)])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--pages", type=int, default=120)
    arguments = parser.parse_args()
    arguments.out.write_bytes(handbook_pdf(arguments.pages))


if __name__ == "__main__":
    main()
