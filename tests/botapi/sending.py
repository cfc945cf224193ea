"""The methods that put a message into a chat."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from tests.botapi.entities import formatted
from tests.botapi.keyboards import check_markup
from tests.botapi.links import link_problem
from tests.botapi.refusing import RefusedError, bad
from tests.botapi.schema import Upload
from tests.botapi.world import Chat, Json, Said, World

Method = Callable[[World, Json], Any]
LONGEST_TEXT = 4096
LONGEST_CAPTION = 1024
_PASSED_ON = ("link_preview_options", "has_spoiler", "show_caption_above_media", "effect_id")


def text_of(given: Json) -> Json:
    """The text of a request as fields of a Message."""
    shown = formatted(given["text"], given.get("parse_mode"), given.get("entities"))
    if not shown.text:
        raise bad("message text is empty")
    if shown.length > LONGEST_TEXT:
        raise bad("message is too long")
    return {"text": shown.text} | ({"entities": list(shown.entities)} if shown.entities else {})


def caption_of(given: Json) -> Json:
    """The caption of a request as fields of a Message, none when there is none."""
    shown = formatted(given.get("caption", ""), given.get("parse_mode"), given.get("caption_entities"))
    if shown.length > LONGEST_CAPTION:
        raise bad("message caption is too long")
    fields: Json = {"caption": shown.text} if shown.text else {}
    return fields | ({"caption_entities": list(shown.entities)} if shown.entities else {})


def checked_markup(given: Json) -> Json | None:
    """The reply markup of a request. A person's chat has their own positive number, a group's is negative."""
    markup: Json | None = given.get("reply_markup")
    if markup is not None:
        check_markup(markup, private=isinstance(given["chat_id"], int) and given["chat_id"] > 0)
    return markup


def _deliver(world: World, given: Json, content: Mapping[str, Any]) -> Json:
    """Everything that can be wrong with a request is refused before anything that can be wrong with its chat."""
    markup = checked_markup(given)
    chat = world.chat(given["chat_id"])
    passed = {key: given[key] for key in _PASSED_ON if key in given}
    protected = {"has_protected_content": True} if given.get("protect_content") else {}
    said = world.deliver(chat, {**content, **passed, **protected, **_reply(world, chat, given)}, markup)
    return dict(said.message)


def _reply(world: World, chat: Chat, given: Json) -> Json:
    wanted = given.get("reply_parameters")
    if wanted is None:
        return {}
    if wanted.get("chat_id", chat.id) != chat.id:
        raise bad("replies to other chats are not simulated")
    answered = chat.log.get(wanted["message_id"])
    if answered is None or answered.deleted:
        if wanted.get("allow_sending_without_reply"):
            return {}
        raise RefusedError(400, "message to be replied not found")
    return {"reply_to_message": flat(answered)}


def flat(said: Said) -> Json:
    """A message as it is quoted in another one: without what it answers itself."""
    return {key: value for key, value in said.message.items() if key != "reply_to_message"}


def send_message(world: World, given: Json) -> Json:
    """sendMessage."""
    return _deliver(world, given, text_of(given))


def send_location(world: World, given: Json) -> Json:
    """sendLocation."""
    kept = ("latitude", "longitude", "horizontal_accuracy", "live_period", "heading", "proximity_alert_radius")
    location = {key: given[key] for key in kept if key in given}
    _check_place(location)
    return _deliver(world, given, {"location": location})


def send_venue(world: World, given: Json) -> Json:
    """sendVenue."""
    location = {"latitude": given["latitude"], "longitude": given["longitude"]}
    _check_place(location)
    if not given["title"].strip():
        raise bad("venue title must be non-empty")
    if not given["address"].strip():
        raise bad("venue address must be non-empty")
    return _deliver(
        world, given, {"location": location, "venue": {"location": location, "title": given["title"], "address": given["address"]}}
    )


def _check_place(location: Json) -> None:
    if not (-90 <= location["latitude"] <= 90 and -180 <= location["longitude"] <= 180):
        raise bad("invalid location specified")
    if not 0 <= location.get("horizontal_accuracy", 0) <= 1500:
        raise bad("horizontal accuracy must be between 0 and 1500 metres")


def send_contact(world: World, given: Json) -> Json:
    """sendContact."""
    kept = ("phone_number", "first_name", "last_name", "vcard")
    return _deliver(world, given, {"contact": {key: given[key] for key in kept if key in given}})


def send_photo(world: World, given: Json) -> Json:
    """sendPhoto."""
    file = _file(world, given["photo"], "photo")
    return _deliver(world, given, {"photo": [file | {"width": 90, "height": 90}], **caption_of(given)})


def send_document(world: World, given: Json) -> Json:
    """sendDocument."""
    name = {"file_name": given["document"].name} if isinstance(given["document"], Upload) else {}
    return _deliver(world, given, {"document": _file(world, given["document"], "document") | name, **caption_of(given)})


def send_voice(world: World, given: Json) -> Json:
    """sendVoice."""
    voice = _file(world, given["voice"], "voice") | {"duration": given.get("duration", 0)}
    return _deliver(world, given, {"voice": voice, **caption_of(given)})


def _file(world: World, wanted: Upload | str, kind: str) -> Json:
    """A file sent, known by its file_id, or named by an address (which is taken, not fetched)."""
    if isinstance(wanted, Upload):
        if not wanted.content:
            raise bad("file must be non-empty")
        file_id = world.keep(kind, wanted.content)
    elif wanted in world.files:
        file_id = wanted
    elif wanted.startswith(("http://", "https://")) and not link_problem(wanted):
        file_id = world.keep(kind, b"")
    else:
        raise bad("wrong file identifier/HTTP URL specified")
    return {"file_id": file_id, "file_unique_id": f"u-{file_id}", "file_size": len(world.files[file_id])}


def copy_message(world: World, given: Json) -> Json:
    """copyMessage: the same content, said by the bot."""
    original = world.said(world.chat(given["from_chat_id"]), given["message_id"], "message to copy not found")
    content = {key: value for key, value in original.message.items() if key not in _OF_ITS_OWN}
    if "caption" in given:
        content = {key: value for key, value in content.items() if key not in {"caption", "caption_entities"}} | caption_of(given)
    return {"message_id": _deliver(world, given, content)["message_id"]}


def forward_message(world: World, given: Json) -> Json:
    """forwardMessage: the same content and where it comes from."""
    original = world.said(world.chat(given["from_chat_id"]), given["message_id"], "message to forward not found")
    content = {key: value for key, value in original.message.items() if key not in _OF_ITS_OWN}
    origin = {"type": "user", "date": original.message["date"], "sender_user": original.message["from"]}
    return _deliver(world, given, content | {"forward_origin": origin})


_OF_ITS_OWN = frozenset(("message_id", "from", "chat", "date", "edit_date", "reply_markup", "reply_to_message", "forward_origin"))

SENDING: dict[str, Method] = {
    "sendMessage": send_message,
    "sendLocation": send_location,
    "sendVenue": send_venue,
    "sendContact": send_contact,
    "sendPhoto": send_photo,
    "sendDocument": send_document,
    "sendVoice": send_voice,
    "copyMessage": copy_message,
    "forwardMessage": forward_message,
}
