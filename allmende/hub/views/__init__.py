"""Form in, one call, template out."""
