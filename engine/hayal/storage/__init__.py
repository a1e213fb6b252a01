"""The database: tables, transactions, and what is read and written in them."""
