"""Whether the standby that files are read from answers, and how far it is behind, for Prometheus."""

from collections.abc import Iterator

from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core.replica import has_replica, measure_lag


class ReplicaFigures(Collector):
    """Asks the standby when it is asked; tells nothing where there is none."""

    def collect(self) -> Iterator[Metric]:
        """Yield whether it answers as a standby and, if so, the seconds it is behind."""
        if not has_replica():
            return
        lag = measure_lag()
        yield GaugeMetricFamily(
            "replica_up", "Whether the standby for files and reports answers.", value=int(lag is not None)
        )
        if lag is not None:
            yield GaugeMetricFamily("replica_lag_seconds", "How far the standby is behind.", value=lag)
