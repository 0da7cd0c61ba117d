"""Parcels that speak other services' languages; know no Django."""
