"""The three access levels that an installation begins with; their names are the archives' to edit."""

from django.db import migrations

LEVELS = ((0, "公开", "Public"), (10, "内部", "Internal"), (20, "敏感", "Sensitive"))


def add_levels(apps, schema_editor):
    rows = apps.get_model("identity", "AccessLevel").objects.using(schema_editor.connection.alias)
    for level, name_zh, name_en in LEVELS:
        rows.get_or_create(level=level, defaults={"name_zh": name_zh, "name_en": name_en})


class Migration(migrations.Migration):
    dependencies = [("identity", "0001_initial")]
    operations = [migrations.RunPython(add_levels, migrations.RunPython.noop)]
