"""The methods about the bot itself and about chats: who it is, its commands and texts, who is there, files."""

from __future__ import annotations

import json
import re

from tests.botapi.links import link_problem
from tests.botapi.refusing import RefusedError, bad
from tests.botapi.sending import Method
from tests.botapi.world import Event, Json, World

MOST_COMMANDS = 100
_ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker find_location"
    " record_video_note upload_video_note".split()
)
_COMMAND = re.compile(r"[a-z0-9_]{1,32}")
_NO_GIFTS = dict.fromkeys(
    ("unlimited_gifts", "limited_gifts", "unique_gifts", "premium_subscription", "gifts_from_channels"), False
)


def get_me(world: World, given: Json) -> Json:
    """getMe."""
    return world.bot


def _scope(given: Json) -> str:
    return json.dumps([given.get("scope", {"type": "default"}), given.get("language_code", "")], sort_keys=True)


def set_commands(world: World, given: Json) -> bool:
    """setMyCommands."""
    if len(given["commands"]) > MOST_COMMANDS:
        raise bad("BOT_COMMANDS_TOO_MUCH")
    for command in given["commands"]:
        if not _COMMAND.fullmatch(command["command"].removeprefix("/")):
            raise bad("BOT_COMMAND_INVALID")
        if not 1 <= len(command["description"].strip()) <= 256:
            raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    world.profile[f"commands {_scope(given)}"] = given["commands"]
    return True


def get_commands(world: World, given: Json) -> list[Json]:
    """getMyCommands."""
    found: list[Json] = world.profile.get(f"commands {_scope(given)}", [])
    return found


def delete_commands(world: World, given: Json) -> bool:
    """deleteMyCommands."""
    world.profile.pop(f"commands {_scope(given)}", None)
    return True


def _text(kind: str, field: str, longest: int) -> tuple[Method, Method]:
    """The setter and getter of one of the bot's texts, one for each language."""

    def put(world: World, given: Json) -> bool:
        text = given.get(field, "")
        if len(text) > longest:
            raise bad(f"{kind} is too long")
        world.profile[f"{kind} {given.get('language_code', '')}"] = text
        return True

    def get(world: World, given: Json) -> Json:
        return {field: world.profile.get(f"{kind} {given.get('language_code', '')}", "")}

    return put, get


def set_menu_button(world: World, given: Json) -> bool:
    """setChatMenuButton."""
    button = given.get("menu_button", {"type": "default"})
    if button["type"] == "web_app" and (problem := link_problem(button["web_app"]["url"], https=True)):
        raise bad(f"menu button Web App URL '{button['web_app']['url']}' is invalid: {problem}")
    if "chat_id" in given:
        world.chat(given["chat_id"])
    world.profile[f"menu {given.get('chat_id', '')}"] = button
    return True


def get_menu_button(world: World, given: Json) -> Json:
    """getChatMenuButton."""
    found: Json = world.profile.get(f"menu {given.get('chat_id', '')}", {"type": "default"})
    return found


def chat_action(world: World, given: Json) -> bool:
    """sendChatAction."""
    if given["action"] not in _ACTIONS:
        raise bad("wrong parameter action in request")
    chat = world.chat(given["chat_id"])
    world.happen(chat, Event("action", detail=given["action"]))
    return True


def get_chat(world: World, given: Json) -> Json:
    """getChat."""
    facts = world.chat(given["chat_id"]).facts
    return facts | {"accent_color_id": 0, "max_reaction_count": 11, "accepted_gift_types": _NO_GIFTS}


def leave_chat(world: World, given: Json) -> bool:
    """leaveChat."""
    chat = world.chat(given["chat_id"])
    if chat.private:
        raise bad("chat member status can't be changed in private chats")
    chat.refusal = "bot is not a member of the supergroup chat"
    return True


def get_member(world: World, given: Json) -> Json:
    """getChatMember."""
    chat = world.chat(given["chat_id"])
    person = {**chat.members, world.bot["id"]: world.bot}.get(given["user_id"])
    if person is None:
        raise RefusedError(400, "PARTICIPANT_ID_INVALID")
    return {"status": "member", "user": person}


def count_members(world: World, given: Json) -> int:
    """getChatMemberCount."""
    return len(world.chat(given["chat_id"]).members) + 1


def get_file(world: World, given: Json) -> Json:
    """getFile: the path under which the file is served, at <url>/file/bot<token>/<path>."""
    name = given["file_id"]
    if name not in world.files:
        raise RefusedError(400, "wrong file_id or the file is temporarily unavailable")
    return {"file_id": name, "file_unique_id": f"u-{name}", "file_size": len(world.files[name]), "file_path": f"files/{name}"}


_set_name, _get_name = _text("name", "name", 64)
_set_description, _get_description = _text("description", "description", 512)
_set_short, _get_short = _text("short description", "short_description", 120)

PRESENTING: dict[str, Method] = {
    "getMe": get_me,
    "setMyCommands": set_commands,
    "getMyCommands": get_commands,
    "deleteMyCommands": delete_commands,
    "setMyName": _set_name,
    "getMyName": _get_name,
    "setMyDescription": _set_description,
    "getMyDescription": _get_description,
    "setMyShortDescription": _set_short,
    "getMyShortDescription": _get_short,
    "setChatMenuButton": set_menu_button,
    "getChatMenuButton": get_menu_button,
    "sendChatAction": chat_action,
    "getChat": get_chat,
    "leaveChat": leave_chat,
    "getChatMember": get_member,
    "getChatMemberCount": count_members,
    "getFile": get_file,
}
