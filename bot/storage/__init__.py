"""The database engine, its migrations, and the rows that belong to conversations."""
