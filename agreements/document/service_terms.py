"""What an agreement says about the service itself: incidents, maintenance, availability, credits, people, the rest."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from agreements.document import keys
from agreements.document.declaration import Cited, Name, Named, Remark, Sentence, Term, Text, term, terms
from agreements.document.directions import gained, judged, less, more, narrowing, neutral, offered, pledge, ranked
from agreements.document.keys import EMPTY, Catalogue, ClauseId, Format, Key
from agreements.document.period import Period
from agreements.document.quantities import Compensation, Duration, Percent, Pledge, WarningPoint, Zone

# A declaration reads as a paragraph; the formatter would give every word of it a line.
# fmt: off

Step = Annotated[Literal["triage", "coordination", "engineer", "stabilised", "root_cause"], Term(help="One step.")]
StepName = Annotated[Step, Term(help="The steps an incident can record.")]


@terms
class IncidentLevelTerms(Cited):
    """At one level."""

    escalation: Literal["at once", "business hours", "planned"] = term(
        "When it is escalated: at once at any hour, within business hours, or planned with other work.",
        better=ranked("at once", "business hours", "planned"), says={"at once": "At once, at any hour",
            "business hours": "Within business hours", "planned": "Planned with other work"})
    calendar: keys.Calendar = term("The hours in which it is escalated and worked on.")
    update_every: Pledge = term("How often people hear from us while it is open; “none” for no fixed cadence.",
        better=pledge, title="Updates every", cites="update_clause", words="Every {}",
        says={"best_effort": "Best effort", "none": "No fixed cadence"})
    steps: tuple[Step, ...] = term("The steps that are recorded with their time.", default=(), better=gained,
        words="Steps: {}.")
    update_clause: ClauseId | None = term("The clause about updates.", default=None, title="Clause about updates",
        better=neutral)


@terms(added="better")
class IncidentStep(Cited):
    """One step."""

    key: StepName
    name: Name = term("Its name.")
    text: str = term("When it is reached.")


@terms(added="better")
class IncidentLine(Cited):
    """A direct line for the worst incidents."""

    name: Name = term("Its name.")
    text: str = term("What it is for.")
    levels: tuple[keys.IncidentLevel, ...] = term("For these levels.", better=gained, words="For {}.")


@terms(added="better")
class IncidentTerms(Cited):
    """How incidents are ranked, published, escalated and reported on."""

    scheme: keys.Scheme = term("The scheme of incidents.")
    definition: Text = term("What counts as an incident.")
    publish_from: keys.IncidentLevel | None = term("Incidents of this level or higher are on the status page by "
        "themselves.", default=None, title="On the status page from", cites="publish_clause", line="Status page",
        words="Incidents of {} or higher are on the status page by themselves.",
        says={None: "An incident is on the status page when {team} puts it there."})
    publish_clause: ClauseId | None = term("The clause about publishing.", default=None,
        title="Clause about publishing", better=neutral)
    reminders: tuple[WarningPoint, ...] = term("Reminders before an update is due.", default=(), least=0, most=5,
        better=neutral, title="Reminders before an update", line="Reminders",
        words="On the way to an update {team} is reminded {}.")
    levels: dict[keys.IncidentLevel, IncidentLevelTerms] = term("What happens at each level.")
    steps: Catalogue[IncidentStep] = term("What each recorded step means.", default=EMPTY)
    line: IncidentLine | None = term(default=None, title="Incident line")


@terms(added="better")
class Notice(Cited):
    """How early people are told."""

    at_least: Duration = term("The notice given at least.", better=more, title="Notice of at least",
        words="At least {} ahead.")
    sentence: Sentence = term("What is promised, in your own words.", default="")
    unless_urgent: bool = term("Whether urgent work may come with less notice.", default=False,
        title="Less when urgent", better=False, says={True: "Urgent work may come with less notice."})


@terms
class ServiceWindow(Cited):
    """The agreed period for planned maintenance."""

    calendar: keys.Calendar = term("Its hours.", words="Hours: {}.")
    sentence: Sentence = term("What is agreed, in your own words.", default="")
    agreed_per_client: bool = term("Whether a client can agree another one.", default=False,
        title="Another one can be agreed", better=True, says={True: "A client can agree another window."})


@terms(added="better")
class MaintenanceAllowance(Cited):
    """How much planned maintenance a period may hold."""

    duration: Duration = term("How long in all.", better=less, words="At most {} of planned maintenance {per}.")
    per: Period = term("In which period.")


@terms
class MaintenanceTerms(Cited):
    """Planned and emergency maintenance."""

    notice: Notice | None = term("Notice of planned maintenance.", default=None, title="Notice of planned maintenance",
        line="Planned maintenance")
    emergency_notice: Notice | None = term("Notice of emergency maintenance.", default=None,
        title="Notice of emergency maintenance", line="Emergency maintenance")
    window: ServiceWindow | None = term(default=None, title="Service window", line="Service window")
    risky_outside: keys.Calendar | None = term("Risky work is kept outside these hours.", default=None,
        title="Risky work only outside", line="Risky work", words="Kept outside these hours: {}.")
    allowance: MaintenanceAllowance | None = term(default=None, line="How much")
    announced_by: tuple[Literal["status page", "mail", "ticket"], ...] = term("Where it is announced.", default=(),
        each="One place.", better=gained, line="Announced", words="{}.",
        says={"status page": "on the status page", "mail": "by mail", "ticket": "in a ticket"})
    overrun_counts: bool = term("Whether time beyond the announced end counts as downtime.", default=True,
        title="Overruns count", better=True, line="Overrun",
        says={True: "Time beyond the announced end counts as downtime.",
            False: "Time beyond the announced end does not count as downtime."})


@terms(added="better", about=("categories", "plans"))
class Commitment(Cited):
    """One percentage."""

    percent: Percent = term("The promised availability.", better=more, title="Promised availability")
    categories: tuple[keys.Category, ...] = term("Only for these categories.", default=())
    plans: tuple[keys.Plan, ...] = term("Only for these plans; all when left out.", default=())


@terms(added="worse")
class CountsFrom(Cited):
    """Downtime counts only from here on."""

    length: Duration | None = term("Shorter downtime is left out.", default=None, better=less,
        words="Only from {} of downtime on; what is shorter is left out.")
    error_rate: Percent | None = term("Milder error rates are left out.", default=None, better=less,
        words="Only from an error rate of {} on; what is milder is left out.")


@terms(added="worse")
class Exclusion(Named, Cited):
    """One kind of excluded time."""

    text: str = term("What belongs to it.")
    found_by: Literal["hand", "maintenance", "emergency maintenance", "beta product", "approved change"] = term(
        "What proposes it: a person, or a recorded maintenance window, emergency maintenance, beta product or approved "
        "change.", default="hand", title="Proposed by", better=neutral, says={"hand": "",
            "maintenance": "Found from recorded maintenance.",
            "emergency maintenance": "Found from recorded emergency maintenance.",
            "beta product": "Found from products that are marked beta or early access for a client.",
            "approved change": "Found from recorded changes that were approved."})
    needs: tuple[Literal["reason", "evidence", "approval"], ...] = term("What must be recorded with it.",
        default=("reason",), title="Must be recorded", each="One thing.", better=gained, words="Recorded with {}.",
        says={"reason": "its reason", "evidence": "evidence", "approval": "who approved it"})
    overrun_counts: bool = term("Whether time beyond the announced end counts as downtime.", default=True,
        title="Overruns count", better=True, says={True: "Time beyond the announced end counts as downtime.",
            False: "Time beyond the announced end is left out as well."})


@terms(added="better", about=("name",))
class Expectation(Cited):
    """One figure."""

    name: Name = term("What.")
    value: Name = term("How much: under 300 ms.", better=judged)
    text: str = term("How it is meant.", default="")


@terms(added="better")
class AvailabilityTerms(Cited):
    """What is promised about being up, and how it is measured."""

    liability: Literal["commitment", "objective"] = term("Commitment: promised. Objective: reported, without liability "
        "and credits.", better=ranked("commitment", "objective"), says={"commitment": "A commitment, not only an aim.",
            "objective": "An objective: it is reported, and nothing is owed when it is missed."})
    period: Period = term("What it is measured over.", title="Measured over")
    formula: str = term("How it is calculated. Excluded time leaves both sides of the division. A plain sentence, "
        "shown to people.", title="How it is calculated", line="Calculated", cites="measured_clause")
    commitments: tuple[Commitment, ...] = term("The promised percentages.", title="Promised availability")
    measured_by: tuple[Remark, ...] = term("Where it is measured.", default=(), most=20,
        each="One source of measurements.", better=neutral, cites="measured_clause", line="Measured by", words="{}.")
    timezone: Zone | None = term("The zone of the period; the document's when left out.", default=None,
        title="Time zone")
    counts_from: CountsFrom | None = term(default=None, title="Downtime counts from", line="What counts")
    exclusions: Catalogue[Exclusion] = term("Time that is left out.", default=EMPTY, most=40)
    expectations: tuple[Expectation, ...] = term("Unofficial figures published beside the promises, without credits.",
        default=(), title="Unofficial figures", most=40)
    sentence: Sentence = term("What is said about it, in your own words.", default="")
    measured_clause: ClauseId | None = term("The clause about measuring.", default=None, title="Clause about measuring",
        better=neutral)


@terms(added="better", about=("below", "downtime_from"))
class Tier:
    """One tier."""

    below: Percent | None = term("Reached when the availability of the period is below this.", default=None,
        title="Availability below", better=more)
    downtime_from: Duration | None = term("Reached when the downtime of the period is at least this long.",
        default=None, title="Downtime from", better=less)
    for_each: Duration | None = term("The credit is given once when the tier is reached, and once more with each "
        "further such length of downtime.", default=None, title="For each", better=less)
    credit: Compensation = term("What is given.", better=more)


@terms(added="worse", about=("per",))
class Cap:
    """One limit."""

    at_most: Compensation = term("No more than this.", better=more)
    per: Literal["period", "month", "quarter", "year"] = term("In which period; “period” is the one that is measured.")


@terms(added="better")
class CreditSchedule(Named, Cited):
    """One schedule. Its tiers do not stack: of those that are reached, the one that gives the most applies."""

    plans: tuple[keys.Plan, ...] = term("Only for these plans; all when left out.", default=(), better=narrowing)
    categories: tuple[keys.Category, ...] = term("Only for these categories.", default=(), better=narrowing)
    tiers: tuple[Tier, ...] = term("From the mildest down.", most=20)
    caps: tuple[Cap, ...] = term("Upper limits.", default=(), title="Upper limits", most=5)


@terms
class ClaimTerms(Cited):
    """How a credit is claimed."""

    on_request: bool = term("Whether nothing is given without a claim.", title="On request only", better=False,
        says={True: "Nothing is given without a claim.",
            False: "Credits are given without a claim; one can still be made."})
    within: Duration = term("How long claims are accepted.", better=more, title="Claims accepted for",
        words="Within {} of {counted_from}.")
    counted_from: Literal["downtime", "incident end", "month end", "quarter end"] = term("Where that time starts.",
        says={"downtime": "the downtime", "incident end": "the end of the incident",
            "month end": "the end of the month", "quarter end": "the end of the quarter"})
    sentence: Sentence = term("What to do, in your own words.", default="")
    evidence_required: bool = term("Whether evidence is needed.", default=False, title="Evidence is required",
        better=False, says={True: "Evidence is required.", False: "No evidence is required."})
    evidence: tuple[Remark, ...] = term("What serves as evidence.", default=(), most=20, each="One kind.",
        title="What serves as evidence", line="What serves as evidence", words="{}.", last="or")


@terms(added=offered)
class CreditTerms(Cited):
    """What is given back when availability fails."""

    offered: bool = term("Whether the agreement gives credits at all.", title="Credits are offered", better=True,
        says={True: "Credits are given when availability fails.", False: "There are no credits."})
    sentence: Sentence = term("What is said about it, in your own words.", default="")
    scope: str = term("Which downtime counts for credits. A plain sentence, shown to people.", default="",
        title="Which downtime counts")
    schedules: Catalogue[CreditSchedule] = term("Credits by plan and service.", default=EMPTY, title="Credit schedules")
    claim: ClaimTerms | None = term(default=None)


@terms(added="better")
class Topic(Named, Cited):
    """One topic."""

    text: str = term("What it brings.")
    about: Literal["incidents", "maintenance", "system updates", "change log", "agreement versions"] = term(
        "Which events it carries.", says={"incidents": "News about incidents.",
            "maintenance": "News about maintenance.", "system updates": "News about system updates.",
            "change log": "News from the change log.",
            "agreement versions": "News about new versions of this agreement."})
    each: Literal["everything", "service"] = term("Whether people subscribe once, or to single services.",
        default="everything", title="Subscribed to per", better=neutral,
        says={"everything": "For everything at once.", "service": "For single services."})
    by: tuple[Literal["mail", "status page"], ...] = term("How it reaches them.", default=("mail",), each="One way.",
        better=gained, title="How it reaches people", words="{}.",
        says={"mail": "by mail", "status page": "on the status page"})


Address = Annotated[str, Format(
    "address", r"^(https://[A-Za-z0-9]|/([A-Za-z0-9#?]|$))[A-Za-z0-9._~:/?#@!$&'()*+,;=%-]*$", longest=300,
    help="An https address, or a path on the provider's own site that starts with a single slash.")]


@terms(added="neutral")
class Link(Named, Cited):
    """One link."""

    url: Address = term("Where it leads.", title="Address", better=neutral)
    text: str = term("What is there.", default="", better=neutral)


@terms
class ContactRole(Named):
    """One role."""

    text: str = term("What it does.")


@terms(about=("who",))
class EscalationStep:
    """Who, after how long."""

    shorthand: ClassVar[str] = "who"

    who: Name = term("Who is asked.", better=judged)
    after: Duration | None = term("After how long without an answer.", default=None)


@terms
class ContactTerms(Cited):
    """Who speaks for a client."""

    text: Text = term("What is expected of clients.")
    roles: Catalogue[ContactRole] = term("Roles that contacts of a client have.", default=EMPTY)
    escalation_path: tuple[EscalationStep, ...] = term("Who is asked, in order.", default=(), most=20,
        each="One step: who, or who after how long without an answer.", better=neutral)
    authorised_only: bool = term("Whether only authorised contacts may request support.", default=False,
        title="Authorised contacts only", better=False, cites="authorised_clause", line="Who may ask",
        says={True: "Only authorised contacts may request support."})
    authorised_clause: ClauseId | None = term("The clause about authorised contacts.", default=None,
        title="Clause about authorised contacts", better=neutral)


@terms
class ChangeKind(Named):
    """One kind."""

    text: str = term("What belongs to it.")
    asked_by: tuple[keys.Role, ...] = term("Roles that may ask for it.", better=gained, words="Asked for by: {}.",
        last="or")
    approved_by: tuple[keys.Role, ...] = term("Roles that must approve it; nobody when left out.", default=(),
        words="Approved by: {}.", last="or", says={None: "Needs no approval."})
    hours: keys.Calendar | None = term("When it may happen; at any time when left out.", default=None,
        words="Hours: {}.", says={None: "At any time."})


@terms
class ChangeTerms(Cited):
    """The change flow: who may do what, and when."""

    text: Text = term("How it works.")
    kinds: Catalogue[ChangeKind] = term("Kinds of change.", title="Kinds of change")


@terms
class AccessTerms(Cited):
    """How access is given."""

    text: Text = term("The rule.")
    principles: tuple[Remark, ...] = term("What follows from it.", default=(), most=20, each="One principle.",
        better=gained)


@terms(added="neutral", ordered=True)
class AddendumSection:
    """One chapter."""

    key: Key
    title: Name = term("Its heading.")
    shows: Literal["definitions", "levels", "response", "windows", "measurement", "exceptions", "credits", "contacts",
        "changes", "version"] = term("The terms it is written from.", title="Written from", better=neutral)
    text: Text = term("An introduction.", default="", better=neutral)


@terms(added="neutral")
class AddendumTerms(Cited):
    """The addendum that is written from the terms in force."""

    text: Text = term("What it is.", default="", better=neutral)
    sections: Catalogue[AddendumSection] = term("Its chapters in order.", title="Chapters")
