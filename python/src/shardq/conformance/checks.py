"""What is examined, in this order; each check begins an epoch of its own."""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np

from shardq.conformance.examiner import BEHIND_FENCES, Examiner, Failure, equal
from shardq.conformance.turns import TURN_CHECKS
from shardq.protocol.decoding import decode
from shardq.protocol.frames import (
    VERSION,
    Assign,
    Cells,
    Dump,
    Form,
    Give,
    Given,
    Header,
    Join,
    Load,
    Loaded,
    Probe,
    QValues,
    Ready,
    Refuse,
    Round,
    StepSize,
    Stop,
    Take,
    round_type,
)
from shardq.protocol.table import Shard


def offers(it: Examiner) -> None:
    """Offers itself to control, and again until it is given shards."""
    it.offer()
    begin = time.monotonic()
    it.offer()
    if time.monotonic() - begin > 5:
        raise Failure(f"the second JOIN came {time.monotonic() - begin:.1f} s after the first; 0.2 s are meant")


def survives_garbage(it: Examiner) -> None:
    """Ignores what is none of the protocol's."""
    for body in (b"", b"xyz", b"\0" * 32, it.golden["stop"][:-4], it.golden["cells"]):
        it.tell(body, "ASSIGN")
    it.offer()


def worked_example(it: Examiner) -> None:
    """Answers the document's rounds with the document's bytes."""
    for form in ("rows", "maxima", "ties"):
        it.assign()
        first = Round(Header(it.epoch, 0, 0, 0), rows=np.zeros(1, "<u4"))
        it.tell(first.encode(), correlation=7)
        zeros = QValues(first.header, Form.ROWS, np.zeros((1, 2), "<f4")).encode()
        equal("the answer to the first round", it.answers(1, 7), [zeros])
        it.tell(it.example(f"round-{form}"), correlation=1)
        equal(f"the answer to round-{form}", it.answers(1, 1), [it.example(f"answer-{form}")])
        it.tell(it.example("dump"), correlation=1)
        event, _ = it.next("replies")
        equal("type and correlation of CELLS", (event.type, event.correlation), ("CELLS", 1))
        equal("the cells after it", event.body, it.example("cells"))


def rounds_together(it: Examiner) -> None:
    """Takes up several rounds of a message one after another."""
    it.assign()
    it.tell(it.example("rounds-together"), "COMPUTE_Q", correlation=0)
    headers = [Header(it.epoch, 0, cohort, cohort) for cohort in (0, 1)]
    values, actions = np.zeros(1, "<f4"), np.zeros(1, np.uint64)
    equal(
        "the answers",
        it.answers(2, 0),
        [QValues(header, Form.MAXIMA, values, actions).encode() for header in headers],
    )


def shards_together(it: Examiner) -> None:
    """Takes up rounds for several shards in one message, and answers for all of them."""
    it.assign(rows=(2, 3))
    rounds = [Round(Header(it.epoch, shard), rows=np.full(1, shard + 1, "<u4")) for shard in (0, 1)]
    it.tell(b"".join(each.encode() for each in rounds), "COMPUTE_Q", correlation=3)
    zeros = np.zeros((1, 2), "<f4")
    expected = [QValues(each.header, Form.ROWS, zeros).encode() for each in rounds]
    equal("the answers", it.answers(2, 3), expected)


def loads(it: Examiner) -> None:
    """Takes cells of a checkpoint in their order, and counts from the number it is given."""
    it.assign()
    words = it.example("load")
    (whole,) = decode(words)
    assert isinstance(whole, Load)
    late = Load(whole.header, 2, 0, whole.values[2:], whole.visits[2:])
    it.tell(late.encode())
    it.silence("a LOAD that does not begin where the last one ended")
    it.tell(words)
    event, _ = it.next("replies")
    equal("type and correlation of LOADED", (event.type, event.correlation), ("LOADED", 0))
    equal("LOADED", event.body, it.example("loaded"))
    last = Header(it.epoch, sequence=BEHIND_FENCES)
    it.tell(Dump(last, 0, 4).encode(), correlation=1)
    event, _ = it.next("replies")
    expected = Cells(last, 0, 0, whole.values, whole.visits).encode()
    equal("the cells after LOAD", event.body, expected)


def moves(it: Examiner) -> None:
    """Gives a shard to another worker, and takes it back, while rounds go on."""
    assignment = it.assign(rows=(2, 3))
    cells, rows = np.ones(1, "<u4"), np.zeros(1, "<u4")

    def ask(number: int) -> Round:
        return Round(Header(it.epoch, sequence=number), cells, np.ones(1, "<f4"), rows)

    shard = Shard.assigned(2, assignment)
    it.tell(ask(0).encode())
    equal("the answer to the first round", it.answers(1, 0), [_answer(shard, ask(0))])
    expected = Cells(Header(it.epoch), 0, 1, shard.values.copy(), shard.visits.copy())
    for _ in range(2):
        it.tell(Give(Header(it.epoch), 0, 4).encode())
        # What comes for a shard that is given is neither applied nor answered.
        it.tell(ask(1).encode())
        event, _ = it.next("replies")
        equal("what comes of GIVE", (event.type, event.body), ("CELLS", expected.encode()))
    it.tell(Given(Header(it.epoch)).encode())
    it.offer(shards=1)

    take = Take(Header(it.epoch, cohort=7), 2, 0.0, StepSize(0, 0.5), ((0, 2),))
    it.tell(take.encode())
    event, (frame, *_) = it.next("control")
    limit = time.monotonic() + it.patience
    while isinstance(frame, Join) and time.monotonic() < limit:
        event, (frame, *_) = it.next("control")
    equal("what comes of TAKE", (event.type, event.body), ("READY", Ready(Header(it.epoch, cohort=7)).encode()))
    it.tell(Load(Header(it.epoch, cohort=7, sequence=1), 0, 1, expected.values, expected.visits).encode())
    event, _ = it.next("replies")
    loaded = Loaded(Header(it.epoch, cohort=7, sequence=4)).encode()
    equal("what comes of LOAD", (event.type, event.body), ("LOADED", loaded))
    it.tell(ask(1).encode())
    equal("the answer to the round behind LOAD", it.answers(1, 0), [_answer(shard, ask(1))])


def _answer(shard: Shard, round_: Round) -> bytes:
    answer = shard.serve(round_)
    assert answer is not None
    return answer.encode()


def arithmetic(it: Examiner) -> None:
    """Applies and answers in single precision, by every rule, step size, form and number of actions."""
    random = np.random.default_rng(1)
    for rule in range(4):
        for actions, step in ((3, StepSize(0, 0.1)), (9, StepSize(1, 4, 0.05)), (64, StepSize(1, 0))):
            assignment = it.assign(actions, (5, 11), step, rule)
            shards = [Shard.assigned(rows, assignment) for _, rows in assignment.shards]
            for message in range(4):
                shard = message % 2
                rounds = [_random_round(random, shards[shard], it.epoch, shard, number) for number in range(3)]
                expected = []
                for each in rounds:
                    answer = shards[shard].serve(each)
                    expected += [] if answer is None else [answer.encode()]
                body = b"".join(each.encode() for each in rounds)
                correlation = rounds[0].header.sequence
                it.tell(body, round_type(rounds), correlation)
                got = it.answers(len(expected), correlation)
                where = f"rule {rule}, {actions} actions, step-size rule {step.rule}"
                for answered, right in zip(got, expected, strict=True):
                    equal(f"an answer ({where})", answered, right)
            for shard, owner in enumerate(shards):
                request = Dump(Header(it.epoch, shard, sequence=1), 0, len(owner.values))
                it.tell(request.encode(), correlation=1)
                cells = owner.dump(request)
                assert cells
                equal(
                    f"the cells at the end (rule {rule}, {actions} actions)", it.next("replies")[0].body, cells.encode()
                )


def _random_round(random: np.random.Generator, shard: Shard, epoch: int, index: int, number: int) -> Round:
    """A round with updates that name cells twice, and questions of a form in turn."""
    header = Header(epoch, index, number, shard.next_sequence + number)
    cells = random.integers(0, len(shard.values), random.integers(0, 60)).astype("<u4")
    targets = random.normal(scale=3, size=len(cells)).round(1).astype("<f4")
    form = Form((number + shard.next_sequence) % 3)
    rows = random.integers(0, shard.row_count, 1 + random.integers(0, 9)).astype("<u4")
    if form == Form.ROWS:
        rows[random.random(len(rows)) < 0.2] = 0xFFFFFFFF
        return Round(header, cells, targets, rows, form)
    explored = np.where(random.random(len(rows)) < 0.5, 127, random.integers(0, shard.action_count, len(rows)))
    notes = (explored | random.integers(0, 2, len(rows)) << 7).astype(np.uint8) if shard.rule else None
    masks = None
    if random.random() < 0.5:
        bits = random.random((len(rows), shard.action_count)) < 0.6
        bits[np.arange(len(rows)), random.integers(0, shard.action_count, len(rows))] = True
        masks = (bits * (np.uint64(1) << np.arange(shard.action_count, dtype=np.uint64))).sum(axis=1, dtype=np.uint64)
    return Round(header, cells, targets, rows, form, 0.25, notes, masks, wide=shard.action_count > 8)


def copies(it: Examiner) -> None:
    """Hands out a copy of one moment in parts while rounds go on, and none that is out."""
    it.assign()
    it.tell(Round(Header(it.epoch), np.zeros(1, "<u4"), np.ones(1, "<f4")).encode(), correlation=0)
    header = Header(it.epoch, sequence=1)
    it.tell(Dump(header, 0, 2).encode(), correlation=1)
    it.tell(Round(Header(it.epoch, sequence=1), np.array([3], "<u4"), np.ones(1, "<f4")).encode(), correlation=1)
    it.tell(Dump(header, 2, 2).encode(), correlation=1)
    it.tell(Dump(header, 2, 2).encode(), correlation=1)
    zeros = np.zeros(2, "<f4")
    first = Cells(header, 0, 1, np.array([0.5, 0], "<f4"), np.array([1, 0], "<u4")).encode()
    second = Cells(header, 2, 1, zeros, zeros.view("<u4")).encode()
    equal("the first part", it.next("replies")[0].body, first)
    equal("the second part, of the same moment", it.next("replies")[0].body, second)
    it.silence("a DUMP of a copy that is out")
    last = Header(it.epoch, sequence=BEHIND_FENCES)
    it.tell(Dump(last, 0, 0).encode(), correlation=2)
    none = np.empty(0, "<f4")
    expected = Cells(last, 0, 2, none, none.view("<u4")).encode()
    equal("the answer to a DUMP of no cells", it.next("replies")[0].body, expected)


def damaged_rounds(it: Examiner) -> None:
    """Changes nothing and answers nothing where a round is damaged, old or of another epoch."""
    it.assign()
    rows, one, cell = np.zeros(1, "<u4"), np.ones(1, "<f4"), np.zeros(1, "<u4")
    whole = Round(Header(it.epoch), cell, one, rows).encode()
    it.tell(whole, correlation=5)
    it.answers(1, 5)
    wrong = {
        "a round that came before": whole,
        "a round of an earlier epoch": Round(Header(it.epoch - 1, sequence=1), cell, one, rows).encode(),
        "a cell that is none": Round(Header(it.epoch, sequence=1), np.array([4], "<u4"), one, rows).encode(),
        "a row that is none": Round(Header(it.epoch, sequence=1), cell, one, np.array([2], "<u4")).encode(),
        "an absent row in form 1": Round(
            Header(it.epoch, sequence=1), cell, one, np.array([0xFFFFFFFF], "<u4"), Form.MAXIMA
        ).encode(),
        "a target that is infinite": Round(
            Header(it.epoch, sequence=1), cell, np.array([np.inf], "<f4"), rows
        ).encode(),
        "a shard that is another's": Round(Header(it.epoch, 7, sequence=1), cell, one, rows).encode(),
    }
    good = Round(Header(it.epoch, sequence=1), cell, one, rows).encode()
    wrong["a round that was cut off"] = good[:-4]
    wrong["a round with a word too many"] = good[:28] + (7).to_bytes(4, "little") + good[32:] + bytes(4)
    wrong["answer form 9"] = good[:40] + (9).to_bytes(4, "little") + good[44:]
    wrong["another version"] = good[:4] + (VERSION + 1).to_bytes(2, "little") + good[6:]
    for why, body in wrong.items():
        it.tell(body, "UPDATE_Q+COMPUTE_Q", 1)
        it.silence(why)
    it.tell(Dump(Header(it.epoch, sequence=BEHIND_FENCES), 0, 0).encode(), correlation=1)
    (cells,) = it.next("replies")[1]
    assert isinstance(cells, Cells)
    equal("the number of updates after damaged rounds", cells.updates, 1)
    it.tell(good, correlation=1)
    it.answers(1, 1)


def lost_rounds(it: Examiner) -> None:
    """Gives its shards up and offers itself where a round is missing."""
    it.assign()
    it.tell(Round(Header(it.epoch, sequence=1), rows=np.zeros(1, "<u4")).encode(), correlation=1)
    it.offer(shards=0)
    it.assign()


def later_probe(it: Examiner) -> None:
    """Gives its shards up at a PROBE of a later epoch, and says so."""
    it.assign()
    it.epoch += 1
    it.tell(Probe(Header(it.epoch)).encode())
    it.offer(shards=0)


def signs_of_life(it: Examiner) -> None:
    """Says that it lives, with the number of its shards, where nothing comes for two seconds."""
    it.assign(rows=(2, 3))
    equal("the epoch of a sign of life", it.offer(shards=2).header.epoch, it.epoch)


def same_epoch(it: Examiner) -> None:
    """Says again that its shards are ready when it is given them again, and keeps what they hold."""
    assignment = it.assign()
    it.tell(Round(Header(it.epoch), np.zeros(1, "<u4"), np.ones(1, "<f4")).encode(), correlation=0)
    it.give(assignment)
    it.tell(Dump(Header(it.epoch, sequence=1), 0, 4).encode())
    values, visits = np.zeros(4, "<f4"), np.zeros(4, "<u4")
    values[0], visits[0] = 0.5, 1
    cells = Cells(Header(it.epoch, sequence=1), 0, 1, values, visits).encode()
    equal("the cells behind a second ASSIGN of the epoch", it.next("replies")[0].body, cells)


def stop(it: Examiner) -> None:
    """Ends with 0 when it is told to stop."""
    it.assign()
    it.tell(Stop(Header(it.epoch), "the run is complete").encode())
    equal("the exit code", it.exit_code(), 0)


def refusal(it: Examiner) -> None:
    """Ends with the master's words and not with 0 when it is refused."""
    it.start()
    it.offer()
    it.tell(Refuse(Header(it.epoch), "there is no room at the inn").encode())
    if it.exit_code() == 0:
        raise Failure("it ends with 0")
    if "there is no room at the inn" not in it.said():
        raise Failure(f"it does not print the reason: {it.said()[-300:]!r}")


def other_version(it: Examiner) -> None:
    """Ends, and not with 0, where the master speaks another version."""
    it.start()
    it.offer()
    body = Assign(Header(it.epoch + 1), 2, 0.0, StepSize(0, 0.5), ((0, 2),)).encode()
    it.tell(body[:4] + (VERSION + 1).to_bytes(2, "little") + body[6:], "ASSIGN")
    if it.exit_code() == 0:
        raise Failure("it ends with 0")


CHECKS: tuple[Callable[[Examiner], None], ...] = (
    offers,
    survives_garbage,
    worked_example,
    rounds_together,
    shards_together,
    loads,
    moves,
    arithmetic,
    copies,
    damaged_rounds,
    same_epoch,
    lost_rounds,
    later_probe,
    signs_of_life,
    *TURN_CHECKS,
    stop,
    refusal,
    other_version,
)
