"""Every error hayal raises on purpose, in one hierarchy.

HayalError
├── ConfigError            the configuration is wrong: one sentence for the operator
├── PluginError            a plugin is missing, broken or cannot start
├── StorageError           the database or the media store cannot take a write now
├── MessengerError
│   ├── Undeliverable      this message or chat will never be reachable: do not try again
│   └── DeliverLater       the messenger asks to wait before the next try
└── ProviderError
    ├── NotSent            the request never reached the provider: nothing was paid, another try is safe
    │   └── TryLater       the provider refused for now (rate limit, overload before work began)
    ├── Refused            the provider will not make this content: the same prompt is never sent again
    │   └── NotAllowed     what the person asked for is itself not allowed: no other prompt would help
    ├── Misused            the provider rejects the request as malformed: a bug or a wrong setting
    ├── NoAccess           bad key, no credit or no permission: stop spending, tell the admin
    ├── Gone               the model or endpoint has been retired: drop it from the chain, tell the admin
    ├── Failed             the provider accepted the work and then failed at it for good
    └── OutcomeUnknown     nobody can say whether the call was executed: never repeated blindly

A person sees the localized sentence named by `text_id`; the operator sees `str(error)`.
"""

from __future__ import annotations


class HayalError(Exception):
    """Base of all errors hayal raises on purpose.

    `text_id` is the id of the sentence in `locales/` that a person in a chat is shown.
    """

    text_id = "error-unexpected"


class ConfigError(HayalError):
    """The configuration is wrong. The message names the file, the key, what was found and what is allowed."""


class PluginError(HayalError):
    """A plugin is not installed, does not import, or does not start."""


class StorageError(HayalError):
    """The database or the media store cannot take a write at the moment (disk full, locked, unreachable)."""

    text_id = "error-storage"


class MessengerError(HayalError):
    """A messenger could not do what was asked of it."""


class Undeliverable(MessengerError):
    """The chat is gone, or blocked the bot: this message will never arrive."""


class DeliverLater(MessengerError):
    """The messenger cannot take the message now; `after` is the wait in seconds it asks for."""

    def __init__(self, message: str, *, after: float = 1.0) -> None:
        super().__init__(message)
        self.after = after


class ProviderError(HayalError):
    """A provider of prompts, images or videos did not deliver."""

    text_id = "error-provider"


class NotSent(ProviderError):
    """The request certainly did not reach the provider: nothing was paid, trying again is safe."""

    text_id = "error-try-later"


class TryLater(NotSent):
    """The provider refused for now, before doing any work. `after` is the wait it asks for, in seconds."""

    def __init__(self, message: str, *, after: float | None = None) -> None:
        super().__init__(message)
        self.after = after


class Refused(ProviderError):
    """The provider will not make this content. The same prompt is never sent again."""

    text_id = "error-refused"


class NotAllowed(Refused):
    """A moderator does not allow what was asked for, however it is put."""


class Misused(ProviderError):
    """The provider rejects the request itself (unknown field, wrong size): a bug or a wrong setting."""


class NoAccess(ProviderError):
    """Bad key, no credit, or no permission. Nothing more is spent until an admin has acted."""

    text_id = "error-no-access"


class Gone(ProviderError):
    """The model or the endpoint does not exist any more."""

    text_id = "error-no-access"


class Failed(ProviderError):
    """The provider took the work and failed at it for good; a new submission is a new payment."""


class OutcomeUnknown(ProviderError):
    """The call may or may not have been executed and billed (time-out, reset, crash in between)."""

    text_id = "error-unknown-outcome"


class Timeout(ProviderError):
    """The provider is still not ready after every poll allowed. The work is not lost: it can be asked for again."""

    text_id = "error-timeout"
