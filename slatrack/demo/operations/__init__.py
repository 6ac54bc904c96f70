"""Incidents, maintenance, news and rotas of each demo workspace."""

from slatrack.demo.operation import Operations
from slatrack.demo.operations.engage import ENGAGE
from slatrack.demo.operations.identity import IDENTITY
from slatrack.demo.operations.managedops import MANAGEDOPS
from slatrack.demo.operations.officeware import OFFICEWARE
from slatrack.demo.operations.seatplan import SEATPLAN

OPERATIONS: dict[str, Operations] = {
    "engage": ENGAGE,
    "identity": IDENTITY,
    "managedops": MANAGEDOPS,
    "officeware": OFFICEWARE,
    "seatplan": SEATPLAN,
}
