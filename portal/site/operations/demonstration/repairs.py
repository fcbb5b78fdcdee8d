"""What becomes of a report of the demonstration, by the operations of reporters, staff and crews."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random
from typing import Any

from portal.casework import operations as casework
from portal.core import files
from portal.core.clock import athens_date
from portal.core.texts import Translated
from portal.eservices import operations as eservices
from portal.faults import operations as faults
from portal.faults import queries
from portal.faults.operations import Change, FaultState
from portal.site.operations.demonstration import damage
from portal.site.operations.demonstration.people import Person
from portal.site.operations.demonstration.stage import Life, Stage
from portal.site.operations.demonstration.troubles import Street, Troubles

#: share of the time after which things are repaired: most in time, one in seven late
PACE = (0.15, 0.25, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 1.0, 1.0, 1.4, 2.2)
#: of the reports whose category can be drawn so many have a photograph
PICTURED = 0.42
#: states beyond which nothing may happen any more
STILL = {"received", "overdue", "confirmed", "planned", "repairing", "passed-on"}
#: those that come so far within a morning
QUICK = {"confirmed", "planned", "repairing", "disputed", "passed-on"}


@dataclass(frozen=True)
class Report:
    """What is to be reported."""

    category: Any
    street: Street
    lat: float
    lon: float
    text: str
    language: str
    #: a resident, or a visitor of the file
    by: Person | Mapping[str, str]
    at: datetime
    #: one of `reports.STANDS`; empty: it goes on to its end, or as far as time allows
    stands: str = ""


class ReportLife:
    """One report and what happens to it; `run` is played on a stage."""

    def __init__(self, stage: Stage, content: Troubles, plot: Report, rng: Random, shared: Mapping[str, Any]) -> None:
        self.stage, self.content, self.plot, self.rng, self.shared = stage, content, plot, rng, shared
        self.code, self.stands = plot.category.code, plot.stands
        self.thing: str = content.categories[self.code].get("drawing", "")
        #: written once it is filed
        self.fault: Any = None

    def run(self) -> Life:
        """From the report to its end."""
        self.fault = self._report(self.plot)
        self.actor = self.stage.staff.handler(self.fault.case.unit, self.rng)
        yield from self._supported()
        if self.stands == "received":
            return
        yield self._soon()
        if self.stands == "withdrawn":
            why, user = self._says("withdrawals")
            casework.withdraw(self.stage.session, self.fault.case, text=why, actor=user, now=self.stage.now)
            return
        if self.stands == "doubled" or (not self.stands and self.rng.random() < 0.04):
            yield from self._doubled()
        yield from self._looked_at()
        if self.stands in {"overdue", "confirmed"}:
            return
        yield from self._ends()

    def _report(self, plot: Report) -> Any:
        new = faults.NewReport(
            category=plot.category,
            lat=plot.lat,
            lon=plot.lon,
            text=plot.text,
            language=plot.language,
            reporter=self._applicant(plot.by),
            address=plot.street.address(plot.language, self.rng.choice((None, self.rng.randint(1, 90)))),
            answers=dict(self._answers()),
            photo_ids=self._photos(repaired=False),
        )
        return faults.report(self.stage.session, self._way(new), now=self.stage.now).fault

    def _applicant(self, by: Person | Mapping[str, str]) -> casework.Applicant:
        if isinstance(by, Person):
            return casework.Applicant(by.name, by.email, by.language, by.phone, by.user_id)
        return casework.Applicant(by["name"], by["email"], "en")

    def _way(self, new: faults.NewReport) -> faults.NewReport:
        """Most by the portal; some without a name, noted by staff, or by another program."""
        chance = self.rng.random()
        if chance < 0.08 and new.category.anonymous and not self.stands:
            return replace(new, reporter=None)
        if chance < 0.14:
            clerk = self.stage.staff.handler(self.stage.staff.units["kep"], self.rng)
            return replace(new, source=faults.Source.COUNTER, channel=eservices.Channel.PHONE, filed_by=clerk)
        if chance < 0.20 and "application" in self.shared:
            return replace(new, source=faults.Source.OPEN311, application_id=self.shared["application"].id)
        return new

    def _answers(self) -> Any:
        """Most questions of the category, as people answer them."""
        for question in self.plot.category.questions:
            if not question.get("required") and self.rng.random() < 0.35:
                continue
            codes = [choice["code"] for choice in question.get("choices", ())]
            if question["kind"] == "yes-no":
                yield question["code"], self.rng.random() < 0.6
            elif question["kind"] == "number":
                yield question["code"], str(self.rng.randint(2, 9))
            elif question["kind"] == "one":
                yield question["code"], self.rng.choice(codes)
            elif question["kind"] == "several":
                yield question["code"], self.rng.sample(codes, k=min(2, len(codes)))

    def _photos(self, *, repaired: bool) -> list[int]:
        """A drawn photograph where the thing can be drawn, of the same street before and after."""
        shy = self.stands not in {"withheld", "popular", "disputed", "doubled"}
        if not self.thing or (not repaired and shy and self.rng.random() > PICTURED):
            return []
        variant = round(self.plot.lat * 1e6) % damage.VARIANTS
        found = damage.photo(self.thing, variant, self.stage.setting.intake, repaired=repaired)
        return [files.keep(self.stage.session, self.stage.setting.store, found.file, now=self.stage.now).id]

    def _supported(self) -> Life:
        """Others say "me too" in the next hours; some reports have many."""
        chance = self.rng.random()
        number = (
            27 if self.stands == "popular" else 0 if chance < 0.8 else 1 if chance < 0.92 else self.rng.randint(2, 6)
        )
        crowd = self.shared["crowd"]
        for person in self.rng.sample(crowd, k=min(number, len(crowd))) if self.fault.shown else ():
            yield self.stage.now + timedelta(minutes=self.rng.randint(4, 90))
            told: dict[str, Any] = {"email": person.email, "language": person.language, "user": person.user}
            row = faults.support(self.stage.session, self.fault, **told, now=self.stage.now)
            if row is not None and row.confirmed_at is None and self.rng.random() < 0.9:
                faults.confirm_support(self.stage.session, row, now=self.stage.now)

    def _doubled(self) -> Life:
        """Somebody else reports the same a few steps away; staff put the two together."""
        plot = self.plot
        other = self.rng.choice([person for person in self.shared["crowd"] if person is not plot.by])
        text = self.content.said(self.code, other.language, self.rng.randrange(9))
        again = replace(plot, by=other, language=other.language, text=text, lat=round(plot.lat + 0.00009, 6))
        twin = self._report(again)
        yield self._soon()
        note = self.content.answer("duplicate", self.rng)
        faults.merge(self.stage.session, twin, self.fault, note=note, actor=self.actor, now=self.stage.now)

    def _looked_at(self) -> Life:
        """Staff take it, look at its photographs and its words, and confirm it."""
        session, case = self.stage.session, self.fault.case
        if case.assignee_id is None and not (self.stands == "overdue" and self.rng.random() < 0.3):
            casework.take(session, case, actor=self.actor, now=self.stage.now)
        if self.stands == "moved" and (other := self.shared["categories"].get("manhole")):
            faults.recategorise(session, self.fault, other, actor=self.actor, now=self.stage.now)
            self.actor = self.stage.staff.handler(case.unit, self.rng)
        self._publish()
        if self._body() is None and (self.stands in STILL or self.rng.random() < 0.7):
            self._change(FaultState.CONFIRMED, "confirmed")
        if self.stands == "split":
            yield self._soon()
            self._split()

    def _publish(self) -> None:
        """What the public sees: photographs with what they show, other words where somebody named themselves."""
        photos = list(self.fault.photos)
        hidden, redacted = self.stands == "hidden", self.stands == "redacted"
        withheld = self.stands == "withheld" or self.rng.random() < 0.1
        if not (photos or hidden or redacted):
            return
        text = "[Αφαιρέθηκαν προσωπικά στοιχεία.] " + self.plot.text if redacted else None
        public = [] if withheld else [photo.id for photo in photos]
        self._redact(text, public, shown=self.fault.shown and not hidden)

    def _redact(self, text: str | None, public: Sequence[int], *, shown: bool) -> None:
        moments = {photo.id: photo.moment is faults.Moment.AFTER for photo in self.fault.photos}
        alts = {number: Translated(damage.ALT[self.thing][repaired]) for number, repaired in moments.items()}
        wanted = faults.Redaction(public_text=text, shown=shown, public_photos=public, alts=alts)
        faults.redact(self.stage.session, self.fault, wanted, actor=self.actor, now=self.stage.now)

    def _split(self) -> None:
        """The lamp and the pavement belong to different services."""
        known = self.shared["categories"]
        parts = []
        for code, text in (("lamp-out", "Αντικατάσταση φωτιστικού"), ("pavement", "Αποκατάσταση πεζοδρομίου")):
            if category := known.get(code):
                rule = queries.routing(self.stage.session, category, self.fault.community_id, at=self.stage.now)
                parts.append(faults.Part(category, rule.unit_id, text))
        if parts:
            faults.split(self.stage.session, self.fault, parts, actor=self.actor, now=self.stage.now)

    def _ends(self) -> Life:
        """Passed on, refused, or repaired; and what was said to be repaired may not be."""
        body = self._body()
        if body is not None:
            yield from self._passed_on(body)
        elif not self.stands and self.rng.random() < 0.07:
            yield self._later(0.5)
            self._change(FaultState.IMPOSSIBLE, "impossible")
        else:
            yield from self._repaired()

    def _body(self) -> Any:
        rule = queries.jurisdiction(self.stage.session, self.fault.category, self.fault.community_id)
        return rule.body if rule else None

    def _passed_on(self, body: Any) -> Life:
        yield self.stage.now + timedelta(minutes=self.rng.randint(5, 90))
        number = f"{self.rng.randint(200, 9800)}/{self.stage.now.year}"
        self._change(FaultState.PASSED_ON, "passed", body=body, body_reference=number)
        if self.stands == "passed-on" or self.rng.random() < 0.03:
            return
        yield self.stage.office_hour(self.rng, 1, 5)
        self._change(FaultState.REPAIRED, "done")

    def _repaired(self) -> Life:
        """Planned for a day, begun, done; some of it is not said."""
        hurry = self.stands in {"disputed", "repairing"}
        if self.stands == "planned" or (not hurry and self.rng.random() < 0.4):
            yield self._soon()
            ahead = self.rng.randint(2, 9) if self.stands == "planned" else self.rng.randint(0, 4)
            first = self.stage.until if self.stands == "planned" else self.stage.now
            day = self.stage.calendar.on_or_after(athens_date(first) + timedelta(days=ahead))
            self._change(FaultState.PLANNED, "planned", planned_on=day)
            if self.stands == "planned":
                return
            yield self.stage.at_work(self.rng, day)
        elif not hurry:
            yield self._later(self.rng.choice(PACE))
        else:
            yield self._soon()
        if self.stands == "repairing" or self.rng.random() < 0.6:
            faults.arrive(self.stage.session, self.fault, actor=self.actor, now=self.stage.now)
            if self.stands == "repairing":
                return
            yield self.stage.now + timedelta(minutes=self.rng.randint(15, 120))
        self._done("done")
        if self.stands in {"disputed", "reopened"} or (not self.stands and self.rng.random() < 0.02):
            yield from self._disputed()

    def _done(self, key: str) -> None:
        """The crew notes what it took."""
        sample, rng = self.content.categories[self.code], self.rng
        note = self.content.answer(key, rng, self.code)
        if self.fault.case.is_closed:
            return
        if "minutes" not in sample:
            self._change(FaultState.REPAIRED, key)
            return
        photos, minutes = self._photos(repaired=True) if rng.random() < 0.5 else [], rng.randint(*sample["minutes"])
        materials = rng.choice(sample.get("materials", [""]))
        done = faults.Done(note=note, photo_ids=photos, minutes=minutes // 5 * 5, materials=materials)
        faults.finish(self.stage.session, self.fault, done, actor=self.actor, now=self.stage.now)
        if photos:
            self.stage.session.expire(self.fault, ["photos"])
            public = [photo.id for photo in self.fault.photos if photo.public]
            self._redact(self.fault.public_text, public, shown=self.fault.shown)

    def _disputed(self) -> Life:
        """The reporter says that it is not repaired; the crew comes again."""
        yield self.stage.now + timedelta(days=self.rng.randint(1, 3), minutes=self.rng.randint(10, 300))
        why, user = self._says("disputes")
        faults.disagree(self.stage.session, self.fault, why, actor=user, now=self.stage.now)
        if self.stands == "disputed":
            return
        yield self.stage.office_hour(self.rng, 1, 4)
        self._done("again")

    def _says(self, key: str) -> tuple[str, Any]:
        """The reporter in their language, and their account if they have one."""
        lines = self.content.data[key]
        user = self.plot.by.user if isinstance(self.plot.by, Person) and self.fault.case.applicant_id else None
        return self.rng.choice(lines.get(self.fault.case.language) or lines["el"]), user

    def _change(self, state: FaultState, key: str, **given: Any) -> None:
        if not self.fault.case.is_closed:
            note = self.content.answer(key, self.rng, self.code)
            change = Change(state=state, note=note, **given)
            faults.change_state(self.stage.session, self.fault, change, actor=self.actor, now=self.stage.now)

    def _soon(self) -> datetime:
        """In office hours; what has to stand at present by today comes so far within the morning."""
        if self.stands in QUICK:
            return self.stage.now + timedelta(minutes=self.rng.randint(15, 70))
        return self.stage.office_hour(self.rng, 0, 1)

    def _later(self, share: float) -> datetime:
        """On a working day that lies so far into its time."""
        begun = athens_date(self.fault.reported_at)
        whole = (self.fault.due_on - begun).days
        return self.stage.at_work(self.rng, begun + timedelta(days=round(whole * share)))
