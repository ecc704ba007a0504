"""Run by Alembic for every migration, on the connection that `record.database` hands over."""

from alembic import context

from facialis.record.tables import metadata

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=metadata,
    render_as_batch=True,
    # The caller holds the one transaction in which all revisions succeed or none.
    transactional_ddl=False,
)
context.run_migrations()
