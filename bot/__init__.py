"""WHO WE TALK WITH: channels, dialogue, storage, the command line. `bot.app` joins the rooms."""
