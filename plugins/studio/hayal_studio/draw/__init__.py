"""Draws a persona in a place. Runs in a worker process only: it imports numpy and Pillow."""
