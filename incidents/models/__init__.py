"""Incidents, what happened in them, who works on them, whom they hurt, and when people hear of them next."""

from incidents.models.affected import Affected, Impact
from incidents.models.clock import IncidentClock
from incidents.models.duty import Duty, Role
from incidents.models.event import IncidentEvent
from incidents.models.incident import Incident, IncidentNumber
from incidents.models.link import IncidentLink, LinkedAnswer
