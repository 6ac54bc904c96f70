"""Everything a person or program can do to a ticket: one function per verb, one transaction each."""

from tickets.actions.classification import reclassify, set_scope
from tickets.actions.contest import answer_contest, contest_pause
from tickets.actions.conversation import answer, log_call, owe_word, pass_on, write_as_client
from tickets.actions.merger import merge
from tickets.actions.new_ticket import file_ticket
from tickets.actions.status import assign, reopen, set_status
from tickets.actions.workaround import give_workaround, withdraw_workaround
