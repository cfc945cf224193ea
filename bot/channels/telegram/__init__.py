"""Telegram, both ways: updates in by polling or webhook, replies out through an outbox.

    update → reading (what it is) → alarming (a card goes out at once) → reception (inbox row, then acknowledged)
           → processing (Talk, one chat's messages in order) → rendering (Bot API calls) → outbox row → sending

aiogram takes seconds to import, so nothing is imported here: `service` brings it, and only a configured token brings `service`.
"""
