"""What the Bot API refuses, in its own words.

As in the telegram-bot-api server and TDLib; `retry_after` and `migrate_to_chat_id` travel in `parameters`.
"""

from __future__ import annotations

from typing import Any

BLOCKED = "Forbidden: bot was blocked by the user"
DEACTIVATED = "Forbidden: user is deactivated"
NOT_STARTED = "Forbidden: bot can't initiate conversation with a user"
KICKED = "Forbidden: bot was kicked from the group chat"
CHAT_NOT_FOUND = "Bad Request: chat not found"
UPGRADED = "Bad Request: group chat was upgraded to a supergroup chat"
TEXT_EMPTY = "Bad Request: message text is empty"
TEXT_TOO_LONG = "Bad Request: message is too long"
CAPTION_TOO_LONG = "Bad Request: message caption is too long"
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
EDIT_NOT_FOUND = "Bad Request: message to edit not found"
CANT_EDIT = "Bad Request: message can't be edited"
NO_TEXT = "Bad Request: there is no text in the message to edit"
NO_CAPTION = "Bad Request: there is no caption in the message to edit"
NO_MEDIA = "Bad Request: there is no media in the message to edit"
DELETE_NOT_FOUND = "Bad Request: message to delete not found"
CANT_DELETE = "Bad Request: message can't be deleted"
REPLY_NOT_FOUND = "Bad Request: message to be replied not found"
QUERY_TOO_OLD = "Bad Request: query is too old and response timeout expired or query ID is invalid"
BUTTON_DATA = "Bad Request: BUTTON_DATA_INVALID"
BUTTON_PLAIN = "Bad Request: can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard"
BUTTON_EMPTY = "Bad Request: can't parse inline keyboard button: Text buttons must be non-empty"
KEYBOARD_EMPTY = "Bad Request: can't parse keyboard button: Text buttons must be non-empty"
MARKUP_TOO_LONG = "Bad Request: reply markup is too long"
WRONG_FILE = "Bad Request: wrong file identifier/HTTP URL specified"
WRONG_REMOTE = "Bad Request: wrong remote file identifier specified: Wrong string length"
INVALID_FILE_ID = "Bad Request: invalid file_id"
FILE_TOO_BIG = "Bad Request: file is too big"
IMAGE_FAILED = "Bad Request: IMAGE_PROCESS_FAILED"
PHOTO_DIMENSIONS = "Bad Request: PHOTO_INVALID_DIMENSIONS"
ALBUM_EMPTY = "Bad Request: there are no messages to send"
ALBUM_TOO_LARGE = "Bad Request: too many messages to send as an album"
CONFLICT_POLLING = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"
CONFLICT_WEBHOOK = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
WEBHOOK_HTTPS = "Bad Request: bad webhook: An HTTPS URL must be provided for webhook"
SECRET_TOKEN = "Bad Request: secret token contains unallowed characters"
LANGUAGE = "Bad Request: invalid language code specified"
COMMAND_INVALID = "Bad Request: BOT_COMMAND_INVALID"
WRONG_ACTION = "Bad Request: wrong parameter action in request"
ANSWER_TOO_LONG = "Bad Request: MESSAGE_TOO_LONG"
TOO_LARGE = "Request Entity Too Large"
UNAUTHORIZED = "Unauthorized"
NOT_FOUND = "Not Found"
NO_METHOD = "Not Found: method not found"


class Refusal(Exception):
    """An answer with `ok: false`. The code is read off the description unless given."""

    def __init__(self, description: str, code: int = 0, **parameters: int) -> None:
        super().__init__(description)
        self.description = description
        self.code = code or _code(description)
        self.parameters = parameters

    def body(self) -> dict[str, Any]:
        """The answer's JSON."""
        body = {"ok": False, "error_code": self.code, "description": self.description}
        return body | {"parameters": self.parameters} if self.parameters else body


class Violation(Refusal):
    """The request is one the real server need not refuse, but nobody should make: recorded, and answered with 400."""

    def __init__(self, what: str) -> None:
        super().__init__(f"Bad Request: {what}")
        self.what = what


def _code(description: str) -> int:
    begins = {"Forbidden": 403, "Conflict": 409, "Not Found": 404, "Unauthorized": 401, "Request Entity": 413}
    return next((code for start, code in begins.items() if description.startswith(start)), 400)


def flood(seconds: int) -> Refusal:
    """Too many requests."""
    return Refusal(f"Too Many Requests: retry after {seconds}", 429, retry_after=seconds)


def upgraded(to: int) -> Refusal:
    """A group that is a supergroup now."""
    return Refusal(UPGRADED, migrate_to_chat_id=to)
