"""What Prometheus is told of the service: counts, and nobody's name.

Every label has few values, all of them written in the code.
"""

from collections import Counter as Tally
from collections.abc import Callable, Iterable

from prometheus_client import Counter, Gauge, Histogram
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from agent.contract import AgentState
from agent.http.requests_seen import Seen
from agent.metrics_endpoint import new_registry

TOKEN_ROUTE = "/token"
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
# What a request for a token came to, by its answer's status.
TOKEN_OUTCOMES = {
    201: "issued",
    401: "not_signed_in",
    403: "not_allowed",
    404: "not_allowed",
    409: "not_yet",
    410: "over",
    429: "too_often",
    503: "no_room",
}
OTHER = "refused"
OPENED, REFUSED = "opened", "refused"


class ServiceMetrics:
    def __init__(self) -> None:
        self.registry = new_registry()
        self._requests = Histogram(
            "epedicare_request_seconds",
            "How long requests took, but for streams of events.",
            ("method", "route", "status"),
            buckets=SECONDS,
            registry=self.registry,
        )
        self._streams = Counter(
            "epedicare_event_streams_ended",
            "Streams of events that have ended.",
            registry=self.registry,
        )
        self._tokens = Counter(
            "epedicare_tokens",
            "What requests for a LiveKit token came to.",
            ("outcome",),
            registry=self.registry,
        )
        self._logins = Counter(
            "epedicare_logins", "What sign-ins came to.", ("outcome",), registry=self.registry
        )
        self.redispatches = Counter(
            "epedicare_redispatches",
            "How often an agent was called because none worked.",
            registry=self.registry,
        )
        self.erased_by_date = Counter(
            "epedicare_sessions_erased_by_date",
            "Sessions of which nothing is kept any more, because their time was over.",
            registry=self.registry,
        )
        for outcome in {*TOKEN_OUTCOMES.values(), OTHER}:  # a rate needs the 0 that it began with
            self._tokens.labels(outcome)
        for outcome in (OPENED, REFUSED):
            self._logins.labels(outcome)

    def watch(
        self, states: Callable[[], Iterable[AgentState]], livekit: Callable[[], bool]
    ) -> None:
        """What is asked for at each reading."""
        self.registry.register(_Agents(states))
        answers = Gauge(
            "epedicare_livekit_answers",
            "1 while LiveKit answers the service.",
            registry=self.registry,
        )
        answers.set_function(lambda: float(livekit()))

    def request(self, seen: Seen) -> None:
        if seen.is_endless:
            self._streams.inc()
            return
        self._requests.labels(seen.method, seen.route, str(seen.status)).observe(seen.took_s)
        if seen.route == TOKEN_ROUTE:
            self._tokens.labels(TOKEN_OUTCOMES.get(seen.status, OTHER)).inc()

    def login(self, outcome: str) -> None:
        self._logins.labels(outcome).inc()


class _Agents(Collector):
    def __init__(self, states: Callable[[], Iterable[AgentState]]) -> None:
        self._states = states

    def collect(self) -> Iterable[GaugeMetricFamily]:
        counted = Tally(self._states())
        family = GaugeMetricFamily(
            "epedicare_live_sessions",
            "Sessions that go on, by what their agent does.",
            labels=("agent",),
        )
        for state in AgentState:
            family.add_metric((state,), counted[state])
        yield family
