"""HTTP for providers: one service, its key and its limits; what goes wrong, as errors of `hayal.errors`."""

from hayal.http.answer import Answer
from hayal.http.api import Api, Cost
from hayal.http.meaning import Meaning, meaning_of

__all__ = ["Answer", "Api", "Cost", "Meaning", "meaning_of"]
