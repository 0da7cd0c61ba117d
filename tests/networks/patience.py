"""How long a client waits in a test. Only a test of silence is hasty: a busy machine is silent for longer than that."""

from allmende.connectors.http import Limits

# For how long a network keeps silent that lets somebody hasty wait in vain.
SILENCE = 3.0
HASTY, PATIENT = Limits(silence_seconds=0.8, whole_seconds=2.0), Limits(silence_seconds=5.0, whole_seconds=20.0)
SILENT = ("silence", "late")


def during(fault: str) -> Limits:
    """The patience a test of this planted fault needs: hasty where the network falls silent."""
    return HASTY if fault.startswith(SILENT) else PATIENT
