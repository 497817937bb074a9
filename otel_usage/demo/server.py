"""A server on loopback that speaks the APIs of OpenAI and Anthropic and of a search service, and counts what it served.

with ModelServer() as server:
    client = OpenAI(base_url=server.openai_url, api_key="none")
    ...
server.served  # one record for each request, in the order of arrival
"""

from __future__ import annotations

import itertools
import json
import threading
import time
from contextlib import suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Final
from urllib.parse import parse_qs, urlsplit

from otel_usage.demo.anthropic_api import MESSAGES
from otel_usage.demo.exchange import Answer, Question
from otel_usage.demo.openai_api import CHAT, EMBEDDINGS, RESPONSES
from otel_usage.demo.scenarios import choose

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import TracebackType
    from typing import Self

    from otel_usage.demo.exchange import Api

__all__ = ["ModelServer", "Served"]

_APIS: Final[Mapping[str, Api]] = {
    "/v1/chat/completions": CHAT,
    "/v1/responses": RESPONSES,
    "/v1/embeddings": EMBEDDINGS,
    "/v1/messages": MESSAGES,
}
_SEARCH: Final = "/search"
_POLL_SECONDS: Final = 0.02
"""How often the accepting thread looks whether it is to end."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """One request and what was answered.

    Attributes:
        api: ``chat.completions``, ``responses``, ``embeddings``, ``messages`` or ``search``.
        model: The model asked for.
        status: The HTTP status of the answer.
        usage: The usage that the answer carried, in the API's own terms; None where it carried none.
        response_id: The id of the response, None for errors and embeddings.
        request_id: The id in the answer's header.
        streamed: The answer was a stream.
        broken: The stream was closed in the middle.
    """

    api: str
    model: str
    status: int
    usage: Mapping[str, object] | None
    response_id: str | None
    request_id: str
    streamed: bool
    broken: bool


class ModelServer:
    """The server: it listens from its making and answers while its context is open."""

    def __init__(self) -> None:
        """Take a free port on loopback."""
        self._listener = _Listener(("127.0.0.1", 0), _Handler)
        self._thread = threading.Thread(
            target=self._listener.serve_forever, args=(_POLL_SECONDS,), name="model-server", daemon=True
        )

    def __enter__(self) -> Self:
        """Start to answer."""
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, and wait until every thread and socket of the server is gone."""
        self._listener.shutdown()
        self._thread.join()
        self._listener.server_close()

    @property
    def anthropic_url(self) -> str:
        """The base URL for an Anthropic client."""
        return f"http://127.0.0.1:{self._listener.server_port}"

    @property
    def openai_url(self) -> str:
        """The base URL for an OpenAI client."""
        return f"{self.anthropic_url}/v1"

    @property
    def search_url(self) -> str:
        """The base URL of the search service."""
        return self.anthropic_url

    @property
    def served(self) -> tuple[Served, ...]:
        """What was served so far; a request is in it before its answer is on the wire."""
        return tuple(self._listener.served)


class _Listener(ThreadingHTTPServer):
    """A thread for each connection, all of them joined at the end."""

    daemon_threads = False
    request_queue_size = 128  # the default of 5 makes clients that come at once wait a second

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        """Begin to count; serials hold the time, so that no two servers give out the same id."""
        super().__init__(address, handler)
        self.served: list[Served] = []
        self._epoch = time.time_ns()
        self._numbers = itertools.count(1)

    def next_serial(self) -> str:
        """Make a name for a request, unique on this machine."""
        return f"{self._epoch:x}{next(self._numbers):05d}"


class _Handler(BaseHTTPRequestHandler):
    """One connection, one request: it is closed after the answer."""

    server: _Listener
    protocol_version = "HTTP/1.1"  # chunks exist since then
    timeout = 10.0  # seconds: a silent client cannot hold up the end of the server

    def do_POST(self) -> None:
        """Answer one request and count it."""
        api = _APIS.get(self.path)
        if api is None:
            self.send_error(404)
            return
        text = self.rfile.read(int(self.headers.get("content-length") or 0)).decode(errors="replace")
        serial = self.server.next_serial()
        request_id = f"req_{serial}"
        model, answer = self._answer(api, text, serial, request_id)
        self.server.served.append(
            Served(
                api=api.name,
                model=model,
                status=answer.status,
                usage=answer.usage,
                response_id=answer.response_id,
                request_id=request_id,
                streamed=bool(answer.events),
                broken=answer.broken,
            )
        )
        self._send(answer, {api.request_id_header: request_id, **answer.headers})

    def do_GET(self) -> None:
        """Answer as a search service does: results for any query, and 429 for ``refused``."""
        url = urlsplit(self.path)
        if url.path != _SEARCH:
            self.send_error(404)
            return
        refused = parse_qs(url.query).get("q") == ["refused"]
        status = 429 if refused else 200
        request_id = f"req_{self.server.next_serial()}"
        self.server.served.append(
            Served(
                api="search",
                model="",
                status=status,
                usage=None,
                response_id=None,
                request_id=request_id,
                streamed=False,
                broken=False,
            )
        )
        self._send(Answer(status=status, body={"results": []}), {"x-request-id": request_id})

    def _answer(self, api: Api, text: str, serial: str, request_id: str) -> tuple[str, Answer]:
        """Find the model and the answer."""
        try:
            body = json.loads(text)
            model = body["model"]
            scenario = choose(model, text)
        except (ValueError, TypeError, KeyError) as error:
            return "", api.error(400, f"The request cannot be understood: {error!r}.", request_id)
        failure = scenario.failure
        retried = self.headers.get("x-stainless-retry-count", "0") != "0"
        if failure and not (failure.first_attempt_only and retried):
            return model, api.error(failure.status, f"The scenario answers {failure.status}.", request_id)
        question = Question(
            body=body, model=model, scenario=scenario, serial=serial, created=int(time.time())
        )
        return model, api.answer(question)

    def _send(self, answer: Answer, headers: Mapping[str, str]) -> None:
        """Write the answer; a client that has gone away is no error of the server."""
        if answer.events:
            framing = {"Content-Type": "text/event-stream", "Transfer-Encoding": "chunked"}
            parts = [b"%x\r\n%b\r\n" % (len(event), event) for event in answer.events]
            parts += [] if answer.broken else [b"0\r\n\r\n"]
        else:
            body = json.dumps(answer.body).encode()
            framing = {"Content-Type": "application/json", "Content-Length": str(len(body))}
            parts = [body]
        self.send_response(answer.status)
        for name, value in {**framing, **headers, "Connection": "close"}.items():
            self.send_header(name, value)
        with suppress(ConnectionError):
            self.end_headers()
            for part in parts:
                self.wfile.write(part)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name is http.server's
        """Keep quiet: what was served is counted instead."""
