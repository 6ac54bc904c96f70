"""Everything that people and programs do about incidents: one function per verb, one transaction each."""

from incidents.actions.affected import set_affected
from incidents.actions.call import log_incident_call
from incidents.actions.course import hand_over, publish_incident, record_step, relevel, rename_incident
from incidents.actions.declaration import declare_incident
from incidents.actions.escalation import check_policy, remove_policy, save_policy
from incidents.actions.follow import follow_incident
from incidents.actions.links import link_tickets, unlink_ticket
from incidents.actions.outcome import merge_incidents, reopen_incident, resolve_incident
from incidents.actions.paging import acknowledge, page_of_link
from incidents.actions.postmortem import (
    add_postmortem_action,
    finish_postmortem_action,
    publish_postmortem,
    resume_postmortem_action,
    write_postmortem,
)
from incidents.actions.update import add_note, post_update
from incidents.actions.update_template import remove_update_template, save_update_template, take_ready_templates
