"""Personal numbers out of text that is kept: telephone, ID card, bank card, plate, and long digit runs."""

from __future__ import annotations

import re

MASK = "〔已隐去〕"
PLATE = r"[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼][A-Z][·\s]?[A-Z0-9]{5,6}"
PERSONAL = re.compile(
    rf"\d{{17}}[\dXx]|(?<!\d)1[3-9]\d[\s-]?\d{{4}}[\s-]?\d{{4}}(?!\d)|\d(?:[\s-]?\d){{6,}}|{PLATE}|[\w.+-]+@[\w-]+\.[\w.]+",
    re.IGNORECASE,
)
LONGEST_KEPT = 300


def redact(text: str) -> str:
    """The text with personal numbers masked and cut to 300 characters."""
    return PERSONAL.sub(MASK, text)[:LONGEST_KEPT]
