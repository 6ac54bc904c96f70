"""The five workspaces, in the order in which they are loaded and listed."""

from slatrack.demo.world import World
from slatrack.demo.worlds.engage import ENGAGE
from slatrack.demo.worlds.identity import IDENTITY
from slatrack.demo.worlds.managedops import MANAGEDOPS
from slatrack.demo.worlds.officeware import OFFICEWARE
from slatrack.demo.worlds.seatplan import SEATPLAN

WORLDS: tuple[World, ...] = (SEATPLAN, ENGAGE, MANAGEDOPS, IDENTITY, OFFICEWARE)

__all__ = ["WORLDS"]
