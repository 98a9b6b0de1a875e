"""Reading the demo site in tests: one request, its answer, its visible text."""

from __future__ import annotations

import http.client
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from urllib.parse import urlsplit

from lxml import html

from demo.site import DemoSite


@dataclass(frozen=True)
class Got:
    """An answer, body whole."""

    status: int
    headers: http.client.HTTPMessage
    body: bytes

    @cached_property
    def tree(self) -> html.HtmlElement:
        return html.document_fromstring(self.body.decode())

    def visible(self, marking: str) -> str:
        """The text of the elements an XPath finds, white space folded."""
        return fold(" ".join(element.text_content() for element in self.tree.xpath(marking)))


def fold(text: str) -> str:
    return " ".join(text.split())


def get(site: DemoSite, path: str, *, method: str = "GET", body: str | None = None, **headers: str) -> Got:
    with closing(http.client.HTTPConnection(urlsplit(site.base_url).netloc, timeout=5)) as connection:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body=body, headers=named)
        with connection.getresponse() as response:
            return Got(status=response.status, headers=response.headers, body=response.read())
