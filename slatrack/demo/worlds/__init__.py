"""The five workspaces. Those that never close come last: what falls due there in minutes still does after loading."""

from slatrack.demo.world import World
from slatrack.demo.worlds.engage import ENGAGE
from slatrack.demo.worlds.identity import IDENTITY
from slatrack.demo.worlds.managedops import MANAGEDOPS
from slatrack.demo.worlds.officeware import OFFICEWARE
from slatrack.demo.worlds.seatplan import SEATPLAN

WORLDS: tuple[World, ...] = (SEATPLAN, ENGAGE, OFFICEWARE, MANAGEDOPS, IDENTITY)
