"""Which share of children is served, group by group: of groups that are large enough, and so that no other is known.

A share is said between tenths, as that of all is; a number of children never. Of the other groups one sentence is said,
the same for all of them: whether few are known of a group, or none, or nothing was filled in, or it is left out so that
another is not known by what all lack to those that are said. So that nothing is said is no sign of which it was.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence

from verification.claim_form.choices import CHOICES
from verification.claim_form.row import FEWER_THAN_EIGHT
from verification.comparing.answers import added_up, number_of
from verification.comparing.finding import Said, Verdict
from verification.disclosing.counts import SHARE_FROM, Count, CountOf, parts_beside_all
from verification.model import Claim
from verification.reason import Reason, Value

Ends = tuple[int, int]  # between which a number lies, or a share in percent
GROUPS = CHOICES["protection_group"]
_FEWER_THAN_EIGHT: Ends = (1, 7)
_HARDLY_ANY: Ends = (0, 15)
_NEARLY_ALL: Ends = (85, 100)


def share_by_group(
    claim: Claim, part: Sequence[str], whole: Sequence[str], breakdowns: Sequence[str]
) -> Iterator[Said]:  # fmt: skip
    """Say of each group which share of it is served, by the breakdowns of part and whole (E-28): 30 of 32 are 93.8 %.

    `part` and `whole` are the answers that these add up to. Of a group of which nobody is known nothing is said, and
    nothing at all where one of the two was not broken down.
    """
    served, known = (_numbers(claim.by_group.get(code, {})) for code in breakdowns)
    if not served or not known:
        return
    all_served, all_known = added_up(claim, part), added_up(claim, whole)
    may_be_said = groups_to_say(known, all_known)
    counted = {group: (served[group], known[group][0]) for group in GROUPS if group in may_be_said & served.keys()}
    shares = {group: band for group, numbers in counted.items() if (band := _band(*numbers))}
    if not _leaves_open(shares, known, share(all_served, all_known), all_known):
        counted = {}
    what: dict[str, Value] = {"what": " ".join(part), "whole": " ".join(whole)}
    for group, ((least, _), number) in counted.items():
        if least > number:
            yield Verdict.DIFFERS, Reason("group_part_exceeds_whole", what | {"group": group})
        elif group in shares:
            low, high = shares[group]
            yield Verdict.OPEN, Reason("own_share_of_group", what | {"group": group, "low": low, "high": high})
    yield Verdict.OPEN, Reason("share_of_other_groups_unsaid", what)


def _band(served: Ends, known: int) -> Ends | None:
    """Give a group's share; None where it has none to say, or not the same by the fewest as by the most served."""
    least, most = (share(number, known) for number in served)
    return least if least == most else None


def share(some: float | None, all_of_them: float | None) -> Ends | None:
    """Give between which tenths a share of children in need of protection lies; None where it has none to say."""
    if some is None or all_of_them is None:
        return None
    return Count(int(some), CountOf.PROTECTED).share_of(Count(int(all_of_them), CountOf.PROTECTED))


def groups_to_say(known: Mapping[str, Ends], of_all: float | None) -> frozenset[str]:
    """Name the groups whose share may stand beside that of all; of each is known how many children, and of all.

    Who is left out are several groups, and together so many that their share could be said as well. A child may belong
    to several groups: then they add up to more than all, and all but one group are so many, or nobody, too.
    """
    there = {group: number for group, (number, _) in known.items()}
    shown = parts_beside_all(there, of_all)
    return frozenset(group for group in shown if of_all is None or not 0 < of_all - there[group] < SHARE_FROM)


def _leaves_open(
    shares: Mapping[str, Ends], known: Mapping[str, Ends], of_all: Ends | None, all_of_them: float | None
) -> bool:
    """Tell whether no more is known of all who are left out than the ends of a share tell, which are wide.

    Whoever knows how many each group has can subtract: at least 35 of 40, and at most 25 of 30, is everybody else.
    """
    if of_all is None or all_of_them is None:
        return True
    left = int(all_of_them) - sum(known[group][0] for group in shares)
    if left < SHARE_FROM:
        return left <= 0
    said = [_counts(band, known[group][0]) for group, band in shares.items()]
    fewest, most = _counts(of_all, int(all_of_them))
    fewest, most = fewest - sum(high for _, high in said), most - sum(low for low, _ in said)
    return fewest <= _counts(_NEARLY_ALL, left)[0] and most >= _counts(_HARDLY_ANY, left)[1]


def _counts(band: Ends, of: int) -> Ends:
    """Give the fewest and the most children, of ten and more, whose share would be said to lie there."""

    def said(count: int) -> Ends:
        return share(count, of) or _NEARLY_ALL

    counts = range(of + 1)
    return bisect_left(counts, band, key=said), bisect_right(counts, band, key=said) - 1


def _numbers(written: Mapping[str, str]) -> dict[str, Ends]:
    """Read the numbers of groups; few are written "<8"."""
    numbers = {group: _FEWER_THAN_EIGHT if text == FEWER_THAN_EIGHT else number_of(text)
               for group, text in written.items()}  # fmt: skip
    return {group: number if isinstance(number, tuple) else (int(number), int(number))
            for group, number in numbers.items() if number is not None}  # fmt: skip
