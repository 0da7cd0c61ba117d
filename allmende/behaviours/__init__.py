"""What members do: definitions, measurements, verdicts."""
