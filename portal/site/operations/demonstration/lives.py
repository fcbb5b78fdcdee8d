"""What becomes of a case, from its form to its outcome, by the very operations of the rooms."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random
from typing import Any

from portal.casework import operations as casework
from portal.casework.operations import AssignmentKind
from portal.core.clock import ATHENS, athens_date
from portal.eservices import operations as eservices
from portal.eservices.operations import Outcome
from portal.eservices.queries.definitions import Question, definition_of
from portal.site.operations.demonstration.answers import Pen
from portal.site.operations.demonstration.people import Person
from portal.site.operations.demonstration.samples import said
from portal.site.operations.demonstration.stage import Life, Stage

#: how a case stands at present, for cases that must not go on: one of each odd state
STANDS = (
    *("filed", "filed", "taken", "asked", "late", "soon", "waiting-other", "asked", "late-unassigned", "taken"),
    *("extended", "forwarded", "information", "answered", "asked", "soon", "late", "filed", "message", "routed"),
)
#: share of the time after which cases are decided; most are quick, one in ten is late
PACE = (0.12, 0.2, 0.25, 0.3, 0.35, 0.4, 0.5, 0.6, 0.8, 1.25)
OUTCOMES = (*(Outcome.APPROVED,) * 8, Outcome.APPROVED_IN_PART, Outcome.REJECTED)


@dataclass(frozen=True)
class Plot:
    """What is to happen."""

    service: Any
    person: Person
    filed_at: datetime
    #: one of `STANDS`; empty: it goes on to its end, or as far as time allows
    stands: str = ""


class CaseLife:
    """One case and what happens to it; `run` is played on a stage."""

    def __init__(self, stage: Stage, plot: Plot, rng: Random) -> None:
        self.stage, self.plot, self.rng = stage, plot, rng
        self.slug, self.person = plot.service.slug, plot.person
        #: written while it is filed
        self.case: Any = None
        self.handler: Any = None

    def run(self) -> Life:
        """From filing to the end."""
        self._file()
        stands = self.plot.stands
        if stands in {"filed", "late-unassigned"}:
            return
        yield self.stage.office_hour(self.rng, 0, 1)
        yield from self._arrive()
        if stands in {"forwarded", "routed"}:
            return
        self.handler = self.stage.staff.handler(self.case.unit, self.rng)
        casework.take(self.stage.session, self.case, actor=self.handler, now=self.stage.now)
        yield from self._odd(stands) if stands else self._ordinary()

    def _file(self) -> None:
        session, now, person = self.stage.session, self.stage.now, self.person
        draft = self._begun()
        definition = definition_of(draft.version)

        def attach(question: Question, photo: bool) -> int:  # noqa: FBT001 – called by the pen alone
            attachment = self.stage.attach(self.rng, photo=photo)
            eservices.attach(session, draft, question.id, attachment)
            return int(attachment.id)

        answers = self._pen(attach).fill(definition, draft.answers)
        last = definition.steps[-1].code
        eservices.keep(session, draft, answers, step=last, done=True, language=person.language, now=now)
        alone = draft.filed_by_id is None
        email = person.email if alone or self.rng.random() < 0.5 else ""
        applicant = casework.Applicant(
            person.name, email, person.language, person.phone, person.user_id if alone else None
        )
        filed = eservices.file(session, draft, applicant, now=now, site=self.stage.setting.site)
        self.case, self.answers = filed.case, answers
        person.cases.append(now)

    def _begun(self) -> Any:
        """In the portal, or by a clerk at the counter."""
        session, now, service, person = self.stage.session, self.stage.now, self.plot.service, self.person
        if not self._at_counter():
            return eservices.start(session, service, owner=person.user, language=person.language, now=now)
        clerk = self.stage.staff.handler(self.stage.staff.units["kep"], self.rng)
        channel = self.rng.choices(list(eservices.Channel), (12, 3, 2, 1))[0]
        whom = eservices.ForSomebody(clerk, channel, identity_checked=True)
        return eservices.start_for(session, service, whom, language=person.language, now=now)

    def _at_counter(self) -> bool:
        """In office hours; fewer from month to month, and seldom with an account. Who signs in here never does."""
        share = (0.1 if self.person.user else 0.5) + (self.stage.until - self.stage.now).days / 1200
        return not self.person.listed and self.stage.now.astimezone(ATHENS).hour < 15 and self.rng.random() < share

    @property
    def _voice(self) -> Any:
        """Who speaks for the applicant: the account with which it was filed, if any."""
        return self.person.user if self.case.applicant_id else None

    def _pen(self, attach: Any) -> Pen:
        samples = self.stage.samples
        at_home = samples.service(self.slug).get("at_home")
        spot = self.person.home if at_home else self.rng.choice(samples.spots)
        return Pen(self.person, samples, self.slug, spot, athens_date(self.stage.now), self.rng, attach)

    def _arrive(self) -> Life:
        """The protocol office sends it where it belongs; now and then it is sent on once more."""
        target = self._target()
        if self.plot.stands == "forwarded":
            self._forward(target)
        elif target and target != self.case.unit.code:
            unit = self.stage.staff.units[target]
            actor = self.stage.staff.handler(self.case.unit, self.rng)
            to = casework.Routing(unit.id, note="Για τις ενέργειές σας.")
            casework.route(self.stage.session, self.case, to, actor=actor, now=self.stage.now)
            self.stage.session.expire(self.case, ["unit", "assignee"])
            yield self.stage.office_hour(self.rng, 0, 2)
        elif self.rng.random() < 0.02:
            self._forward()
            yield self.stage.office_hour(self.rng, 0, 2)

    def _target(self) -> str:
        """The unit that the answers point to, where somebody works there."""
        to = self.stage.samples.service(self.slug).get("to") or {}
        code = str(to.get("units", {}).get(self.answers.get(str(to.get("field")))) or "")
        return code if self.stage.staff.has_people(code) else ""

    def _forward(self, target: str = "") -> None:
        case, staff = self.case, self.stage.staff
        elsewhere = [
            code for code in (target, "kep", "civil-status") if code != case.unit.code and staff.has_people(code)
        ]
        unit = staff.units[elsewhere[0]]
        actor = self.stage.staff.handler(case.unit, self.rng)
        casework.forward(
            self.stage.session, case, unit_id=unit.id, reason=self._words("forwards"), actor=actor, now=self.stage.now
        )

    def _ordinary(self) -> Life:
        """A question, a note, a message, a delay; then the outcome."""
        chances = (
            (0.30, self._note),
            (0.28, self._exchange),
            (0.14, self._message),
            (0.05, self._addition),
            (0.05, self._wait),
            (0.04, self._extend),
        )
        for chance, act in chances:
            if self.rng.random() < chance:
                yield self.stage.office_hour(self.rng, 0, 2)
                yield from act()
        if self.rng.random() < 0.04:
            yield self.stage.office_hour(self.rng, 1, 4)
            self._withdraw()
            return
        yield from self._decide()

    def _odd(self, stands: str) -> Life:
        """As far as it stands at present, in quick steps."""
        acts = {
            "asked": (self._ask,),
            "answered": (self._exchange,),
            "waiting-other": (self._wait_for_other,),
            "extended": (self._extend,),
            "information": (self._inform,),
            "message": (self._message, self._note),
            "late": (self._note,),
        }
        for act in acts.get(stands, ()):
            yield self.stage.office_hour(self.rng, 1)
            yield from act()

    def _note(self) -> Life:
        text = self.rng.choice(self.stage.samples.lines(self.slug, "notes"))
        casework.note(self.stage.session, self.case, text, actor=self.handler, now=self.stage.now)
        yield from ()

    def _message(self) -> Life:
        text = self._words("messages")
        casework.write_message(self.stage.session, self.case, text, actor=self.handler, now=self.stage.now)
        yield from ()

    def _ask(self) -> Life:
        self.exchange = self.rng.choice(self.stage.samples.lines(self.slug, "exchanges"))
        question = said(self.exchange["question"], self.case.language)
        casework.ask(self.stage.session, self.case, question, actor=self.handler, now=self.stage.now)
        yield from ()

    def _exchange(self) -> Life:
        """A question, and the answer some days later."""
        yield from self._ask()
        yield self._evening(1, 4 if self.plot.stands else 11)
        text = said(self.exchange["answer"], self.case.language)
        ids = self._files() if self.exchange.get("file") else []
        casework.answer(self.stage.session, self.case, text, attachment_ids=ids, actor=self._voice, now=self.stage.now)
        if not self.plot.stands:
            yield self.stage.office_hour(self.rng, 0, 1)

    def _addition(self) -> Life:
        text, case = said(self.stage.samples.data["common"]["additions"], self.case.language), self.case
        casework.add_documents(
            self.stage.session, case, self._files(), text=text, actor=self._voice, now=self.stage.now
        )
        yield from ()

    def _wait_for_other(self) -> Life:
        reason = self._words("others")
        casework.wait_for_other(self.stage.session, self.case, reason=reason, actor=self.handler, now=self.stage.now)
        yield from ()

    def _wait(self) -> Life:
        yield from self._wait_for_other()
        yield self.stage.office_hour(self.rng, 3, 9)
        text = said(self.stage.samples.data["common"]["resumed"], "el")
        casework.resume(self.stage.session, self.case, text=text, actor=self.handler, now=self.stage.now)

    def _extend(self) -> Life:
        session, reason = self.stage.session, self._words("extensions")
        casework.extend(session, self.case, days=20, reason=reason, actor=self.handler, now=self.stage.now)
        yield from ()

    def _inform(self) -> Life:
        others = [code for code in self.stage.staff.clerks if code != self.case.unit.code]
        unit = self.stage.staff.units[self.rng.choice(others)]
        to = casework.Routing(unit.id, kind=AssignmentKind.INFORMATION, note="Για ενημέρωσή σας.")
        casework.route(self.stage.session, self.case, to, actor=self.handler, now=self.stage.now)
        yield from ()

    def _withdraw(self) -> None:
        casework.claim(self.stage.session, self.case)
        text = self._words("withdrawals")
        casework.withdraw(self.stage.session, self.case, text=text, actor=self._voice, now=self.stage.now)

    def _decide(self) -> Life:
        """On a working day that lies as far into the time of the case as its pace says."""
        case, share = self.case, self.rng.choice(PACE)
        whole = (case.due_on - case.clock_from).days
        yield self.stage.at_work(self.rng, case.clock_from + timedelta(days=max(int(whole * share), 1)))
        outcome = self.rng.choice(OUTCOMES)
        if outcome is Outcome.APPROVED_IN_PART and not self.stage.samples.service(self.slug).get("partly"):
            outcome = Outcome.APPROVED
        lines = {Outcome.REJECTED: "refusals", Outcome.APPROVED_IN_PART: "partly"}
        ruling = eservices.Ruling(outcome, self._words(lines[outcome]) if outcome in lines else "")
        signer = self.stage.staff.signer(case.unit, self.rng)
        eservices.decide(self.stage.session, case, ruling, actor=signer, now=self.stage.now)

    def _words(self, key: str) -> str:
        return self.stage.samples.words(self.rng, self.slug, key, self.case.language)

    def _files(self) -> Sequence[int]:
        return [self.stage.attach(self.rng, photo=self.rng.random() < 0.6).id]

    def _evening(self, after: int, before: int) -> datetime:
        """When people answer from home."""
        days = timedelta(days=self.rng.randint(after, before))
        return self.stage.now.replace(hour=self.rng.randint(9, 19), minute=self.rng.randrange(60)) + days


def start(stage: Stage, plot: Plot, rng: Random) -> Iterator[datetime]:
    """The life of a case, to be played from the moment it is filed."""
    return CaseLife(stage, plot, rng).run()
