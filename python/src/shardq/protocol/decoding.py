"""Bodies as frames: every count is checked against what is there before anything is taken up."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import numpy as np
import numpy.typing as npt

from shardq.protocol.frames import (
    HEADER_WORDS,
    MAGIC,
    MARKS,
    MAXIMUM_BYTES,
    VERSION,
    Assign,
    Cells,
    Cohorts,
    Dump,
    Enlist,
    Floats,
    Form,
    Frame,
    FrameError,
    Give,
    Given,
    Gradients,
    Header,
    Join,
    Kind,
    Leave,
    LeaveAnswer,
    Load,
    Loaded,
    Mark,
    Network,
    Opaque,
    Probe,
    Progress,
    QValues,
    Ready,
    Refuse,
    Round,
    Section,
    Slices,
    State,
    Status,
    StepSize,
    Stop,
    Take,
    VersionError,
    Wish,
    Words,
)


def decode(body: bytes) -> list[Frame]:
    """All frames of a body."""
    return list(frames(body))


def frames(body: bytes) -> Iterator[Frame]:
    """The frames of a body one after another; the error at a malformed one comes when it is its turn."""
    if len(body) % 4 or len(body) > MAXIMUM_BYTES:
        raise FrameError(f"{len(body)} bytes; a body is a multiple of four and at most {MAXIMUM_BYTES}")
    words: Words = np.frombuffer(body, "<u4")
    parts = list(split(words))
    if len(parts) > 1 and len({tuple(part[[1, 2]]) for part in parts}) > 1:
        raise FrameError("frames in one body that are not of one kind and epoch")
    if len(parts) > 1 and parts[0][1] >> 16 not in (Kind.ROUND, Kind.Q_VALUES):
        raise FrameError("several frames in one body that are neither rounds nor answers")
    return (_decode(part) for part in parts)


def split(words: Words) -> Iterator[Words]:
    """A body's frames as words, by their lengths."""
    start = 0
    while start < len(words) or start == 0:
        if len(words) - start < HEADER_WORDS:
            raise FrameError(f"{len(words) - start} words; a frame has at least {HEADER_WORDS}")
        if words[start] != MAGIC:
            raise FrameError(f"the word {int(words[start]):#010x} where a frame begins with {MAGIC:#010x}")
        end = start + HEADER_WORDS + int(words[start + 7])
        if end > len(words):
            raise FrameError(f"a frame of {end - start} words, of which {len(words) - start} are there")
        yield words[start:end]
        start = end


def _decode(words: Words) -> Frame:
    version, code = int(words[1]) & 0xFFFF, int(words[1]) >> 16
    header = Header(int(words[2]), int(words[3]), int(words[4]), int(words[5]) | int(words[6]) << 32)
    reader = Reader(words[HEADER_WORDS:])
    # The same in every version, so that any master can refuse it in words.
    if code == Kind.JOIN:
        worker = reader.text()
        if version != VERSION:
            raise VersionError(version)
        return reader.end(Join(header, worker))
    if version != VERSION:
        raise VersionError(version)
    if code not in set(Kind):
        raise FrameError(f"kind {code} is none")
    return reader.end(_READ[Kind(code)](reader, header))


class Reader:
    """Takes numbers and arrays off the words of a frame; more than there are is an error, and so is a rest."""

    def __init__(self, words: Words) -> None:
        self.words = words

    def take(self, count: int) -> Words:
        """The next words."""
        if count > len(self.words):
            raise FrameError(f"{count} words are promised, {len(self.words)} follow")
        taken, self.words = self.words[:count], self.words[count:]
        return taken

    def number(self) -> int:
        """The next word."""
        return int(self.take(1)[0])

    def wide_number(self) -> int:
        """The next two words, the low one first."""
        return self.number() | self.number() << 32

    def float(self) -> float:
        """The next word as a single."""
        return float(self.floats(1)[0])

    def floats(self, count: int) -> Floats:
        """The next words as singles."""
        return self.take(count).view("<f4")

    def packed(self, count: int) -> npt.NDArray[np.uint8]:
        """Bytes, four to a word."""
        return self.take(-(-count // 4)).view(np.uint8)[:count]

    def wide(self, count: int) -> npt.NDArray[np.uint64]:
        """Numbers of two words."""
        return np.ascontiguousarray(self.take(2 * count)).view("<u8")

    def text(self) -> str:
        """A length in bytes, then UTF-8."""
        length = self.number()
        try:
            return self.take(-(-length // 4)).tobytes()[:length].decode()
        except UnicodeDecodeError as error:
            raise FrameError(f"a text that is no UTF-8: {error.reason}") from None

    def end(self, frame: Frame) -> Frame:
        """Returns a frame if nothing is left over."""
        if len(self.words):
            raise FrameError(f"{len(self.words)} words are left over behind {frame.kind.name}")
        return frame


def _assign(kind: type[Assign], reader: Reader, header: Header) -> Frame:
    actions, initial = reader.number(), reader.float()
    step = StepSize(reader.number(), reader.float(), reader.float())
    rule, rule_words, count = reader.number(), reader.number(), reader.number()
    step.check()
    pairs = reader.take(2 * count).reshape(-1, 2)
    if not 1 <= actions <= 64 or not np.isfinite(initial) or rule > 3 or rule_words:
        raise FrameError(f"{actions} actions, initial value {initial}, update rule {rule} with {rule_words} words")
    if not count or len(set(pairs[:, 0].tolist())) != count:
        raise FrameError("an assignment names at least one shard, and each once")
    if kind is Take and pairs[:, 0].tolist() != [header.shard]:
        raise FrameError(f"shard {header.shard} is to be taken, and shards {pairs[:, 0].tolist()} are described")
    senders = _senders(reader, header.cohort) if kind is Assign and header.cohort else ()
    return kind(header, actions, initial, step, tuple((int(index), int(rows)) for index, rows in pairs), rule, senders)


def _senders(reader: Reader, cohorts: int) -> tuple[tuple[str, int], ...]:
    """The actor processes that send rounds, in the order of their cohorts: name, number of cohorts."""
    pairs = [(reader.number(), reader.text()) for _ in range(reader.number())]
    if sum(count for count, _ in pairs) != cohorts or not all(
        count and 1 <= len(name.encode()) <= 100 for count, name in pairs
    ):
        raise FrameError(f"{len(pairs)} actor processes do not have {cohorts} cohorts")
    return tuple((name, count) for count, name in pairs)


def _round(reader: Reader, header: Header) -> Frame:
    updates, queries, word = reader.number(), reader.number(), reader.number()
    if word & 0xFF not in set(Form) or word & ~0xFF & ~sum(Section):
        raise FrameError(f"answer form and sections {word:#x} are none")
    form, marks, sections = Form(word & 0xFF), word & MARKS, word & ~0xFF & ~MARKS
    both = Section.MASKS | Section.WIDE_MASKS
    if sections and (form == Form.ROWS or not queries or sections & both == both):
        raise FrameError(f"sections {sections:#x} with form {form.name} and {queries} queries")
    cells, targets, rows = reader.take(updates), reader.floats(updates), reader.take(queries)
    epsilon, notes, masks = 0.0, None, None
    if sections & Section.NOTES:
        epsilon, notes = reader.float(), reader.packed(queries)
        if not 0 <= epsilon <= 1:
            raise FrameError(f"{epsilon} is no probability")
    if sections & Section.MASKS:
        masks = reader.packed(queries).astype(np.uint64)
    if sections & Section.WIDE_MASKS:
        masks = reader.wide(queries)
    wide = bool(sections & Section.WIDE_MASKS)
    copy = reader.wide_number() if marks & Section.CUT else 0
    return Round(header, cells, targets, rows, form, epsilon, notes, masks, wide, marks, copy)


def _answers(reader: Reader, header: Header) -> Frame:
    count, word = reader.number(), reader.number()
    if word & ~MARKS not in set(Form):
        raise FrameError(f"answer form and marks {word:#x} are none")
    form, marks, length = Form(word & ~MARKS), word & MARKS, len(reader.words)
    if form == Form.ROWS:
        if length % count if count else length:
            raise FrameError(f"{length} values for {count} rows")
        return QValues(header, form, reader.floats(length).reshape(count, -1 if count else 0), marks=marks)
    values = reader.floats(count)
    if form == Form.TIES and count and length == 3 * count:
        return QValues(header, form, values, reader.wide(count), wide=True, marks=marks)
    return QValues(header, form, values, reader.packed(count).astype(np.uint64), marks=marks)


def _network(reader: Reader, header: Header) -> Frame:
    return Network(header, reader.number(), reader.take(reader.number()))


def _slices(reader: Reader, header: Header) -> Frame:
    base = reader.wide_number()
    changed = tuple((reader.number(), reader.take(reader.number())) for _ in range(reader.number()))
    first, count = reader.number(), reader.number()
    if not count or first + count > 64:
        raise FrameError(f"slices {first} and {count} from it on are none of a minibatch")
    if len({place for place, _ in changed}) != len(changed):
        raise FrameError("an array of parameters comes twice")
    return Slices(header, base, changed, first, tuple(reader.take(reader.number()) for _ in range(count)))


def _gradients(reader: Reader, header: Header) -> Frame:
    return Gradients(header, reader.number(), reader.number(), reader.take(reader.number()))


def _leave(reader: Reader, header: Header) -> Frame:
    return Leave(header, reader.text()) if len(reader.words) else LeaveAnswer(header)


def _dump(kind: type[Dump], reader: Reader, header: Header) -> Frame:
    frame = kind(header, reader.wide_number(), reader.number())
    if frame.count > 1 << 20:
        raise FrameError(f"{frame.count} cells are asked for at once; at most {1 << 20}")
    return frame


def _cells(kind: type[Cells], reader: Reader, header: Header) -> Frame:
    start, updates, count = reader.wide_number(), reader.wide_number(), reader.number()
    return kind(header, start, updates, reader.floats(count), reader.take(count))


def _opaque(kind: type[Opaque]) -> Callable[[Reader, Header], Frame]:
    return lambda reader, header: kind(header, reader.take(len(reader.words)))


_READ: dict[Kind, Callable[[Reader, Header], Frame]] = {
    Kind.ASSIGN: lambda reader, header: _assign(Assign, reader, header),
    Kind.READY: lambda reader, header: Ready(header),
    Kind.ROUND: _round,
    Kind.Q_VALUES: _answers,
    Kind.DUMP: lambda reader, header: _dump(Dump, reader, header),
    Kind.CELLS: lambda reader, header: _cells(Cells, reader, header),
    Kind.STOP: lambda reader, header: Stop(header, reader.text()),
    Kind.REFUSE: lambda reader, header: Refuse(header, reader.text()),
    Kind.PROBE: lambda reader, header: Probe(header),
    Kind.LOAD: lambda reader, header: _cells(Load, reader, header),
    Kind.LOADED: lambda reader, header: Loaded(header),
    Kind.TAKE: lambda reader, header: _assign(Take, reader, header),
    Kind.GIVE: lambda reader, header: _dump(Give, reader, header),
    Kind.GIVEN: lambda reader, header: Given(header),
    Kind.LEAVE: _leave,
    **{kind.kind: _opaque(kind) for kind in (Enlist, Cohorts, State, Mark, Progress, Wish, Status)},
    Kind.NETWORK: _network,
    Kind.SLICES: _slices,
    Kind.GRADIENTS: _gradients,
}
