"""Five hundred texts that break careless formatting, the same ones every time."""

from __future__ import annotations

import random

PIECES = (
    "<b>", "</b>", "<i", "&amp;", "&lt;", "&#x41;", "&", "<", ">", '"', "'", "*", "_", "__", "`", "```", "[", "](", "](http://x.y)", "||",
    "~", "#", "+", "-", "=", "|", "{", "}", ".", "!", "\\", "\n", "\n\n", "\r\n", "\t", " ", "\u00a0", "\u200b", "\u200d", "\u200e", "\u202e",
    "\u2028", "\u2029", "\ufeff", "\x00", "\x01", "\x1b[31m", "\x7f", "\u0301", "\u0489", "\ufe0f", "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "\U0001f1e8\U0001f1f3", "\U0001f44d\U0001f3fd", "\U00020000", "\ud83d", "\udc4d", "\uffff", "\u2800", "\u3164", "驿站", "高温津贴", "。", "，", "！",
    "/start", "@redstation_bot", "https://例子.中国/路?a=<b>", "tel:120", "1.", "%s", "{0}", "{{", "$(x)", "';--", "<a href='http://a.b'>", "<tg-emoji>",
    "‮反‬", "مرحبا", "हिन्दी", "ก็", "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢L̠ͨͧͩ͘G̴̻͈͍͔̹̑͗̎̅͛́Ǫ̵̹̻̝̳͂̌̌͘!",
)  # fmt: skip
COUNT = 500


def hostile() -> list[str]:
    """The texts: single pieces, mixtures, and some that are far too long."""
    chance = random.Random(20261121)
    texts = ["", " ", "\n\n\n", "\u200b\u200b", *PIECES]
    while len(texts) < COUNT:
        long = chance.random() < 0.1
        texts.append("".join(chance.choices(PIECES, k=chance.randint(1500, 4000) if long else chance.randint(2, 60))))
    return texts[:COUNT]
