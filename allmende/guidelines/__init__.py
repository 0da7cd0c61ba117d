"""What we promised in calm times: reaction plans and their rules."""
