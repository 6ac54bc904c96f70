"""Incidents: what happened, who works on them, whom they hurt, when people hear of them next. Maintenance."""

from incidents.models.affected import Affected, Impact
from incidents.models.clock import IncidentClock
from incidents.models.duty import Duty, Role
from incidents.models.escalation import EscalationPolicy, Page
from incidents.models.event import IncidentEvent
from incidents.models.incident import Incident, IncidentNumber
from incidents.models.link import IncidentLink, LinkedAnswer
from incidents.models.maintenance import (
    Maintenance,
    MaintenanceEvent,
    MaintenanceNotice,
    MaintenanceNumber,
    MaintenancePart,
    MaintenanceSeries,
)
from incidents.models.oncall import OnCallLayer, OnCallOverride, OnCallPlace, OnCallSchedule
from incidents.models.postmortem import Postmortem, PostmortemAction
from incidents.models.update_template import UpdateTemplate
