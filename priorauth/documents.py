"""The one reader of every YAML and JSON file: text with its places, nothing guessed, all faults at once.

A document is built from parser events, so every scalar stays the text that was written (`00123456`
keeps its zeros, `NO` is not a boolean), every value knows its line, and nothing can expand.
"""

from __future__ import annotations

import hashlib
import os
import re
import stat
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeAlias, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from priorauth.errors import PriorauthError, Problem
from priorauth.mistakes import Fault, Location, faults_of, known_names, name_location

ModelT = TypeVar("ModelT", bound=BaseModel)

Data: TypeAlias = Any
"""Nested `dict[str, Data]`, `list[Data]` and `str`; never a number, a boolean or `None`."""

MAX_BYTES = 500_000
MAX_DEPTH = 40
MAX_EVENTS = 50_000
"""Of the parser: one for each value and each key, two for each group and list."""
MAX_LISTED = 200
"""Problems of one file; nobody reads on after that many."""

Mark: TypeAlias = tuple[int, int]
"""Line and column, both from 1; a bare tuple, because thousands are made at every start."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place in a file, as a person looks it up."""

    file: str
    line: int
    column: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a file holds, and where each thing stands in it."""

    name: str
    """The path as given."""
    data: Data = field(repr=False)
    sha256: str
    """Of the bytes of the file; empty when they could not be read."""
    marks: Mapping[Location, Mark] = field(default_factory=dict, repr=False)
    """Where each value begins; for a group or list below its key, where the key stands."""
    keys: Mapping[Location, Mark] = field(default_factory=dict, repr=False)
    """Where the key of each value stands."""
    faults: tuple[Fault, ...] = ()
    """What is wrong with the file itself; whoever reads `data` has to report them."""

    def position(self, location: Location, *, at_key: bool = False) -> Mark | None:
        """Where this stands, or else what holds it; `None` for a file without content."""
        marks = self.keys if at_key and location in self.keys else self.marks
        while location and location not in marks:
            location = location[:-1]
        return marks.get(location)

    def place(self, location: Location) -> Place:
        """The same as a person looks it up: file, line, column."""
        line, column = self.position(location) or (1, 1)
        return Place(file=self.name, line=line, column=column)

    def problem(self, fault: Fault, names: Collection[str] = ()) -> Problem:
        """The fault with file, line and column; only keys among `names` are printed."""
        line, column = self.position(fault.location, at_key=fault.at_key) or (None, None)
        return Problem(
            file=self.name,
            what=fault.what,
            remedy=fault.remedy,
            field=name_location(fault.location, names),
            line=line,
            column=column,
        )

    def problems(self, faults: Iterable[Fault], names: Collection[str] = ()) -> tuple[Problem, ...]:
        """The faults in the order of the file, one for each key and one for each value."""
        found = {(fault.location, fault.at_key): self.problem(fault, names) for fault in reversed([*self.faults, *faults])}
        return tuple(sorted(found.values(), key=lambda problem: (problem.line or 0, problem.column or 0, problem.field)))


def read_document(path: Path, *, error: type[PriorauthError]) -> Document:
    """The file as a document; raises `error` with everything that is wrong with the file itself."""
    document = load(path)
    if document.faults:
        raise refusal(document, (), error=error)
    return document


def read_model(
    path: Path, model: type[ModelT], *, error: type[PriorauthError], context: object = None, names: Collection[str] = ()
) -> tuple[ModelT, Document]:
    """The file as this model, and the document behind it.

    Raises `error` with a problem per fault. Besides the model's own field names only keys among
    `names` are ever printed.
    """
    document = load(path)
    value, faults = validate(document.data, model, context=context)
    if value is None or document.faults or faults:
        raise refusal(document, faults, error=error, names={*known_names(model), *names})
    return value, document


def validate(data: Data, model: type[ModelT], *, context: object = None) -> tuple[ModelT | None, tuple[Fault, ...]]:
    """The model that the data makes, or `None` and why it makes none."""
    try:
        return model.model_validate(data, context=context), ()
    except ValidationError as error:
        return None, faults_of(error, model, data)


def refusal(
    document: Document, faults: Iterable[Fault], *, error: type[PriorauthError], names: Collection[str] = ()
) -> PriorauthError:
    """The error that lists every fault of the document, its own and these.

    Where the file itself is at fault, what follows from it at the same place is left out.
    """
    own = {fault.location for fault in document.faults if not fault.at_key}
    later = [fault for fault in faults if not any(fault.location[: len(place)] == place for place in own)]
    problems = document.problems(later, names)
    count = "1 problem" if len(problems) == 1 else f"{len(problems):,} problems"
    listed = f", of which the first {MAX_LISTED} are listed" if len(problems) > MAX_LISTED else ""
    return error(f"{document.name} cannot be used: {count}{listed}.", problems=problems[:MAX_LISTED])


def load(path: Path) -> Document:
    """The file as a document with its faults; raises nothing."""
    try:
        return parse(_read_bytes(path), name=str(path))
    except _UnreadableError as refused:
        fault = Fault(location=(), what=refused.what, remedy=refused.remedy)
        return Document(name=str(path), data={}, sha256="", faults=(fault,))


def parse(text: bytes, *, name: str) -> Document:
    """The text of a file as a document with its faults; raises nothing."""
    sha256 = hashlib.sha256(text).hexdigest()
    builder = _Builder()
    try:
        builder.build(_decode(text))
    except _UnreadableError as refused:
        builder.refuse((), refused.what, refused.remedy, refused.mark)
    return Document(
        name=name, data=builder.root, sha256=sha256, marks=builder.marks, keys=builder.keys, faults=tuple(builder.faults)
    )


class _UnreadableError(Exception):
    """The file cannot be read further."""

    def __init__(self, what: str, remedy: str, *, mark: Mark | None = None) -> None:
        self.what = what
        self.remedy = remedy
        self.mark = mark
        super().__init__(what)


# Each but the first is missing on some system; without O_BINARY Windows would change line ends.
_OPENING = os.O_RDONLY | sum(getattr(os, flag, 0) for flag in ("O_NOFOLLOW", "O_NONBLOCK", "O_BINARY", "O_CLOEXEC"))


def _read_bytes(path: Path) -> bytes:
    """The content of an ordinary file; refuses what is none before opening it, so that nothing can block."""
    try:
        _refuse_special(path.lstat().st_mode)
        # A link or pipe put in its place since then is caught by these flags and by the second look.
        handle = os.open(path, _OPENING)
        with os.fdopen(handle, "rb") as file:
            _refuse_special(os.fstat(file.fileno()).st_mode)
            content = file.read(MAX_BYTES + 1)
    except FileNotFoundError:
        raise _UnreadableError("does not exist.", "Check the path.") from None
    except PermissionError:
        raise _UnreadableError("may not be read by you.", "Ask its owner for access, or copy it to a folder of yours.") from None
    except (OSError, ValueError):
        raise _UnreadableError(
            "cannot be read.", "Check the path and the disk, and copy the file again from its source."
        ) from None
    if len(content) > MAX_BYTES:
        raise _UnreadableError(f"is larger than {MAX_BYTES // 1000} kB.", "Keep documents as exhibits and only their facts here.")
    return content


def _refuse_special(mode: int) -> None:
    if stat.S_ISDIR(mode):
        raise _UnreadableError("is a folder.", "Name the file in it.")
    if stat.S_ISLNK(mode):
        raise _UnreadableError("is a symbolic link.", "Name the file that it points at.")
    if not stat.S_ISREG(mode):
        raise _UnreadableError("is a pipe, socket or device, not a file.", "Save its content as a file and name that.")


# C0 and C1 controls but tab and line ends; then what reorders or breaks lines unseen, and non-characters.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")
_CONTROL_REFUSED = ("holds an invisible control character.", "Delete it, or type the passage again.")
_TOO_MANY = (f"holds more than {MAX_EVENTS:,} entries.", "Keep only what the request needs.")
_NULL = frozenset({"", "~", "null", "Null", "NULL"})


def _decode(content: bytes) -> str:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        position = (line, error.start - content.rfind(b"\n", 0, error.start))
        raise _UnreadableError("is not UTF-8 text.", "Save it again with the encoding UTF-8.", mark=position) from None
    control = _CONTROL.search(text)
    if control is not None:
        line = text.count("\n", 0, control.start()) + 1
        position = (line, control.start() - text.rfind("\n", 0, control.start()))
        raise _UnreadableError(*_CONTROL_REFUSED, mark=position)
    return text


_SYNTAX: Mapping[str, tuple[str, str]] = {
    "mapping values are not allowed in this context": (
        "has a colon where none can stand.",
        "Put text that holds a colon in quotes, and check the indentation of this line and the one before.",
    ),
    "found character that cannot start any token": (
        "begins with a character that has a meaning of its own in YAML (such as a tab, @, % or `).",
        "Indent with spaces, and put such text in quotes.",
    ),
    "could not find expected ':'": ("is a line without a colon.", "Write `name: value`."),
    "did not find expected key": ("does not line up with the lines before it.", "Check the indentation and closing quotes."),
    "did not find expected '-' indicator": ("does not line up with the list before it.", "Check the indentation."),
    "did not find expected ',' or ']'": ("is a list in brackets that does not end.", "Add the missing comma or `]`."),
    "did not find expected ',' or '}'": ("is a group in braces that does not end.", "Add the missing comma or `}`."),
    "did not find expected node content": ("has a value missing.", "Write the value, or close the bracket."),
    "found unexpected end of stream": ("begins a quote that does not end.", "Add the closing quote."),
    "found unknown escape character": ("has a backslash that means nothing.", "Use single quotes, or write two backslashes."),
    "found invalid Unicode character escape code": ("has an escape code that is no character.", "Write the character itself."),
    "did not find expected <document start>": ("goes on after its end mark.", "Remove the line `...`."),
}
"""What the YAML parser says to what is wrong and how to mend it."""
_SEEN_LATE = frozenset(
    {
        "could not find expected ':'",
        "did not find expected ',' or ']'",
        "did not find expected ',' or '}'",
        "found unexpected end of stream",
    }
)
"""Problems that the parser sees only after the place where a person has to mend them."""
_OTHER_SYNTAX = ("is not valid YAML here.", "Check the indentation, quotes and brackets of this line and the one before.")


def _syntax_error(error: yaml.YAMLError) -> _UnreadableError:
    problem = str(getattr(error, "problem", ""))
    what, remedy = _SYNTAX.get(problem, _OTHER_SYNTAX)
    mark = getattr(error, "context_mark" if problem in _SEEN_LATE else "problem_mark", None)
    return _UnreadableError(what, remedy, mark=(mark.line + 1, mark.column + 1) if mark else None)


class _Frame:
    """A group or list that is still open."""

    __slots__ = ("container", "is_group", "key", "key_mark", "location", "repeated")

    def __init__(self, container: Data, location: Location | None) -> None:
        self.container = container
        self.location = location
        """`None` inside the value of a repeated key, which is dropped."""
        self.is_group = isinstance(container, dict)
        self.key: str | None = None
        """The key whose value comes next; `None` while a key is due."""
        self.key_mark: Mark = (1, 1)
        self.repeated = False
        """Whether that key stood before, so that its value is dropped."""


class _Builder:
    """Builds the document from parser events, without recursion.

    Written for speed: the packs are read at every start, some ten thousand events.
    """

    def __init__(self) -> None:
        self.root: Data = {}
        self.marks: dict[Location, Mark] = {}
        self.keys: dict[Location, Mark] = {}
        self.faults: list[Fault] = []
        self._frames: list[_Frame] = []
        self._documents = 0

    def refuse(self, location: Location, what: str, remedy: str, mark: Mark | None = None) -> None:
        """Note a fault; with a mark, one that ends the reading."""
        if mark is not None:
            self.marks[location] = mark
        self.faults.append(Fault(location=location, what=what, remedy=remedy))

    def build(self, text: str) -> None:
        """Read all events; `_UnreadableError` when the rest makes no sense."""
        parser = yaml.CBaseLoader(text)  # libyaml's events; nothing of what loads is used
        take: dict[type[yaml.Event], Callable[[Any], object]] = {
            yaml.ScalarEvent: self._scalar,
            yaml.MappingStartEvent: lambda event: self._open(event, {}),
            yaml.SequenceStartEvent: lambda event: self._open(event, []),
            yaml.MappingEndEvent: lambda _: self._frames.pop(),
            yaml.SequenceEndEvent: lambda _: self._frames.pop(),
            yaml.AliasEvent: self._alias,
            yaml.DocumentStartEvent: self._document,
        }
        try:
            for count, event in enumerate(iter(parser.get_event, None)):
                if count > MAX_EVENTS:
                    raise _UnreadableError(*_TOO_MANY, mark=_mark(event))
                if type(event) in take:
                    take[type(event)](event)
        except yaml.YAMLError as error:
            raise _syntax_error(error) from None
        finally:
            parser.dispose()
        if not self.marks:
            raise _UnreadableError("is empty.", "Write its fields, each as `name: value`.", mark=(1, 1))

    def _document(self, event: yaml.DocumentStartEvent) -> None:
        self._documents += 1
        if self._documents > 1:
            raise _UnreadableError("holds more than one document.", "Split it at the line `---`.", mark=_mark(event))

    def _scalar(self, event: yaml.ScalarEvent) -> None:
        frame = self._frames[-1] if self._frames else None
        value: str = event.value
        if frame is not None and frame.is_group and frame.key is None:
            self._key(event, frame)
            return
        location = self._enter(event, frame)
        if location is not None:
            if event.anchor is not None or event.tag is not None:
                self._check_node(event, location)
            elif event.style == '"' or value in _NULL or value.isspace():
                self._check_text(event, location)
        self._put(value, frame)

    def _open(self, event: yaml.CollectionStartEvent, container: Data) -> None:
        frame = self._frames[-1] if self._frames else None
        location = self._enter(event, frame)
        if location is not None and (event.anchor is not None or event.tag is not None):
            self._check_node(event, location)
        self._put(container, frame)
        if len(self._frames) == MAX_DEPTH:
            raise _UnreadableError(f"is nested deeper than {MAX_DEPTH} levels.", "Flatten it.", mark=_mark(event))
        self._frames.append(_Frame(container, location))

    def _alias(self, event: yaml.AliasEvent) -> None:
        frame = self._frames[-1] if self._frames else None
        location = self._enter(event, frame)
        if location is not None:
            self.refuse(location, "is an alias (`*`) for another entry.", "Write it out; put text that begins with * in quotes.")
        self._put("", frame)

    def _key(self, event: yaml.ScalarEvent, frame: _Frame) -> None:
        frame.key = event.value
        frame.key_mark = _mark(event)
        if frame.location is None:
            return
        location = (*frame.location, event.value)
        if location in self.keys:
            self._repeated(location, frame)
            return
        self.keys[location] = frame.key_mark
        if event.anchor is not None or event.tag is not None:
            self._check_node(event, location)
        elif not event.value.isidentifier():
            self._check_key(event, location)

    def _repeated(self, location: Location, frame: _Frame) -> None:
        what = f"is written twice in one group, first on line {self.keys[location][0]}."
        self.faults.append(Fault(location=location, what=what, remedy="Keep one of the two.", at_key=True))
        self.keys[location] = frame.key_mark
        frame.repeated = True

    def _check_key(self, event: yaml.ScalarEvent, location: Location) -> None:
        if event.value == "<<":
            self.refuse(location, "is a merge key (`<<`).", "Write the fields out.")
        elif not event.value.strip() or _CONTROL.search(event.value):
            self.refuse(location, "has no name before its colon.", "Write the name of a field.")

    def _check_node(self, event: yaml.NodeEvent, location: Location) -> None:
        if event.anchor is not None:
            self.refuse(location, "has an anchor (`&`).", "Remove it; put text that begins with & in quotes.")
        else:
            self.refuse(location, "has a tag (`!`).", "Remove it; put text that begins with ! in quotes.")

    def _check_text(self, event: yaml.ScalarEvent, location: Location) -> None:
        if not event.value.strip():
            self.refuse(location, "is empty.", "Write the value, or remove the line if it is not known.")
        elif event.implicit[0] and event.value in _NULL:
            self.refuse(
                location,
                "is a word for nothing (null or ~).",
                "Write the value, or remove the line; put a real name in quotes.",
            )
        elif _CONTROL.search(event.value):
            self.refuse(location, *_CONTROL_REFUSED)

    def _enter(self, event: yaml.NodeEvent, frame: _Frame | None) -> Location | None:
        """The place of the value that begins here, noted with its mark; `None` where it is dropped."""
        location: Location
        if frame is None:
            location = ()
        elif frame.location is None or frame.repeated:
            return None
        elif not frame.is_group:
            location = (*frame.location, len(frame.container))
        elif frame.key is None:
            raise _UnreadableError(
                "has a group or list where the name of a field belongs.", "Write `name: value`.", mark=_mark(event)
            )
        else:
            location = (*frame.location, frame.key)
            if type(event) is not yaml.ScalarEvent:
                self.marks[location] = frame.key_mark
                return location
        self.marks[location] = _mark(event)
        return location

    def _put(self, value: Data, frame: _Frame | None) -> None:
        """Hang the value into the group or list that is open."""
        if frame is None:
            self.root = value
        elif not frame.is_group:
            frame.container.append(value)
        else:
            if not frame.repeated:
                frame.container[frame.key] = value
            frame.key = None
            frame.repeated = False


def _mark(event: yaml.Event) -> Mark:
    mark = event.start_mark
    return (mark.line + 1, mark.column + 1) if mark is not None else (1, 1)
