"""What Prometheus reads, by name and labels."""

from prometheus_client.parser import text_string_to_metric_families


def metric_values(told: str) -> dict[tuple[str, ...], float]:
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(told)
        for sample in family.samples
    }
