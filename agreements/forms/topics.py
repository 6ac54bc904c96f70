"""What people can choose to hear of: the agreement's topics, each of everything or of single services (A10, B13)."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from django import forms

from agreements.document import AgreementDocument
from agreements.governing import governing_at
from agreements.models import Product
from notifications.models import Subscriber
from notifications.topics import AGREEMENT_VERSIONS, ONE_INCIDENT, TOPICS, Choice, Topic
from shell.forms import ActionForm
from tenants.models import Contact


@dataclass(frozen=True, slots=True)
class Offer:
    """A topic in the agreement's words. `options` are the values of the form and their labels."""

    name: str
    text: str
    clause: str
    options: tuple[tuple[str, str], ...]


class TopicsForm(ActionForm):
    """Ticks beside `offers`; the action is given `choices` as it keeps them."""

    choices = forms.MultipleChoiceField(required=False)

    def __init__(self, *args: Any, offers: Iterable[Offer], held: Collection[Choice] = (), **kwargs: Any) -> None:
        self.offers = list(offers)
        options = [option for offer in self.offers for option in offer.options]
        initial = {"choices": [_value(*choice) for choice in held]}
        super().__init__(*args, initial=initial, choices={"choices": options}, **kwargs)

    @classmethod
    def of_contact(cls, contact: Contact, data: Any, *, now: datetime) -> TopicsForm:
        """What a contact hears of, among what the agreement that governs its client offers."""
        governing = governing_at(contact.client, at=now)
        held = Subscriber.objects.choices_of(contact.email)
        offers = offers_of([governing.document] if governing else [], held=held)
        return cls(data, offers=offers, held=held)

    def clean_choices(self) -> list[Choice]:
        """Single services that are ticked are meant, also where everything is ticked still."""
        chosen = [_choice(value) for value in self.cleaned_data["choices"]]
        narrowed = {topic for topic, about in chosen if about and not about.startswith(ONE_INCIDENT)}
        return [(topic, about) for topic, about in chosen if about or topic not in narrowed]


def offers_of(
    documents: Iterable[AgreementDocument],
    *,
    held: Collection[Choice] = (),
    written: Collection[str] = (),
    to_client: bool = True,
) -> list[Offer]:
    """What agreements offer by mail, and the topics that are `written` about whatever agreements say; `to_client` also
    news of the agreement itself. Last, what is `held` beside it."""
    products = {product.key: product.name for product in Product.objects.filter(retired_at=None)}
    documents = list(documents)
    offers = []
    for topic in TOPICS.values():
        named = next((its for document in documents if (its := document.topic_about(topic.about))), None)
        if topic == AGREEMENT_VERSIONS:
            # Whoever is promised something may hear that it changes, whether or not it says so itself.
            if to_client:
                offers.append(_offer(topic, named, {}))
        elif topic.key in written or (named is not None and "mail" in named.by):
            offers.append(_offer(topic, named, products if named and named.each == "service" else {}))
    offered = {value for offer in offers for value, _ in offer.options}
    for key, about in held:
        option = (_value(key, about), about or "Everything")
        if option[0] in offered:
            continue
        beside = next((place for place, offer in enumerate(offers) if offer.options[0][0] == _value(key)), None)
        if beside is None:
            offers.append(Offer(TOPICS[key].name, TOPICS[key].text, "", (option,)))
        else:
            offers[beside] = replace(offers[beside], options=(*offers[beside].options, option))
    return offers


def _offer(topic: Topic, named: Any, services: Mapping[str, str]) -> Offer:
    words = named or topic
    single = [(_value(topic.key, key), name) for key, name in services.items()]
    options = [(_value(topic.key), "All services" if single else words.name), *single]
    return Offer(words.name, words.text, named.clause or "" if named else "", tuple(options))


def _value(topic: str, about: str = "") -> str:
    return f"{topic}:{about}"


def _choice(value: str) -> Choice:
    topic, _, about = value.partition(":")
    return topic, about
