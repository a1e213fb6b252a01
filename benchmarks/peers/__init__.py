"""Other frameworks' bots that do the same as hayal is asked for: a command is answered by one message with a menu.

Each is what its own documentation shows, with what makes it quick and is one line: uvloop, many updates at once, no
log. `python benchmarks/peers/NAME.py API_BASE TOKEN VIDEO`.
"""
