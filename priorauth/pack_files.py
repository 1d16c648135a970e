"""Reads the files of a data pack one after the other and reports everything wrong with them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TypeVar

from pydantic import BaseModel

from priorauth.documents import Document, load, refusal, validate
from priorauth.errors import PackError, Problem
from priorauth.mistakes import Fault, known_names

ModelT = TypeVar("ModelT", bound=BaseModel)


def no_faults(_: object) -> Iterable[Fault]:
    """The check of a file that needs none beyond its model."""
    return ()


class PackFiles:
    """The files of one pack folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.problems: list[Problem] = []
        self._documents: dict[Path, Document] = {}

    def read(self, path: Path, model: type[ModelT], check: Callable[[ModelT], Iterable[Fault]] = no_faults) -> ModelT | None:
        """The file as this model; `None` when it cannot be one."""
        document = load(path)
        value, faults = validate(document.data, model)
        if value is None or document.faults or faults:
            keys = {str(step) for location in document.keys for step in location}  # a pack holds no patient
            self.problems += refusal(document, faults, error=PackError, names={*known_names(model), *keys}).problems
            return None
        self._documents[path] = document
        for fault in check(value):
            self.add_fault(path, fault)
        return value

    def add_fault(self, path: Path, fault: Fault) -> None:
        """Note what is wrong at a place of a file that was read."""
        self.problems.append(self._documents[path].problem(fault, {str(step) for step in fault.location}))

    def add(self, path: Path, what: str, remedy: str) -> None:
        """Note what is wrong with a file as a whole."""
        self.problems.append(Problem(file=str(path), what=what, remedy=remedy))

    def finish(self) -> None:
        """Raise everything that was found wrong as one `PackError`, if anything was, by file and line."""
        if self.problems:
            self.problems.sort(key=lambda one: (one.file, one.line or 0, one.column or 0))
            count = "1 problem" if len(self.problems) == 1 else f"{len(self.problems)} problems"
            raise PackError(f"{self.folder} cannot be used: {count}.", problems=self.problems)
