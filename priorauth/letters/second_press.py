"""A second process that sets a letter while this one sets its review sheet.

To load what sets a page and to set a first one takes a second and a half, and most machines have a second core.
The process is begun before the case is read, so that it is ready when the letter is. It is only a shortcut:
whatever goes wrong with it, the page is set here, and an error is the one that it would have been without it.
The page and its PDF go through pipes: nothing of a case stands on a command line, in the environment or in a file.
"""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen
    from threading import Thread

    from priorauth.letters.render import Mark

_MODULE = "priorauth.letters.second_press"


class SecondPress:
    """A process that sets one page; it ends when it has, or when the one that began it does."""

    def __init__(self, process: Popen[bytes]) -> None:
        self._process = process
        self._exchange: Thread | None = None

    def begin(self, html: str, *, mark: Mark) -> Callable[[], bytes]:
        """Begin to set the page there; what comes back waits for its PDF, and sets the page here where none comes."""
        from threading import Thread

        from priorauth.letters.render import render

        came: list[bytes] = []
        # A pipe holds less than a page: without a thread each of the two processes could wait for the other to read.
        exchange = self._exchange = Thread(target=lambda: came.append(self._exchanged(f"{mark}\n{html}".encode())), daemon=True)
        exchange.start()

        def pdf() -> bytes:
            exchange.join()
            return next(filter(None, came), None) or render(html, mark=mark)

        return pdf

    def end(self) -> None:
        """End the process, whatever it is at, and close what led to it."""
        self._process.kill()
        if self._exchange is not None:
            self._exchange.join()
        for pipe in (self._process.stdin, self._process.stdout):
            with contextlib.suppress(OSError):
                if pipe is not None:
                    pipe.close()
        self._process.wait()

    def _exchanged(self, page: bytes) -> bytes:
        """The PDF for the page; empty when none came."""
        try:
            pdf, _ = self._process.communicate(page)
        except (OSError, ValueError):
            return b""
        return pdf if self._process.returncode == 0 else b""


@contextlib.contextmanager
def second_press() -> Iterator[SecondPress | None]:
    """A second press for as long as it lasts, and no process afterwards; `None` where it would gain nothing."""
    process = _started() if _is_worth_it() else None
    if process is None:
        yield None
        return
    press = SecondPress(process)
    try:
        yield press
    finally:
        press.end()


def begin(html: str, *, mark: Mark, press: SecondPress | None) -> Callable[[], bytes]:
    """What gives the PDF of a page, which the press sets in the meantime; without one it is set here and now."""
    if press is not None:
        return press.begin(html, mark=mark)
    from priorauth.letters.render import render

    pdf = render(html, mark=mark)
    return lambda: pdf


def _is_worth_it() -> bool:
    """Not where one core would do both in turn, or where this process has loaded what it needs."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    # A program that was frozen into one file is no interpreter.
    return cores > 1 and "weasyprint" not in sys.modules and bool(sys.executable) and not getattr(sys, "frozen", False)


def _started() -> Popen[bytes] | None:
    from subprocess import DEVNULL, PIPE, Popen

    try:
        return Popen(_command(), stdin=PIPE, stdout=PIPE, stderr=DEVNULL)  # noqa: S603  # ourselves
    except OSError:
        return None


def _command() -> list[str]:
    # With `-P` no module that lies in the working directory is taken for one of Python's.
    return [sys.executable, "-P", "-m", _MODULE]


def _main() -> None:
    """Set the page that comes in; end with 0 once its PDF has gone out whole."""
    # Ctrl-C reaches both processes: the other one says what there is to say.
    signal.signal(signal.SIGINT, signal.SIG_DFL)
    gc.disable()
    from priorauth.letters.render import Mark, get_ready, render

    get_ready()
    mark, _, html = sys.stdin.buffer.read().partition(b"\n")
    if not mark:
        return  # the one that would have asked is gone, or has nothing to set
    sys.stdout.buffer.write(render(html.decode(), mark=Mark(mark.decode())))
    sys.stdout.buffer.flush()
    # What was loaded goes with the process: to take it apart would keep the other one waiting.
    os._exit(0)


if __name__ == "__main__":
    _main()
