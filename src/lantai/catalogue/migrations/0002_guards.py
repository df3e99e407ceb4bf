"""An issued reference code never changes, and the record that bears it never disappears."""

from django.db import migrations

GUARD = """
CREATE FUNCTION catalogue_keep_reference_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'DELETE' THEN
        RAISE EXCEPTION 'record % bears the reference code % and cannot be deleted', OLD.id, OLD.reference_code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RAISE EXCEPTION 'the reference code % of record % never changes', OLD.reference_code, OLD.id
        USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER keep_reference_code BEFORE UPDATE OF reference_code, archives_id, code_prefix, code_number ON catalogue_record
    FOR EACH ROW WHEN (OLD.reference_code IS NOT NULL AND
        (NEW.reference_code, NEW.archives_id, NEW.code_prefix, NEW.code_number)
        IS DISTINCT FROM (OLD.reference_code, OLD.archives_id, OLD.code_prefix, OLD.code_number))
    EXECUTE FUNCTION catalogue_keep_reference_code();
CREATE TRIGGER keep_coded_record BEFORE DELETE ON catalogue_record
    FOR EACH ROW WHEN (OLD.reference_code IS NOT NULL) EXECUTE FUNCTION catalogue_keep_reference_code();
"""
UNGUARD = """
DROP TRIGGER keep_coded_record ON catalogue_record;
DROP TRIGGER keep_reference_code ON catalogue_record;
DROP FUNCTION catalogue_keep_reference_code();
"""


class Migration(migrations.Migration):
    dependencies = [("catalogue", "0001_initial")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
