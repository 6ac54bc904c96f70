"""Reading what programs send."""

from __future__ import annotations

import json
from typing import Any

from rest_framework.exceptions import ParseError
from rest_framework.parsers import JSONParser


class ReadableJSONParser(JSONParser):
    """JSON whose text can be written down again, and that is not nested deeper than Python can follow."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        try:
            data = super().parse(stream, media_type, parser_context)
            # An error repeats what was sent; half a character would make the answer one that cannot be sent.
            json.dumps(data, ensure_ascii=False).encode()
        except RecursionError:
            raise ParseError("This is nested too deeply.") from None
        except UnicodeEncodeError:
            raise ParseError("This text holds half a character (a lone surrogate).") from None
        return data
