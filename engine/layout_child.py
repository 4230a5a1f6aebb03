"""The work of setting the page that a user's template makes, as a PDF file: how long that takes is up to whoever wrote the template.

Done in a process of its own (`engine.child`). A job is a `page` (HTML) and the instant that the file is dated (`at`); the answer is the
`pdf` (base64), or the `problems` (code, message, help), or a failure.
"""

import logging
from base64 import b64encode
from collections.abc import Callable, Mapping
from datetime import datetime

from engine.child import Answer
from engine.documents.pdf import PAGE_ADDRESS, pdf_of_page

LIBRARY = logging.getLogger("weasyprint")
LONGEST = 60
"""Characters of an address, which may hold a whole picture, or of a reason."""


class LeftOut(logging.Handler):
    """Keeps what WeasyPrint says that it left out: a page without its picture is not the page that was meant."""

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.said: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keeps a failure; WeasyPrint's other errors are about words that a reader of the file would miss."""
        if record.msg.startswith("Failed to"):
            said = [str(each).replace(PAGE_ADDRESS, "") for each in record.args or ()]
            words = record.msg % tuple(each if len(each) <= LONGEST else f"{each[:LONGEST]}\u2026" for each in said)
            self.said.append(words.rstrip(" :"))


def begin(_: Mapping[str, object]) -> Callable[[Mapping[str, str]], Answer]:
    """Gives the function that sets a page."""
    left_out = LeftOut()
    LIBRARY.addHandler(left_out)

    def lay_out(job: Mapping[str, str]) -> Answer:
        left_out.said.clear()
        made, problems = pdf_of_page(job["page"].encode("utf-8"), datetime.fromisoformat(job["at"]))
        if made is None:
            return {"problems": [(each.code, each.message, each.help) for each in problems]}
        if left_out.said:
            return {"failure": {"what": "failed", "message": f"a part of its page would be left out: {left_out.said[0]}"}}
        return {"pdf": b64encode(made).decode("ascii")}

    return lay_out
