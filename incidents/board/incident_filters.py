"""What narrows a list of incidents: the same rules for the desk's page and for the API."""

from __future__ import annotations

import django_filters as filters

from agreements.models import Product
from incidents.models import Incident
from incidents.models.incident import IncidentQuerySet


class IncidentFilter(filters.FilterSet):
    """Names and rules of what a list can be asked for."""

    open = filters.BooleanFilter(field_name="resolved_at", lookup_expr="isnull", help_text="Or resolved.")
    level = filters.CharFilter(max_length=60)
    product = filters.CharFilter(max_length=60, method="only_product", help_text="A product's key.")

    class Meta:
        model = Incident
        fields: list[str] = []

    def only_product(self, incidents: IncidentQuerySet, name: str, value: str) -> IncidentQuerySet:
        product = Product.objects.filter(key=value).first()
        return incidents.affecting(product.pk) if product else incidents.none()
