"""The methods that change or remove what was said, and the answer to a tap."""

from __future__ import annotations

from tests.botapi.refusing import RefusedError, bad
from tests.botapi.sending import Method, caption_of, checked_markup, text_of
from tests.botapi.world import Chat, Event, Json, Said, World

LONGEST_ANSWER = 200  # characters of a tap's answer
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same"
    " as a current content and reply markup of the message"
)


def _own(world: World, given: Json) -> tuple[Chat, Said]:
    """The bot's own message that a request means."""
    if "chat_id" not in given or "message_id" not in given:
        raise bad("message identifier is not specified")
    chat = world.chat(given["chat_id"])
    said = world.said(chat, given["message_id"], "message to edit not found")
    if not said.by_bot:
        raise RefusedError(400, "message can't be edited")
    return chat, said


def _revise(world: World, given: Json, content: Json, replaced: tuple[str, ...]) -> Json:
    """A request without reply_markup takes the inline keyboard away, as Telegram does."""
    markup = checked_markup(given) if "chat_id" in given else None
    chat, said = _own(world, given)
    gone = {*replaced, "reply_markup", "edit_date"}
    kept = {key: value for key, value in said.message.items() if key not in gone}
    message = kept | content | ({"reply_markup": markup} if markup and markup["inline_keyboard"] else {})
    if message == {key: value for key, value in said.message.items() if key != "edit_date"}:
        raise RefusedError(400, _NOT_MODIFIED)
    world.revise(chat, said, message)
    return dict(said.message)


def edit_text(world: World, given: Json) -> Json:
    """editMessageText."""
    if "text" not in given:
        raise bad("message text is empty")
    content = text_of(given)
    _, said = _own(world, given)
    if "text" not in said.message:
        raise bad("there is no text in the message to edit")
    return _revise(world, given, content, ("text", "entities", "link_preview_options"))


def edit_caption(world: World, given: Json) -> Json:
    """editMessageCaption."""
    content = caption_of(given)
    _, said = _own(world, given)
    if not {"photo", "document", "voice", "video", "audio"} & set(said.message):
        raise bad("there is no caption in the message to edit")
    return _revise(world, given, content, ("caption", "caption_entities"))


def edit_markup(world: World, given: Json) -> Json:
    """editMessageReplyMarkup."""
    return _revise(world, given, {}, ())


def delete_message(world: World, given: Json) -> bool:
    """deleteMessage. In a private chat the bot may delete what the person said, too."""
    chat = world.chat(given["chat_id"])
    said = world.said(chat, given["message_id"], "message to delete not found")
    if not said.by_bot and not chat.private:
        raise RefusedError(400, "message can't be deleted")
    world.remove(chat, said)
    return True


def delete_messages(world: World, given: Json) -> bool:
    """deleteMessages: those that are not there are skipped."""
    if not 1 <= len(given["message_ids"]) <= 100:
        raise bad("message identifiers: 1 to 100")
    chat = world.chat(given["chat_id"])
    for number in given["message_ids"]:
        said = chat.log.get(number)
        if said is not None and not said.deleted:
            world.remove(chat, said)
    return True


def answer_tap(world: World, given: Json) -> bool:
    """answerCallbackQuery: once a tap."""
    if len(given.get("text", "")) > LONGEST_ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    tap = world.taps.get(given["callback_query_id"])
    if tap is None or tap.answer is not None:
        raise RefusedError(400, "query is too old and response timeout expired or query ID is invalid")
    tap.answer = {key: value for key, value in given.items() if key != "callback_query_id"}
    world.signal.stir()
    return True


def react(world: World, given: Json) -> bool:
    """setMessageReaction."""
    chat = world.chat(given["chat_id"])
    said = world.said(chat, given["message_id"], "message to react not found")
    emoji = "".join(str(one.get("emoji", "")) for one in given.get("reaction", []))
    world.happen(chat, Event("reaction", said, emoji))
    return True


EDITING: dict[str, Method] = {
    "editMessageText": edit_text,
    "editMessageCaption": edit_caption,
    "editMessageReplyMarkup": edit_markup,
    "deleteMessage": delete_message,
    "deleteMessages": delete_messages,
    "answerCallbackQuery": answer_tap,
    "setMessageReaction": react,
}
