"""What can be promised, as data: what starts a clock, what ends it. A new promise is a row."""

from __future__ import annotations

from dataclasses import dataclass, field

#: From when a metric that starts at the receipt may count instead, where the agreement says so.
RECEIPT, LEVEL_SET, ASSIGNMENT, FIRST_RESPONSE = "receipt", "level set", "assignment", "first response"
STARTS = (RECEIPT, LEVEL_SET, ASSIGNMENT, FIRST_RESPONSE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """One kind of promise. Its rules name kinds of event; a filing by the client is a "client_reply" too.

    `ends_by` is what keeps the promise, beside what the terms add and what ends every clock. What starts at the receipt
    is one clock for the whole life; anything else begins another cycle whenever it starts. `after` names a metric that
    has to have been kept before this one starts. `pauses_for` are reasons to wait that stop it whatever the terms say.
    """

    key: str
    label: str
    plural: str
    #: What the clock that was ended by its own kind of event says: `Answered in 42 m`.
    done: str
    #: How a reader is told that it was missed: `First response has not been given`.
    undone: str
    starts_by: frozenset[str]
    ends_by: frozenset[str] = frozenset()
    #: Whether a reopening sets it going as the terms say, instead of owing again what was owed.
    reopens: bool = False
    after: str = ""
    pauses_for: frozenset[str] = frozenset()

    starts_at_receipt: bool = field(init=False)
    #: Whether what ends it starts the next at once.
    restarts: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "starts_at_receipt", "created" in self.starts_by)
        object.__setattr__(self, "restarts", bool(self.starts_by & self.ends_by))

    @property
    def is_answer(self) -> bool:
        """Whether it is kept by answering somebody; an update is owed unasked."""
        return "agent_reply" in self.ends_by and not self.restarts

    @property
    def is_a_word(self) -> bool:
        """Whether it is kept by what is said to the client, not by what is done for them."""
        return bool(self.ends_by & {"agent_reply", "acknowledgement"})


_ROWS = (
    Metric(
        key="first_response",
        label="First response",
        plural="first responses",
        done="Answered",
        undone="has not been given",
        starts_by=frozenset({"created"}),
        ends_by=frozenset({"agent_reply"}),
    ),
    Metric(
        key="next_response",
        label="Next response",
        plural="next responses",
        done="Answered",
        undone="has not been given",
        starts_by=frozenset({"client_reply"}),
        ends_by=frozenset({"agent_reply"}),
    ),
    Metric(
        key="update",
        label="Update",
        plural="updates",
        done="Updated",
        undone="is overdue",
        starts_by=frozenset({"agent_reply", "acknowledgement", "reopened"}),
        ends_by=frozenset({"agent_reply", "acknowledgement"}),
        after="first_response",
        # While the provider holds the case: whoever waits for the client owes no news.
        pauses_for=frozenset({"client"}),
    ),
    Metric(
        key="workaround",
        label="Workaround",
        plural="workarounds",
        done="Workaround",
        undone="has not been given",
        starts_by=frozenset({"created"}),
        ends_by=frozenset({"workaround"}),
        reopens=True,
    ),
    Metric(
        key="resolution",
        label="Resolution",
        plural="resolutions",
        done="Solved",
        undone="has not been given",
        starts_by=frozenset({"created"}),
        reopens=True,
    ),
)
#: In the order in which they happen, which is the order in which they are shown.
METRICS = {row.key: row for row in _ROWS}
#: What begins another cycle, by the kind of event that does.
STARTED_BY = {
    kind: [row for row in _ROWS if kind in row.starts_by and not row.starts_at_receipt]
    for kind in sorted({kind for row in _ROWS for kind in row.starts_by})
}
