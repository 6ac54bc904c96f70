"""What an agreement says about tickets: clauses, levels, request types, plans, metrics, targets, coverage.

A term is declared here once; see `declaration`. `clause` always cites the paragraph of the source document.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from agreements.document import keys
from agreements.document.declaration import Cited, Description, Name, Named, Remark, Sentence, Term, Text, term, terms
from agreements.document.directions import (
    OUTCOME,
    covered,
    gained,
    judged,
    less,
    less_said,
    lost,
    more,
    narrowing,
    neutral,
    ranked,
    reopened,
)
from agreements.document.keys import EMPTY, Catalogue, ClauseNumber, Key
from agreements.document.quantities import (
    Date,
    Money,
    Percent,
    Pledge,
    WarningPoint,
)

# A declaration reads as a paragraph; the formatter would give every word of it a line.
# fmt: off


@terms
class Version(Cited):
    """Which version this is, and how a later one replaces it."""

    label: Name = term("As printed on the document: Version 1, July 2024.")
    date: Date | None = term("The date printed on the document, where there is one.", default=None, better=neutral,
        title="Date printed on it")
    effective_from: Date = term("The first day on which requests fall under this version, in the document's time zone.",
        better=neutral, title="In force from")
    tickets_keep_version: bool = term("Whether tickets keep the version they were opened under.", default=True,
        title="Tickets keep their version", says={True: "Tickets stay under the version they were opened under.",
            False: "A new version holds for open tickets too."})
    changes: str = term("How the agreement changes. A plain sentence, shown to people.", default="",
        title="How the agreement changes", says={None: "A new version is published beside this one."})
    topic: keys.Topic | None = term("The topic that tells subscribers of a new version.", default=None, better=neutral,
        title="Topic of new versions", words="News of a new version: “{}”.")


@terms
class Liability(Cited):
    """How binding the promises are as a whole."""

    kind: Literal["commitment", "objective", "best endeavours"] = term(
        "Commitment: promised. Objective: aimed at, without liability. Best endeavours: tried within reason.",
        better=ranked("commitment", "best endeavours", "objective"), title="How binding",
        says={"commitment": "A commitment, not only an aim.",
            "objective": "An objective: it is reported, and nothing is owed when it is missed.",
            "best endeavours": "Best endeavours: tried within reason, without liability for a figure."})
    sentence: Sentence = term("The same in your own words.", default="")


@terms
class Clause:
    """One clause."""

    key: ClauseNumber
    title: Name = term("A heading.")
    text: Text = term("What it says, shortly.")
    where: Name = term("Where it stands in the source: section 5, footnote 2.", default="",
        title="Where it stands in the source")


@terms(ordered=True)
class Level(Cited):
    """One step of a scheme."""

    key: Key
    name: Name = term("How people read it: Urgent, P1, Severity 1.")
    label: Name = term("A word beside the name: Critical, Major, Urgent.", default="")
    rank: int = term("1 is the highest. Each level has its own rank.", most=20, better=neutral)
    definition: Text = term("When a ticket or incident has this level. Shown where a level is chosen.")
    intent: Literal["critical", "serious", "moderate", "minor", "neutral"] = term(
        "How alarming it is; decides icon and colour.", title="How alarming", better=neutral)
    examples: tuple[Remark, ...] = term("Example situations.", default=(), most=20, each="One example.", better=neutral)
    expectations: tuple[Remark, ...] = term("What the client can expect at this level.", default=(), most=20,
        each="One expectation.", title="What the client can expect")
    contacts_may_choose: bool = term("Whether a client's contact may choose it; otherwise only the team sets it.",
        default=True, title="Contacts may choose it", better=True,
        says={True: "{Contacts} may choose it.", False: "Only {team} sets it."})
    needs_permission: bool = term("Whether only contacts with the permission to raise the top level may choose it.",
        default=False, title="Needs the permission for the top level", better=False,
        says={True: "Choosing it needs the permission to raise the top level."})
    aliases: tuple[Name, ...] = term("Further words that name this level at the beginning of a mail's subject.",
        default=(), title="Words in a mail's subject", most=20, each="One word.", better=neutral,
        words="Also called {}.")


@terms(added="neutral")
class Scheme(Cited):
    """One scheme."""

    key: Key
    name: Name = term("What people call it: Priority.")
    kind: Literal["priority", "severity"] = term("What is ranked.")
    description: Description = term("How it is used.", default="")
    levels: Catalogue[Level] = term("Its levels from the highest down.", most=20)


@terms
class MailTerms(Cited):
    """What a ticket that arrives by mail gets."""

    default_level: keys.Level | None = term("The level of mail that names none.", default=None,
        title="Level of mail that names none", words="A ticket that arrives by mail gets {}.",
        says={None: "A ticket that arrives by mail gets the same."})
    subject_names_level: bool = term("Whether a subject such as “Urgent: sign-in down” sets the level it names.",
        default=False, title="The subject may name the level", better=True,
        says={True: "A subject that begins with the name of a level sets that one."})


@terms
class Reclassification(Cited):
    """Who may change the level later."""

    by_contacts: bool = term("Whether contacts may.", default=False, title="Contacts may change it", better=True,
        says={True: "{Contacts} may change it later.", False: "{Contacts} may not change it later."})
    by_team: bool = term("Whether the provider's team may.", default=True, title="The team may change it",
        says={True: "{Team} may correct it.", False: "{Team} does not correct it."})
    reason_required: bool = term("Whether a reason must be given.", default=True, title="A reason is required",
        better=True, says={True: "A reason is always given.", False: "A reason can be given."})
    shown_to_client: bool = term("Whether the client sees the change and the reason.", default=True,
        title="The client sees it", better=True,
        says={True: "The change and its reason are shown to {client}.", False: "The change stays with {team}."})


@terms
class TicketTerms(Cited):
    """How tickets are ranked, warned about, reopened and merged."""

    scheme: keys.Scheme = term("The scheme of tickets.")
    default_level: keys.Level = term("The level of a ticket for which none was chosen.", title="Level without a choice",
        line="Without a choice", words="A ticket gets {}.")
    mail: MailTerms = term(default=MailTerms(), title="Tickets by mail", line="By mail")
    reclassification: Reclassification = term(title="Who may change the level later", line="Later")
    warnings: tuple[WarningPoint, ...] = term("Warnings before a due time, earliest first.", least=0, most=5,
        better=neutral, title="Warnings before a due time", line="Warnings",
        words="On the way to a due time {team} is warned {}.", says={None: "There is no warning before a due time."})
    reopening: Literal["resume", "restart", "new cycle"] = term("What the resolution clock does when a solved ticket "
        "is reopened: resume with the time it had left, restart in full from the reopening, or start a new cycle "
        "beside the finished one.", better=reopened, title="A reopened request's resolution clock",
        line="When a solved ticket is reopened",
        says={"resume": "The resolution clock goes on with the time it had left.",
            "restart": "The resolution clock starts again in full.",
            "new cycle": "A new resolution clock starts beside the finished one, which stays as it was."})
    merging: Literal["own start", "earliest start"] = term("From when the clocks count once another ticket has been "
        "merged into this one: from its own start, or from the earlier of the two receipts.", default="own start",
        better=ranked("earliest start", "own start"), title="After merging, clocks count from",
        line="When tickets are merged",
        says={"own start": "A ticket that takes a duplicate in counts on from its own receipt.",
            "earliest start": "A ticket that takes a duplicate in counts from the earlier of the two receipts."})
    source_of_truth: str = term("Where the state of a request is to be read. A plain sentence, shown to people.",
        default="", title="Where the state of a request is to be read", line="Where it is written")


@terms(added="better")
class OutsideHours(Cited):
    """When such a request is worked on outside office hours."""

    calendar: keys.Calendar = term("The hours then used.")
    levels: tuple[keys.Level, ...] = term("At these levels.", words="At {}, in the hours “{calendar}”.", last="or")
    sentence: Sentence = term("What is said about it, in your own words.", default="")

    @property
    def reason(self) -> str:
        """What people are told."""
        return self.sentence or "Such a request may be worked on outside office hours."


@terms(added="better")
class RequestType(Cited):
    """One type of request."""

    key: Key
    name: Name = term("What people choose: Report a bug.")
    description: Description = term("When to choose it.")
    forced_level: keys.Level | None = term("The level every such ticket gets, whatever was chosen.", default=None,
        title="Always at level", words="Always {}.")
    levels: tuple[keys.Level, ...] = term("The levels such a ticket can have; all when left out.", default=(),
        better=narrowing, words="Only {}.", last="or")
    outside: str = term("Given when such requests stand outside the agreement and its allowance: why. A plain "
        "sentence, shown to people.", default="", title="Why it stands outside the agreement", better=less_said)
    counts_towards_allowance: bool = term("Whether it uses up the plan's monthly allowance.", default=True,
        title="Counts towards the allowance", better=False,
        says={False: "It uses none of the incidents that are included."})
    asks: tuple[Literal["scope", "reproducibility", "impact", "approval"], ...] = term(
        "What the form asks besides a description.", default=(), title="The form asks for", each="One question.",
        better=neutral, words="Asked for: {}.",
        says={"scope": "whether it lies in our software, on the client's side or with a third party",
            "reproducibility": "whether and how it can be repeated", "impact": "who is affected and how badly",
            "approval": "who approves it and when it may happen"})
    outside_hours: OutsideHours | None = term(default=None, title="Outside office hours")

    @property
    def is_outside(self) -> bool:
        """Whether requests of this type stand outside the agreement altogether (E8); `outside` is the sentence."""
        return bool(self.outside)


@terms(added="neutral")
class Component(Named):
    """One component."""

    measured: bool = term("Whether it is measured for availability.", default=True, title="Is measured", better=True)


@terms(added="neutral")
class Product(Named):
    """One product."""

    category: keys.Category = term("Its category.")
    description: Description = term("What it is.", default="")
    components: Catalogue[Component] = term("Its measurable parts: trunks, regions, endpoints.", default=EMPTY, most=50)


@terms(added="neutral")
class Category(Named, Cited):
    """One category."""

    description: Description = term("What belongs to it.", default="")
    available_while: Literal["all components", "any component"] = term("Whether a product of the category is available "
        "only while all its measured components are, or while any of them is.", default="all components",
        says={"all components": "Available while all of its measured components are.",
            "any component": "Available while any of its measured components is."})


@terms
class Price(Cited):
    """What it costs."""

    per: Literal["month", "quarter", "year"] = term("The period the amount is for.")
    amount: Money | None = term("The amount.", default=None, better=less)
    text: Name = term("Instead of an amount: Included.", default="", better=judged)
    billed: Literal["monthly", "quarterly", "yearly"] | None = term("How often it is billed.", default=None,
        better=neutral)


@terms(added="worse")
class Allowance(Cited):
    """Incidents included. What happens beyond is said under coverage."""

    incidents: int = term("How many.", least=0, most=100000, better=more, title="Incidents included a month")
    per: Literal["month"] = term("Per calendar month of the document's zone.", default="month")


@terms(added="better")
class Channel(Named, Cited):
    """One channel."""

    text: str = term("What it is for.")
    calendar: keys.Calendar | None = term("When it is staffed.", default=None, words="Hours: {}.")
    on_request: bool = term("Whether it is opened on request only.", default=False, title="On request only",
        better=False, says={True: "On request."})
    levels: tuple[keys.Level, ...] = term("Only for tickets of these levels.", default=(), better=narrowing,
        words="For {}.")


@terms(added="better", ordered=True)
class Plan(Named, Cited):
    """One plan."""

    description: Description = term("Who it is for.")
    price: Price | None = term(default=None)
    allowance: Allowance | None = term(default=None)
    channels: tuple[keys.Channel, ...] = term("Its channels.", better=gained)
    features: tuple[Remark, ...] = term("What else it includes.", default=(), most=40, each="One feature.",
        better=gained)

    @property
    def included(self) -> int | None:
        """How many incidents a month it includes (E3); None for no limit."""
        return self.allowance.incidents if self.allowance else None


MetricName = Annotated[Literal["first_response", "next_response", "resolution", "workaround", "update"],
    Term(help="The metrics a clock can have.")]


Ending = Literal["substantive reply", "any reply", "solution", "workaround", "update"]
#: What can end each metric: a response ends by being given, and nobody resolves anything by saying that they have it.
ENDS: dict[str, tuple[Ending, ...]] = {
    "first_response": ("substantive reply", "any reply"),
    "next_response": ("substantive reply", "any reply"),
    "resolution": ("solution", "workaround"),
    "workaround": ("workaround",),
    "update": ("update",),
}


@terms(ordered=True)
class Metric(Cited):
    """One metric."""

    key: MetricName
    name: Name = term("Its name: First response.")
    definition: Text = term("What the document means by it.")
    stopped_by: Ending = term("What ends it. Responses: a substantive reply (triage and a next step; an "
        "acknowledgement never is one), or any reply. Resolution, workaround and update end by what they are called; a "
        "resolution may also end by a workaround.", default="substantive reply", title="Ends with",
        better=ranked("substantive reply", "any reply"),
        says={"substantive reply": "A substantive answer stops the clock; an acknowledgement does not.",
            "any reply": "Any answer by a person stops the clock; an automatic acknowledgement does not.",
            "solution": "The solution stops the clock.", "workaround": "A workaround stops the clock.",
            "update": "An update stops the clock, and the next one counts from it. None is owed while {team} waits for "
                "{client}."})
    workaround_resolves: bool = term("Whether a workaround counts as the resolution. For the metric resolution only.",
        default=False, title="A workaround resolves", better=False,
        says={True: "A workaround counts as the resolution.",
            False: "A workaround is no resolution: the clock goes on until the solution."})
    pauses: tuple[Literal["waiting for client", "waiting for third party", "on hold"], ...] = term(
        "What stops its clock. Nothing when left out.", default=(), title="Pauses while", each="One state.",
        better=lost, words="The clock is paused while {}.", last="or",
        says={"waiting for client": "waiting for {client}", "waiting for third party": "waiting for a third party",
            "on hold": "on hold", None: "Nothing pauses the clock."})
    starts_with: Literal["receipt", "level set", "assignment", "first response"] = term("From when its clock counts, "
        "for what starts at the receipt elsewhere: the team's setting of the level, at the latest its first answer; "
        "the first assignment; the first response, when it is given or falls due.", default="receipt",
        title="Counts from",
        says={"receipt": "", "level set": "It counts from the moment {team} has set the level or answered.",
            "assignment": "It counts from the moment somebody of {team} has the request.",
            "first response": "It counts from the first response, when that is given or falls due."})
    otherwise: Literal["best effort", "none"] = term("What holds where no target is given.", default="none",
        title="Without a target", better=ranked("best effort", "none"),
        says={"best effort": "Where no target is given it is measured only: best effort.",
            "none": "Where no target is given nothing is promised."})

    @property
    def ended_by(self) -> Ending:
        """What ends its clock. Where the file does not say, it is what the metric is called after."""
        ends = ENDS[self.key]
        return self.stopped_by if self.stopped_by in ends else ends[0]

    @property
    def ends_by_workaround(self) -> bool:
        return self.workaround_resolves or self.ended_by == "workaround"

    @property
    def ends_by_any_reply(self) -> bool:
        return self.ended_by == "any reply"


@terms
class PromiseTerms(Cited):
    """A promise with its own calendar, clause or remark."""

    shorthand: ClassVar[str] = "promise"

    promise: Pledge = term("What is promised.")
    calendar: keys.Calendar | None = term("The hours it is counted in.", default=None)
    note: Remark = term("A remark.", default="")


Cells = Annotated[tuple[PromiseTerms, ...], Term(alone=True,
    help="One cell for all plans of the table, or a list with one cell per plan.",
    each="One cell: a promise, or a promise with what differs from its table.")]
Row = Annotated[dict[keys.Metric, Cells], Term(help="The metrics of one level.", most=10)]


@terms
class TargetTable(Cited):
    """One table: a row per level and metric, and a column per plan."""

    plans: tuple[keys.Plan, ...] = term("The columns, from left to right; left out when the table holds for every "
        "plan.", default=())
    request_types: tuple[keys.RequestType, ...] = term("Only for these request types; all when left out.", default=())
    products: tuple[keys.Product, ...] = term("Only for these products; all when left out (different terms per "
        "product).", default=())
    calendar: keys.Calendar | None = term("The hours this table counts in.", default=None)
    rows: dict[keys.Level, Row] = term("By level, then by metric.", title="Promises", most=20)


@terms
class TargetRule(Cited):
    """One target, narrowed by what it names."""

    metric: keys.Metric = term("What is promised.")
    promise: Pledge = term("How much.")
    plans: tuple[keys.Plan, ...] = term("Only for these plans; all when left out.", default=())
    request_types: tuple[keys.RequestType, ...] = term("Only for these request types; all when left out.", default=())
    products: tuple[keys.Product, ...] = term("Only for these products; all when left out (different terms per "
        "product).", default=())
    levels: tuple[keys.Level, ...] = term("Only for these levels; all when left out.", default=())
    calendar: keys.Calendar | None = term("The hours it is counted in.", default=None)
    note: Remark = term("A remark.", default="")


@terms(added="better", about=("metric", "plans", "levels"))
class Attainment(Cited):
    """One promised share."""

    metric: keys.Metric = term("Of which metric.")
    share: Percent = term("The share of tickets within target.", better=more,
        words="{} of {metric} in time, per {per}.")
    per: Literal["month", "quarter", "year"] = term("Over which period.")
    sentence: Sentence = term("The promise in your own words.", default="")
    plans: tuple[keys.Plan, ...] = term("Only for these plans; all when left out.", default=(), words="On {}.")
    levels: tuple[keys.Level, ...] = term("Only for these levels.", default=(), words="For {}.")


@terms
class TargetTerms(Cited):
    """What is promised. The most specific target wins: the one that names most of product, request type, plan and
    level."""

    calendar: keys.Calendar = term("The hours that business hours and business days are counted in.")
    tables: tuple[TargetTable, ...] = term("Targets as the source prints them.", default=(), most=40)
    rules: tuple[TargetRule, ...] = term("Single targets.", default=(), title="Single targets", most=200)
    attainment: tuple[Attainment, ...] = term("Promised shares: “95 % of P3 within target per month”.", default=(),
        title="Promised shares", most=40)


OUTCOMES = {"covered": "It is covered as promised.", "best effort": "Best effort: measured, without a due time.",
    "not covered": "No service level applies."}


@terms(added=covered)
class CoverageRule(Cited):
    """What covers a ticket in this situation."""

    outcome: Literal["covered", "best effort", "not covered"] = term("Covered: as promised. Best effort: measured "
        "without due times. Not covered: no service level applies.", better=OUTCOME, title="What such a request gets",
        says=OUTCOMES)
    sentence: Sentence = term("Why, in your own words. {used} and {allowance} stand for the numbers of the month.",
        default="")

    @property
    def reason(self) -> str:
        """What people are told."""
        return self.sentence or OUTCOMES[self.outcome]


@terms
class TrialRule(CoverageRule):
    """A prospect on a trial account."""

    outcome: Literal["covered", "best effort"] = term("What the request types below get.", better=OUTCOME,
        title="What such a request gets", says=OUTCOMES)
    sentence: Sentence = term("What a prospect gets, in your own words.", default="")
    request_types: tuple[keys.RequestType, ...] = term("What a prospect may ask for.", better=gained, words="For: {}.")
    other_sentence: str = term("What a prospect does not get. A plain sentence, shown to people.",
        title="Wording for everything else", words="For anything else: {}")


@terms
class CoverageTerms:
    """Who and what the agreement covers. A situation that is left out takes nothing away."""

    without_subscription: CoverageRule = term("A client without a valid subscription.", title="Without a subscription",
        line="Without a subscription")
    unpaid: CoverageRule | None = term("A client with overdue invoices.", default=None, title="Overdue invoices",
        line="With an overdue invoice")
    trial: TrialRule | None = term(default=None, title="Trial accounts", line="On a trial account")
    unauthorised: CoverageRule | None = term("A contact without permission to request support.", default=None,
        title="Contacts without permission", line="Asked by somebody who may not")
    beyond_allowance: CoverageRule | None = term("A request after the monthly allowance is used up.", default=None,
        title="Beyond the allowance", line="Beyond what the plan includes")


@terms(added="better")
class Extension(Named, Cited):
    """One extension."""

    text: str = term("What is agreed.")
    replaces: keys.Calendar = term("The calendar it takes the place of.", title="Takes the place of")
    by: keys.Calendar = term("The calendar used instead.", title="Hours used instead",
        words="{} in the place of {replaces}.")
    plans: tuple[keys.Plan, ...] = term("Only for these plans; all when left out.", default=(), better=narrowing,
        words="On {}.")
