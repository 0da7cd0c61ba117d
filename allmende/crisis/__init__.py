"""When it burns: what was prepared, the incident, its log and its debrief."""
