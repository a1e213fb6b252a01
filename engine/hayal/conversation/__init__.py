"""What a person can do, whatever the messenger: short handlers, each within the transaction that stores its effect."""
