"""Makes a picture move and sound. Runs in a worker process only: it imports numpy, Pillow and PyAV."""
