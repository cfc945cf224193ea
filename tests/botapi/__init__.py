"""A Telegram Bot API server of our own on loopback, for tests of whatever speaks to Telegram.

`server.BotApi` is the front door: it runs in a thread of its own, so that plain and asynchronous tests, and bots in other
processes, use it alike. What a bot sends is checked against the published schema and answered in Telegram's own words; people and
groups are played by `people`; trouble (429, 5xx, broken connections) is made to order by `trouble`. `python -m tests.botapi --help`
runs it alone.

What it does not do: MarkdownV2 (refused), finding links in a bot's text, payments, topics, inline queries. A method that it does
not simulate is refused and listed in `BotApi.faults`, so that no test passes on an answer nobody thought about.
"""
