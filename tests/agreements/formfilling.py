"""A page's form as a browser would send it: every field with what stands in it, in the order of the page."""

from __future__ import annotations

from html.parser import HTMLParser

Fields = list[tuple[str, str]]


class _Form(HTMLParser):
    def __init__(self, ident: str) -> None:
        super().__init__()
        self.ident, self.inside = ident, False
        self.fields: Fields = []
        self.textarea: list[str] | None = None
        self.select: tuple[str, bool] | None = None
        self.options: list[tuple[str, bool]] = []

    def handle_starttag(self, tag, attrs):
        given = dict(attrs)
        if tag == "form":
            self.inside = given.get("id") == self.ident
        if not self.inside:
            return
        name = given.get("name") or ""
        if tag == "input" and name:
            kind = given.get("type", "text")
            if kind not in ("checkbox", "radio") or "checked" in given:
                self.fields.append((name, given.get("value") or ("on" if kind == "checkbox" else "")))
        elif tag == "textarea":
            self.textarea = [name]
        elif tag == "select":
            self.options, self.select = [], (name, "multiple" in given)
        elif tag == "option" and self.select:
            self.options.append((given.get("value") or "", "selected" in given))

    def handle_data(self, data):
        if self.textarea is not None:
            self.textarea.append(data)

    def handle_endtag(self, tag):
        if tag == "form":
            self.inside = False
        elif tag == "textarea" and self.textarea is not None:
            name, *parts = self.textarea
            # A browser takes the first line end away, and sends the others as CR LF.
            self.fields.append((name, "".join(parts).removeprefix("\n").replace("\n", "\r\n")))
            self.textarea = None
        elif tag == "select" and self.select:
            chosen = [value for value, selected in self.options if selected] or [value for value, _ in self.options[:1]]
            self.fields += [(self.select[0], value) for value in chosen]
            self.select = None


def fields_of(page: str, ident: str = "edit-form") -> Fields:
    reader = _Form(ident)
    reader.feed(page)
    assert reader.fields, f"There is no form {ident} on this page."
    return reader.fields


def with_value(fields: Fields, name: str, *values: str) -> Fields:
    """The fields with other values for one of them, where it stood; a new one comes last."""
    at = next((position for position, field in enumerate(fields) if field[0] == name), len(fields))
    rest = [field for field in fields if field[0] != name]
    return [*rest[:at], *((name, value) for value in values), *rest[at:]]


def without(fields: Fields, name: str) -> Fields:
    return [field for field in fields if field[0] != name]


def posted(fields: Fields, do: str = "save") -> dict[str, list[str]]:
    """What a test client sends: a name's values together, names in their order."""
    sent: dict[str, list[str]] = {}
    for name, value in fields:
        sent.setdefault(name, []).append(value)
    return sent | {"do": [do]}
