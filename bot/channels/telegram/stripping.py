"""What is not written to disk even for the second that an inbox row lives: personal numbers, and what looks like membership.

A text with such a thing is answered from memory. Only where the process dies in that second is the rider asked to say it again.
"""

from __future__ import annotations

import re

from knowledge.redacting import PERSONAL

_MEMBERSHIP = re.compile(
    r"(?:我|本人|俺|咱).{0,12}(?:党员|入党|团员|党费|支部|党组织|组织关系|转正|积极分子|发展对象|预备期|政治面貌)"
    r"|(?:党员|组织关系|党费|支部).{0,12}(?:我的|我叫|本人|姓名)"
    r"|\b(?:i am|i'm|my)\b.{0,30}\bparty\b"
    r"|^/(?:register|mydata)\b",
    re.IGNORECASE,
)


def stripped(text: str) -> tuple[str, bool]:
    """(text that may be stored, whether that is less than was said): all of it or nothing."""
    return ("", True) if _MEMBERSHIP.search(text) or PERSONAL.search(text) else (text, False)
