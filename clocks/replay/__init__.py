"""The pure replay: clocks as a function of events, terms and an instant. Other programs rely on these names."""

from clocks.replay.events import KINDS, Event, Terms
from clocks.replay.metrics import METRICS
from clocks.replay.state import ClockState, Run, warn_at
from clocks.replay.walk import replay, replay_cycles
