"""The choice of what an incident hurts: an impact for each product and component there is. Works without a script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from agreements.document import AgreementDocument
from agreements.models import Product
from incidents.models import Affected, Impact

#: What a product or component reads that is not hurt.
NOT_HURT = ("", "Not affected")
Chosen = Mapping[tuple[int, str], str]


@dataclass(frozen=True, slots=True)
class Part:
    """A product, or with a key one of its components."""

    product: Product
    component: str
    name: str

    @property
    def key(self) -> tuple[int, str]:
        return self.product.pk, self.component


def parts_of(document: AgreementDocument, *, hurt: Sequence[Affected] = ()) -> list[Part]:
    """Every product that is supported, each with its components; a retired one only where it is `hurt`."""
    known = {each.product_id for each in hurt}
    parts = []
    for product in Product.objects.order_by("name"):
        if product.retired_at is None or product.pk in known:
            listed = document.products.get(product.key)
            parts.append(Part(product, "", product.name))
            parts += [Part(product, each.key, each.name) for each in (listed.components if listed else ())]
    return parts


def chosen_of(hurt: Sequence[Affected]) -> dict[tuple[int, str], str]:
    return {(each.product_id, each.component): each.impact for each in hurt}


class HurtsWidget(forms.Widget):
    def value_from_datadict(self, data: Any, files: Any, name: str) -> Chosen:
        found = {}
        for key in data:
            at, _, place = key.partition(":")
            pk, _, component = place.partition(":")
            if at == name and pk.isdecimal() and len(pk) < 19 and data[key]:
                found[int(pk), component] = data[key]
        return found

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        return False


class HurtsField(forms.Field):
    """Gives what is affected, of the parts on offer."""

    widget = HurtsWidget
    choices: Sequence[Part] = ()

    def clean(self, value: Chosen) -> list[Affected]:
        offered = {part.key: part for part in self.choices}
        if unknown := [key for key in value if key not in offered]:
            raise ValidationError(f"There is no product or component {unknown[0][1] or unknown[0][0]} here any more.")
        if any(impact not in Impact.values for impact in value.values()):
            raise ValidationError("Choose from the list how bad it is.")
        return [
            Affected(product=part.product, component=part.component, impact=Impact(value[key]))
            for key, part in offered.items()
            if key in value
        ]


def rows_of(form: forms.Form, *, again: bool) -> list[dict[str, Any]]:
    """What `incidents/desk/_hurts.html` draws: each part with its impact; `again`: that it works again is one."""
    bound, field = form["hurts"], form.fields["hurts"]
    assert isinstance(field, HurtsField)
    value: Chosen = bound.value() or {}
    impacts = [NOT_HURT, *((each.value, each.label) for each in Impact if again or each != Impact.OPERATIONAL)]
    return [
        {
            "name": f"hurts:{part.product.pk}:{part.component}",
            "label": part.name,
            "of": part.product.name if part.component else "",
            "value": value.get(part.key, ""),
            "choices": impacts,
        }
        for part in field.choices
    ]
