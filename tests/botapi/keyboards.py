"""Reply markup as Telegram takes it: one action a button, its limits, and addresses that can be opened."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from tests.botapi.links import link_problem
from tests.botapi.refusing import bad

MOST_BUTTONS = 100  # in one inline keyboard
MOST_IN_A_ROW = 8
MOST_DATA_BYTES = 64
MOST_COPIED = 256  # characters
_SHOWN = frozenset(("text", "style", "icon_custom_emoji_id"))
_REQUESTS = frozenset(
    ("request_users", "request_chat", "request_contact", "request_location", "request_poll", "request_managed_bot")
)


@dataclass(frozen=True, slots=True)
class Button:
    """A button of an inline keyboard as a person sees it; what it does not have is ""."""

    text: str
    data: str = ""
    url: str = ""
    web_app: str = ""


def buttons(message: Mapping[str, Any]) -> list[Button]:
    """The inline buttons under a message, row by row."""
    rows = message.get("reply_markup", {}).get("inline_keyboard", [])
    return [
        Button(one["text"], one.get("callback_data", ""), one.get("url", ""), one.get("web_app", {}).get("url", ""))
        for row in rows
        for one in row
    ]


def check_markup(markup: Mapping[str, Any], *, private: bool) -> None:
    """Refuses reply markup that Telegram would refuse. Its shape has been checked against the schema."""
    if "inline_keyboard" in markup:
        _check_size([len(row) for row in markup["inline_keyboard"]])
        for button in _each(markup["inline_keyboard"]):
            _check_inline(button, private=private)
    elif "keyboard" in markup:
        for button in _each(markup["keyboard"]):
            _check_keyboard(button, private=private)


def _each(rows: list[list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
    for row in rows:
        yield from row


def _check_size(rows: list[int]) -> None:
    if sum(rows) > MOST_BUTTONS or any(row > MOST_IN_A_ROW for row in rows):
        raise bad("REPLY_MARKUP_TOO_LONG")


def _check_inline(button: Mapping[str, Any], *, private: bool) -> None:
    if not button["text"].strip():
        raise bad("can't parse inline keyboard button: Text of the button must be non-empty")
    actions = [key for key in button if key not in _SHOWN]
    if not actions or (actions == ["callback_data"] and not button["callback_data"]):
        raise bad("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad(f"can't parse inline keyboard button: one action only, not {' and '.join(sorted(actions))}")
    if len(button.get("callback_data", "").encode()) > MOST_DATA_BYTES:
        raise bad("BUTTON_DATA_INVALID")
    if len(button.get("copy_text", {}).get("text", "")) > MOST_COPIED:
        raise bad("BUTTON_COPY_TEXT_INVALID")
    if "url" in button and (problem := link_problem(button["url"])):
        raise bad(f"inline keyboard button URL '{button['url']}' is invalid: {problem}")
    if "web_app" in button:
        _check_web_app(button["web_app"]["url"], "inline keyboard", private=private)


def _check_keyboard(button: Mapping[str, Any], *, private: bool) -> None:
    if not button["text"].strip():
        raise bad("can't parse keyboard button: Text of the button must be non-empty")
    actions = [key for key in button if key not in _SHOWN]
    if len(actions) > 1:
        raise bad(f"can't parse keyboard button: one action only, not {' and '.join(sorted(actions))}")
    if actions and actions[0] in _REQUESTS and not private:
        raise bad("this kind of keyboard button can be used in private chats only")
    if "web_app" in button:
        _check_web_app(button["web_app"]["url"], "keyboard", private=private)


def _check_web_app(url: str, where: str, *, private: bool) -> None:
    if not private:
        raise bad("BUTTON_TYPE_INVALID")
    if problem := link_problem(url, https=True):
        raise bad(f"{where} button Web App URL '{url}' is invalid: {problem}")
