"""How long a client waits in a test. Only a test of silence is hasty: a busy machine is silent for longer than that."""

from allmende.connectors.http import Limits

HASTY, PATIENT = Limits(silence_seconds=0.3, whole_seconds=1.0), Limits(silence_seconds=5.0, whole_seconds=20.0)
