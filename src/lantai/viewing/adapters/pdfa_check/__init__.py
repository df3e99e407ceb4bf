"""Check a file against PDF/A-2b (ISO 19005-2:2011) by rules of our own, each finding named by the clause it breaks.

It covers what scans, office programs and this platform write; it does not decode glyph programs or pictures. A file
without findings keeps every clause that is looked at here; that is not the promise of a complete validator.
"""

from typing import BinaryIO

import pikepdf

from lantai.viewing.adapters.pdfa_check.content import check_pages
from lantai.viewing.adapters.pdfa_check.findings import Findings, PdfaFinding
from lantai.viewing.adapters.pdfa_check.metadata import check_metadata
from lantai.viewing.adapters.pdfa_check.objects import check_objects
from lantai.viewing.adapters.pdfa_check.structure import check_bytes, check_catalogue, check_trailer

__all__ = ["PdfaFinding", "check_pdfa"]


def check_pdfa(stream: BinaryIO) -> tuple[PdfaFinding, ...]:
    """Return what keeps the PDF in `stream` from being PDF/A-2b, in the order of the file; empty for a good one.

    Of each kind of fault the first few are told. A file that cannot be opened has the one finding "6.1".
    """
    found = Findings()
    check_bytes(stream, found)
    stream.seek(0)
    try:
        with pikepdf.Pdf.open(stream, inherit_page_attributes=False) as pdf:
            if pdf.is_encrypted:
                found.add("6.1.3", "trailer", "The file is encrypted.")
                return found.all
            check_trailer(pdf, found)
            intent = check_catalogue(pdf, found)
            check_metadata(pdf, found)
            check_objects(pdf, found)
            check_pages(pdf, intent, found)
            for warning in pdf.get_warnings():
                # qpdf gives a page without resources empty ones when it opens the file, and says so.
                clause = "6.2.2" if "/Resources" in str(warning) or "Resources is" in str(warning) else "6.1.4"
                found.add(clause, "file", f"Its structure had to be repaired: {warning}")
    except pikepdf.PasswordError:
        found.add("6.1.3", "trailer", "The file is encrypted.")
    except pikepdf.PdfError as error:
        found.add("6.1", "file", f"It cannot be opened: {error}")
    return found.all
