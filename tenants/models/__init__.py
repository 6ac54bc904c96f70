"""Tenants, people and the history of what they did."""

from tenants.models.base import NumberSeries, TenantForeignKey, TenantManager, TenantOwned
from tenants.models.history import Fact, HistoryEntry
from tenants.models.people import ApiToken, Client, Contact, Invitation, Member, User
from tenants.models.tenant import Domain, Tenant
