"""Sending what is due: a handful of messages, one after the other, each noted before the next.

Nothing is sent within a transaction: a message is taken in one, sent, and noted in another.
"""

from collections.abc import Callable

from sqlalchemy import Engine

from server.db import snapshot, writing
from server.messages.channels import Channel
from server.messages.outbox import Letter, due, note_problem, note_sent, take
from server.settings import Settings
from server.work.kinds import Tell
from server.work.queue import ask
from workers.telling.gateway import Gateway
from workers.telling.mail import Mail
from workers.telling.problems import ChannelProblem, Deadlines, Undelivered

A_HANDFUL = 20
DEADLINES = Deadlines()


def tell_due(
    engine: Engine, settings: Settings, still_ours: Callable[[], None], deadlines: Deadlines = DEADLINES
) -> None:
    """Send what is due; asks for another turn where more waits. `still_ours` is called before each.

    Raises ChannelProblem where a channel does not work; what goes by another has been sent then.
    """
    with snapshot(engine) as session:
        numbers = due(session, A_HANDFUL)
    broken: dict[Channel, ChannelProblem] = {}
    with Mail(settings, deadlines) as mail:
        senders: dict[Channel, Mail | Gateway] = {Channel.MAIL: mail, Channel.GATEWAY: Gateway(settings, deadlines)}
        for number in numbers:
            still_ours()
            with writing(engine) as session:
                letter = take(session, settings, number, frozenset(broken))
            if letter is not None:
                _send(engine, senders[letter.channel], letter, broken)
    for problem in broken.values():
        raise problem
    if len(numbers) == A_HANDFUL:
        with writing(engine) as session:
            ask(session, Tell())


def _send(engine: Engine, sender: Mail | Gateway, letter: Letter, broken: dict[Channel, ChannelProblem]) -> None:
    try:
        sender.send(letter)
    except (ChannelProblem, Undelivered) as problem:
        if isinstance(problem, ChannelProblem):
            broken[letter.channel] = problem
        with writing(engine) as session:
            note_problem(session, letter, problem.reason, passes=problem.passes)
    else:
        with writing(engine) as session:
            note_sent(session, letter)
