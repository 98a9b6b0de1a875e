"""Tasks that do to a worker what a hostile page would do if it found a hole in the extractor."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass

from newskeep.errors import ExtractionError
from newskeep.model import Capture, ExtractedPage, PageKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Fine:
    capture: Capture

    def run(self) -> ExtractedPage:
        return ExtractedPage(kind=PageKind.OTHER, url=self.capture.final_url, extractor_version=str(os.getpid()))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hanging:
    capture: Capture

    def run(self) -> ExtractedPage:
        time.sleep(600)
        raise AssertionError


@dataclass(frozen=True, slots=True, kw_only=True)
class Hungry:
    capture: Capture

    def run(self) -> ExtractedPage:
        eaten = [bytearray(16 * 1024 * 1024) for _ in range(200)]
        raise AssertionError(len(eaten))


@dataclass(frozen=True, slots=True, kw_only=True)
class Growing:
    """Leaves the worker large, as one huge page can."""

    capture: Capture

    def run(self) -> ExtractedPage:
        _KEPT.append(bytearray(os.urandom(1024) * 200 * 1024))
        return ExtractedPage(kind=PageKind.OTHER, url=self.capture.final_url, extractor_version=str(os.getpid()))


_KEPT: list[bytearray] = []


@dataclass(frozen=True, slots=True, kw_only=True)
class Killing:
    capture: Capture

    def run(self) -> ExtractedPage:
        os._exit(3)


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusing:
    capture: Capture

    def run(self) -> ExtractedPage:
        raise ExtractionError("not to be read", url=self.capture.final_url)


@dataclass(frozen=True, slots=True, kw_only=True)
class Faulty:
    capture: Capture

    def run(self) -> ExtractedPage:
        raise ZeroDivisionError("a fault of ours")


@dataclass(frozen=True, slots=True, kw_only=True)
class Printing:
    """A library that writes to standard output must not disturb the replies."""

    capture: Capture

    def run(self) -> ExtractedPage:
        os.write(1, b"noise " * 100)
        return ExtractedPage(kind=PageKind.OTHER, url=self.capture.final_url, extractor_version="1")
