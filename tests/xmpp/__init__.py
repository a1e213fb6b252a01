"""A real XMPP server and scripted XMPP users for tests.

`prosody` runs the server, `user` logs somebody in who talks to the bot, `cable` lies between them and can be cut:

    async with prosody(tmp_path) as server, cable(server.port) as wire, user(server, "ada", port=wire.port) as ada:
        await ada.say("/start")
        await wire.cut()
"""
