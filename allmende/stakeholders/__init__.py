"""What they know of us: stakeholders and the reports released to them."""
