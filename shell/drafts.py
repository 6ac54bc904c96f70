"""What is typed and not sent yet lives in the browser (`static/js/draft.js`); the server says which of it arrived."""

from __future__ import annotations

import re
from typing import Any

from django.http import HttpResponse

COOKIE = "arrived"
#: The code of a refusal: this form came before, with something else in it.
SENT_ALREADY = "sent_already"
#: A page that is never shown must not keep the next one from saying so too; a header has to stay short.
REMEMBERED = 5


def arrived(request: Any, response: HttpResponse) -> HttpResponse:
    """`response`, with word to the browser that what `request` brought is kept here now, and is no draft any more.

    Only for what was done: after any other answer the draft is still all that there is of a text. A cookie comes with a
    redirect and with a part of a page alike.
    """
    draft = request.POST.get("draft", "")
    if re.fullmatch(r"[a-z0-9]{1,40}", draft):
        before = re.findall(r"[a-z0-9]{1,40}", request.COOKIES.get(COOKIE, ""))
        response.set_cookie(
            COOKIE, ".".join([*before, draft][-REMEMBERED:]), max_age=3600, secure=request.is_secure(), samesite="Lax"
        )
    return response
