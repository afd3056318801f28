"""How the queue of mails does, for Prometheus."""

from collections.abc import Iterator

from django.db.models import Min
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from core import clock
from mail.models import Mail

MOST = 10_000


class MailQueue(Collector):
    """Reads the queue when it is asked."""

    def collect(self) -> Iterator[Metric]:
        """Yield how many mails wait (no more than MOST are counted), and for how long the oldest is due."""
        waiting = Mail.objects.filter(due_at__isnull=False)
        count = len(waiting.order_by("due_at").values_list("pk", flat=True)[:MOST])
        yield GaugeMetricFamily("mails_waiting", "Mails that are not sent yet, at most 10,000.", value=count)
        oldest = waiting.aggregate(oldest=Min("due_at"))["oldest"]
        overdue = 0.0 if oldest is None else max(0.0, (clock.now() - oldest).total_seconds())
        yield GaugeMetricFamily("mails_overdue_seconds", "How late the oldest mail is.", value=overdue)
