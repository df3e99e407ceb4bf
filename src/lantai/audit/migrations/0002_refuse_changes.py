"""The database's own rules: nobody changes or removes a row of the ledger, and an entry carries its real transaction."""

from django.db import migrations

TABLES = ("audit_ledgerentry", "audit_ledgerleaf", "audit_ledgernode", "audit_sealing", "audit_checkpoint")

FUNCTIONS = """
CREATE FUNCTION audit_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'the ledger is append-only: % on % is refused', TG_OP, TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE FUNCTION audit_mark_transaction() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    NEW.transaction := pg_current_xact_id();
    RETURN NEW;
END $$;
CREATE TRIGGER audit_mark_transaction BEFORE INSERT ON audit_ledgerentry FOR EACH ROW EXECUTE FUNCTION audit_mark_transaction();
"""

REFUSAL = """
CREATE TRIGGER audit_refuse_change BEFORE UPDATE OR DELETE OR TRUNCATE ON {table}
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuse_change();
ALTER TABLE {table} ENABLE ALWAYS TRIGGER audit_refuse_change;
"""

UNDO = "DROP FUNCTION audit_refuse_change() CASCADE; DROP FUNCTION audit_mark_transaction() CASCADE;"


class Migration(migrations.Migration):
    dependencies = [("audit", "0001_initial")]

    operations = [migrations.RunSQL(FUNCTIONS + "".join(REFUSAL.format(table=table) for table in TABLES), UNDO)]
