"""Moves model artifacts between buckets, volumes and this image."""
