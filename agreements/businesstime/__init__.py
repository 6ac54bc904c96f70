"""Business time: how long a place was open between two instants, and when so much open time has passed."""

from agreements.businesstime.calendar import BusinessCalendar
from agreements.businesstime.gaps import Gap, Reason, Stretch
