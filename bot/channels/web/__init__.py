"""The web chat (H5): one page, two small calls, usable with one thumb and without a network."""

from bot.channels.web.application import web_application

__all__ = ["web_application"]
