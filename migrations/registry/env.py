"""Alembic's environment for the registry: runs on a connection that Steward hands over."""

from alembic import context

from models.installation import Registry

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=Registry.metadata,
    render_as_batch=connection.dialect.name == "sqlite",
    transactional_ddl=True,
    transaction_per_migration=False,
    version_table="registry_version",
)
with context.begin_transaction():
    context.run_migrations()
