"""The caretaker: leases, due times, and the worker that finds each room's jobs by name."""
