"""A database of the company's as a source of accounts: any that SQLAlchemy reaches, read and never written."""
