"""What is sent is held against the documentation, whichever copy of it a machine has."""

from __future__ import annotations

import pytest

from tests.botapi.conftest import Ask
from tests.botapi.editing import EDITING
from tests.botapi.modelled import modelled
from tests.botapi.presenting import PRESENTING
from tests.botapi.schema import SPECIFICATION, Schema, schema
from tests.botapi.sending import SENDING
from tests.botapi.server import BotApi

BUTTON = {"inline_keyboard": [[{"text": "来源", "callback_data": "s:1"}]]}


@pytest.fixture(params=("as it is here", "as aiogram models it"))
def described(request: pytest.FixtureRequest) -> Schema:
    return modelled() if request.param == "as aiogram models it" else schema()


def fits(described: Schema, value: object, *types: str) -> bool:
    return described.problem(value, types, "it") is None


def test_every_method_that_is_simulated_is_documented(described: Schema) -> None:
    assert not {*SENDING, *EDITING, *PRESENTING, "getUpdates", "setWebhook"} - set(described.methods)


def test_values_are_told_apart_by_type(described: Schema) -> None:
    user = {"id": 1, "is_bot": False, "first_name": "李"}
    assert fits(described, user, "User")
    assert not fits(described, user | {"id": "1"}, "User")
    assert not fits(described, user | {"id": True}, "User")
    assert not fits(described, user | {"age": 3}, "User")
    assert not fits(described, {"id": 1, "is_bot": False}, "User")
    assert fits(described, [user, user], "Array of User")
    assert not fits(described, [user, 3], "Array of User")
    assert not fits(described, user, "Array of User")


def test_a_type_of_several_kinds_is_known_by_its_constant(described: Schema) -> None:
    assert fits(described, {"type": "default"}, "BotCommandScope")
    assert fits(described, {"type": "chat", "chat_id": 5}, "BotCommandScope")
    assert not fits(described, {"type": "chat"}, "BotCommandScope")
    assert not fits(described, {"type": "nobody"}, "BotCommandScope")


def test_keyboards_are_checked_to_the_last_button(described: Schema) -> None:
    assert fits(described, BUTTON, "InlineKeyboardMarkup", "ReplyKeyboardMarkup", "ForceReply")
    reason = described.problem({"inline_keyboard": [[{"text": 3}]]}, ("InlineKeyboardMarkup",), "reply_markup")
    assert reason == "reply_markup.inline_keyboard[0][0].text must be of type String"


@pytest.mark.parametrize("name", [*SENDING, *EDITING, *PRESENTING])
def test_both_copies_ask_for_the_same_parameters(name: str) -> None:
    if not SPECIFICATION.is_file():
        return  # one copy only: nothing to compare
    ours = {field.name for field in schema().methods[name].fields.values() if field.required}
    theirs = {field.name for field in modelled().methods[name].fields.values() if field.required}
    assert ours == theirs
    assert not set(schema().methods[name].fields) - set(modelled().methods[name].fields)


@pytest.mark.parametrize(
    ("method", "given", "reason"),
    [
        ("sendMessage", {"chat_id": 1, "text": "x", "texts": "y"}, "sendMessage has no parameter texts"),
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendMessage", {"chat_id": 1}, "message text is empty"),
        ("sendMessage", {"chat_id": 1, "text": 5}, "sendMessage.text must be of type String"),
        (
            "sendMessage",
            {"chat_id": 1, "text": "x", "protect_content": "maybe"},
            "sendMessage.protect_content must be of type Boolean",
        ),
        ("sendMessage", {"chat_id": 1, "text": "x", "reply_markup": "{"}, "can't parse reply_markup: it must be JSON"),
        ("sendPoll", {"chat_id": 1, "question": "?", "options": [{"text": "是"}, {"text": "否"}]}, "sendPoll is not simulated"),
        ("setMyCommands", {"commands": [{"command": "Help", "description": "帮助"}]}, "BOT_COMMAND_INVALID"),
        ("setMyCommands", {"commands": [{"command": "help", "description": ""}]}, "BOT_COMMAND_DESCRIPTION_INVALID"),
        ("setMyShortDescription", {"short_description": "长" * 121}, "short description is too long"),
        ("sendChatAction", {"chat_id": 1, "action": "thinking"}, "wrong parameter action in request"),
        ("sendLocation", {"chat_id": 1, "latitude": 91, "longitude": 0}, "invalid location specified"),
        ("setWebhook", {"url": "ftp://a.cn"}, "bad webhook: Unsupported URL protocol"),
        ("setWebhook", {"url": "https://a.cn", "secret_token": "a b"}, "secret token contains unallowed characters"),
    ],
)
async def test_a_request_that_does_not_fit_is_refused_and_listed(
    server: BotApi, ask: Ask, method: str, given: dict[str, object], reason: str
) -> None:
    answer = await ask(method, **given)
    assert (answer["ok"], answer["error_code"], answer["description"]) == (False, 400, f"Bad Request: {reason}")
    assert [(fault.method, fault.description) for fault in server.faults] == [(method, f"Bad Request: {reason}")]


async def test_unknown_methods_and_tokens_are_refused(server: BotApi, ask: Ask) -> None:
    assert (await ask("sendTelepathy"))["description"] == "Not Found: method not found"
    server.token = "1:wrong"
    assert (await ask("getMe"))["error_code"] == 401


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"text": "长" * 4097}, "message is too long"),
        ({"text": "<b> </b>", "parse_mode": "HTML"}, "message text is empty"),
        ({"text": "<u", "parse_mode": "HTML"}, "can't parse entities: Unclosed start tag at byte offset 0"),
        ({"keys": {"text": "x", "callback_data": "长" * 22}}, "BUTTON_DATA_INVALID"),
        ({"keys": {"text": "x"}}, "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"),
        (
            {"keys": {"text": "x", "callback_data": ""}},
            "can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard",
        ),
        (
            {"keys": {"text": "x", "url": "https://a.cn", "callback_data": "y"}},
            "can't parse inline keyboard button: one action only, not callback_data and url",
        ),
        (
            {"keys": {"text": "x", "url": "tel:+8610"}},
            "inline keyboard button URL 'tel:+8610' is invalid: Unsupported URL protocol",
        ),
        (
            {"keys": {"text": "x", "url": "http://localhost"}},
            "inline keyboard button URL 'http://localhost' is invalid: Wrong HTTP URL",
        ),
        (
            {"keys": {"text": "x", "web_app": {"url": "http://a.cn"}}},
            "inline keyboard button Web App URL 'http://a.cn' is invalid: Only HTTPS links are allowed",
        ),
    ],
)
async def test_a_message_that_telegram_would_not_take_is_refused_and_listed(
    server: BotApi, ask: Ask, given: dict[str, object], reason: str
) -> None:
    person = server.user()
    markup = {"reply_markup": {"inline_keyboard": [[given["keys"]]]}} if "keys" in given else {}
    plain = {key: value for key, value in given.items() if key != "keys"}
    answer = await ask("sendMessage", **({"chat_id": person.id, "text": "x"} | plain | markup))
    assert answer["description"] == f"Bad Request: {reason}"
    assert len(server.faults) == 1
    assert person.said == []


async def test_the_longest_text_and_data_are_taken(server: BotApi, ask: Ask) -> None:
    person = server.user()
    keys = {"inline_keyboard": [[{"text": "x", "callback_data": "y" * 64}]]}
    answer = await ask("sendMessage", chat_id=person.id, text=f"<b>{'长' * 4096}</b>", parse_mode="HTML", reply_markup=keys)
    assert answer["ok"]
    assert person.said[0].entities == [{"type": "bold", "offset": 0, "length": 4096}]
    assert server.faults == []


async def test_a_caption_has_its_own_limit(server: BotApi, ask: Ask) -> None:
    person = server.user()
    answer = await ask("sendPhoto", chat_id=person.id, photo="https://a.cn/1.jpg", caption="长" * 1025)
    assert answer["description"] == "Bad Request: message caption is too long"
