"""The one that clears: each kind of value has its way to be shown here, and whatever has none is not shown."""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import PurePath
from typing import Any

from server.db import now
from server.disclosure.cleared import Cleared, ClearedPoint, ClearedValues, Uncleared, view
from server.disclosure.places import Named, UnclearedPlace
from server.disclosure.values import cleared_values
from server.disclosure.viewer import EVERYONE, Viewer
from server.words import Catalogue
from verification.disclosing.counted import counted_in_claim
from verification.disclosing.counts import THRESHOLDS, Count, CountOf
from verification.model import CONTRADICTS, Outcome, subdistrict_of
from verification.reason import Reason
from verification.sets.indicators import AnswerField, Indicator

NOT_YET_CONFIRMED = "not_yet_confirmed"  # "belum dapat dikonfirmasi": no adverse word before the right of reply
_SHOWN_OUTCOMES = frozenset(Outcome) - CONTRADICTS
_SHOWN_ANSWERS = frozenset({"yes_no", "number", "percent", "date"})
_OUR_FILES = frozenset(
    {"claim", "claims", "form", "formulir", "isian", "kab", "kabupaten", "kla", "klaim", "kota", "tilik"}
)
_TYPES = r"\.(csv|gif|heic|jpe?g|m4a|mp3|mp4|pdf|png|txt|webp|xlsx)"
_OF_A_PERSON = re.compile(r"\+?\d(?:[ .-]?\d){8,}")  # nine digits and more: a NIK, a telephone
_LONGEST_TEXT = 2000
_SPECIAL_PROTECTION = "V"  # the cluster whose documents name shelters
_SPEAKS_OF_HOMES = re.compile(
    r"lksa|panti|p2tp2a|rpsa|rptc|rumah (aman|perlindungan|singgah)|safe ?house|shelter", re.I
)


@view
class Why:
    """A reason: its code and values for programs, its sentence for people."""

    code: Cleared
    values: ClearedValues
    sentence: Cleared


def public_outcome(outcome: str) -> str:
    """Give the word for a stored outcome outside the team: nothing adverse is said before the district could reply.

    One that is no longer known may have been adverse.
    """
    return outcome if outcome in _SHOWN_OUTCOMES else NOT_YET_CONFIRMED


def claim_file(name: str, digest: str, district: str) -> Cleared:
    """Clear a workbook's name: as it is where it says no more than a claim form, its district's name and a year."""
    allowed = _OUR_FILES | set(re.findall(r"[a-z]+", district.lower()))
    said = re.findall(r"[^\W\d_]+|\d{5,}", PurePath(name).stem.lower())
    return Cleared(name if set(said) <= allowed else f"klaim-{digest[:8]}.xlsx")


class Clearance:
    """Clears values for a viewer, in a language; `names` are those of the areas that are spoken of, by code."""

    def __init__(self, words: Catalogue, names: Mapping[str, str] | None = None, viewer: Viewer = EVERYONE) -> None:
        self._words, self._names, self._viewer = words, names or {}, viewer

    @property
    def language(self) -> str:
        """The language that is spoken."""
        return self._words.language

    # ── what is ours

    def ours(self, text: str) -> Cleared:
        """Clear what this project itself or its operator wrote: the rules' texts, a round's name, an account."""
        return Cleared(text)

    def id(self, text: str) -> Cleared:
        """Clear what Central or Tilik calls something: a form, a submission, a version, a digest."""
        return Cleared(text)

    def of_the_register(self, text: str | None) -> Cleared:
        """Clear what stands in the register of incidents: for its readers' pages, where no other viewer comes."""
        return Cleared(text or "")

    def say(self, key: str, /, **values: Cleared | float | date | datetime | None) -> Cleared:
        """Say a sentence, with cleared values only. Raises Uncleared. One that is not known is a dash."""
        if plain := [name for name, value in values.items() if type(value) is str]:
            raise Uncleared(f"{key}: {', '.join(plain)}")
        return Cleared(self._words.say(key, **values) if self._words.knows(key) else "–")

    def points(self, points: float | None) -> Cleared:
        """Write points."""
        return Cleared(self._words.points(points))

    def joined(self, *parts: Cleared) -> Cleared:
        """Put cleared texts one after the other."""
        return Cleared(", ".join(parts))

    def code(self, family: str, code: str | None) -> Cleared:
        """Clear a code that has its sentence; any other is a dash."""
        return Cleared(code if code and self._words.knows(f"{family}.{code}") else "–")

    def ago(self, moment: datetime) -> Cleared:
        """Say how long something is ago."""
        return Cleared(self._words.ago(now() - moment))

    # ── places

    def area(self, code: str) -> Cleared:
        """Name an area by its code."""
        return Cleared(self._names.get(code, code))

    def place(self, place: UnclearedPlace) -> Named:
        """Name a place: whole where the viewer may see it so; else by its kind, perhaps a code, and subdistrict."""
        return Named(self.called(place), self._area_of(place.village, whole=place.shown in self._viewer.names))

    def called(self, place: UnclearedPlace) -> Cleared:
        """Give what a place is called, without where it is: by its name, or as a home is."""
        if place.shown in self._viewer.names:
            return Cleared(place.name or self._unknown)
        return self.home(place, place.code if self._viewer.codes else "")

    def home(self, place: UnclearedPlace, code: str = "") -> Cleared:
        """Call a home by its kind, with a code where there is one."""
        kind = next((self.say(f"kind.{kind}") for kind in place.kinds if kind and self._words.knows(f"kind.{kind}")),
                    self._unknown)  # fmt: skip
        return Cleared(f"{kind} {code}".rstrip())

    def point(self, place: UnclearedPlace, lon: float | None, lat: float | None) -> ClearedPoint | None:
        """Clear a point, for the map."""
        if lon is None or lat is None or place.shown not in self._viewer.names:
            return None
        return ClearedPoint(lon, lat)

    def _area_of(self, village: str | None, *, whole: bool) -> Cleared:
        if village is None:
            return self._unknown
        subdistrict = subdistrict_of(village)
        codes = (village, subdistrict) if whole and village != subdistrict else (subdistrict,)
        return Cleared(", ".join(map(self.area, codes)))

    @property
    def _unknown(self) -> Cleared:
        return self.say("report.place_unknown")

    # ── findings

    def outcome(self, outcome: str) -> Cleared:
        """Clear the outcome of a claimed place."""
        return Cleared(public_outcome(outcome))

    def why(self, reason: Reason, **words: Any) -> Why:
        """Clear a reason; `words` say its values' codes in words."""
        values = ClearedValues(cleared_values(reason, self._words.knows))
        return Why(Cleared(reason.code), values, Cleared(self._words.reason(reason, **words)))

    def value(self, name: str, value: Any) -> Any:
        """Clear a single value, as if it were a reason's; a text that may not be said is left out."""
        said = cleared_values(Reason("", {name: value}), self._words.knows)[name]
        return Cleared(said) if isinstance(said, str) else said

    def masked(self, why: Why) -> Why:
        """Take the code and values off a reason whose outcome is not told: they would tell it to programs."""
        if self._viewer.findings:
            return why
        return Why(Cleared(NOT_YET_CONFIRMED), ClearedValues(), why.sentence)

    # ── claims and what comes with submissions

    def answer(self, field: AnswerField, value: str | None) -> Cleared | None:
        """Clear a claim's answer, its numbers as the language writes them; None where it is not repeated."""
        kept = self.kept_answer(field, value)
        return None if kept is None else Cleared(self._words.written(kept))

    def kept_answer(self, field: AnswerField, value: str | None) -> Cleared | None:
        """Clear a claim's answer as it is kept, for programs; None where the workbook alone has it."""
        if value is None or field.kind not in _SHOWN_ANSWERS:
            return None
        if field.kind == "number":
            return self.claimed(value, counted_in_claim(children=field.counts_children))
        return self.say(f"word.{value}") if value in ("yes", "no") else Cleared(value)

    def claimed(self, value: object, counted: CountOf) -> Cleared | None:
        """Clear a number that a district claims, as it wrote it; None where its threshold hides them all."""
        return None if THRESHOLDS[counted].hides_all else Cleared(str(value))

    def document(self, indicator: Indicator, kinds: Iterable[str], text: str | None) -> Cleared | None:
        """Clear a document's number or title: free text, that names homes where homes are listed or spoken of."""
        homes = any(UnclearedPlace((kind,)).is_home for kind in (*indicator.facility_kinds, *kinds))
        if text is None or homes or indicator.cluster == _SPECIAL_PROTECTION or _SPEAKS_OF_HOMES.search(text):
            return None
        return Cleared(text)

    def read_document(self, text: str | None) -> Cleared | None:
        """Clear what a district says of a document, for whoever has the document itself before them to compare it.

        What speaks of homes or shelters in words is repeated to nobody: it may be the name of one.
        """
        if not text or _SPEAKS_OF_HOMES.search(text):
            return None
        return Cleared(_OF_A_PERSON.sub("…", text[:_LONGEST_TEXT]))

    def file(self, name: str) -> Cleared:
        """Clear the name of a submission's file: whole as a phone makes it, of numbers; else its type alone."""
        if re.fullmatch(rf"\d{{1,20}}{_TYPES}", name, re.IGNORECASE):
            return Cleared(name)
        found = re.fullmatch(rf".*({_TYPES})", name, re.IGNORECASE | re.DOTALL)
        return Cleared(f"…{found[1].lower()}" if found else "…")

    def handed_in(self, name: str, number: int, kind: str, *, of_the_district: bool) -> Cleared:
        """Clear the name of a document: as it came for the side that handed it in, unless it speaks of homes.

        For all others its number and kind: a name may be a child's, and is declared by nobody.
        """
        if of_the_district and not _SPEAKS_OF_HOMES.search(name):
            return Cleared(name)
        return self.say("documents.called", number=number, kind=Cleared(kind))

    def typed(self, text: str | None, place: UnclearedPlace, village: str | None) -> Cleared | None:
        """Clear what a person typed with a decision, unless it gives a home away."""
        if text is None:
            return None
        return self.say("decision.not_repeated") if place.is_given_away_by(text, village) else Cleared(text)

    def written(self, text: str, place: UnclearedPlace, village: str | None) -> Cleared:
        """Clear a text that was typed on a visit: free text, which is kept back from all but the team that reads it.

        Of a home, only where it is named as well; what looks like the number of a person or a telephone, never.
        """
        if not self._viewer.texts:
            return self.say("answer.kept_back")
        if place.shown not in self._viewer.names and (place.is_home or place.is_given_away_by(text, village)):
            return self.say("decision.not_repeated")
        return Cleared(_OF_A_PERSON.sub("…", text[:_LONGEST_TEXT]))

    def coded(self, value: str) -> Cleared:
        """Clear an answer that a form's list has no word for: as lists write their values, else a dash."""
        return Cleared(value if re.fullmatch(r"[a-z0-9_.-]{1,60}", value) else "–")

    def count(self, count: Count) -> Cleared:
        """Clear a number of people: few are hidden, others rounded where their threshold says so."""
        threshold, shown = THRESHOLDS[count.counted], count.shown()
        if shown is None:
            return self.say("answer.few", most=threshold.few)
        return self.say("answer.about", number=shown) if threshold.step > 1 else Cleared(self._words.show(shown))

    def of_table(self, number: int | None) -> Cleared:
        """Clear a number of people that may stand in its table (`verification/disclosing/`); None where it may not."""
        return self.say("told.hidden") if number is None else self.say("answer.about", number=number)

    def share(self, part: Count, whole: Count) -> Cleared:
        """Clear a share of people who were asked, as between two tenths; of too few there is none."""
        share = part.share_of(whole)
        return self.say("told.no_share") if share is None else self.say("told.share", low=share[0], high=share[1])

    def released(self, text: str) -> Cleared:
        """Clear a text of an institution that somebody of the team has read and released."""
        if _SPEAKS_OF_HOMES.search(text):
            return self.say("decision.not_repeated")
        return Cleared(_OF_A_PERSON.sub("…", text[:_LONGEST_TEXT]))

    def offset(self, place: UnclearedPlace, metres: tuple[float, float]) -> tuple[float, float] | None:
        """Clear how far east and north of its claimed point a visit was, in metres: where the point may be drawn."""
        return metres if place.shown in self._viewer.names else None

    def sees_answers(self) -> bool:
        """Tell whether the viewer may see what was answered on visits."""
        return self._viewer.answers

    def sees_questions(self) -> bool:
        """Tell whether the viewer may see which questions a version answers differently."""
        return self._viewer.questions

    def sees_visitors(self) -> bool:
        """Tell whether the viewer may see who sent a submission, and who is in the team."""
        return self._viewer.visitors

    def sees_findings(self) -> bool:
        """Tell whether the viewer may see what was found out, by its code."""
        return self._viewer.findings

    def sees_voice(self) -> bool:
        """Tell whether the viewer may see what children said."""
        return self._viewer.voice

    def sees_points(self) -> bool:
        """Tell whether the viewer may see points."""
        return self._viewer.points

    def question(self, path: str) -> Cleared:
        """Clear a question's name, which a phone may have made up: as forms write it, else a dash."""
        return Cleared(path if re.fullmatch(r"[a-z0-9_/@.\[\]-]{1,200}", path) else "–")

    def visitor(self, name: str | None) -> Cleared | None:
        """Clear by whom a visit was sent, as Central calls the account or the phone; None where it is not told."""
        return Cleared(name) if name and self._viewer.visitors else None

    def own(self, text: str) -> Cleared:
        """Clear what the viewer has just typed."""
        return Cleared(text)
