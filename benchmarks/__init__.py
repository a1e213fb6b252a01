"""What hayal costs, measured. `python -m benchmarks` runs all of it and prints a table."""
