"""How the invariants do that are looked at each minute, for Prometheus."""

from collections.abc import Iterator

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core import clock
from operations.models import InvariantLook


class WatchedInvariants(Collector):
    """Reads what the last look found when it is asked."""

    def collect(self) -> Iterator[Metric]:
        """Yield for each invariant how many rows break it, and how old the look is."""
        broken = GaugeMetricFamily(
            "invariant_broken_rows", "Rows that break an invariant, at most 21.", labels=["invariant"]
        )
        age = GaugeMetricFamily(
            "invariant_look_age_seconds", "How long ago it was looked at.", labels=["invariant"]
        )
        now = clock.now()
        for row in InvariantLook.objects.order_by("invariant"):
            broken.add_metric([row.invariant], row.broken_rows)
            age.add_metric([row.invariant], max(0.0, (now - row.looked_at).total_seconds()))
        yield from (broken, age)
