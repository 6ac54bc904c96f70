import hashlib

from django.db import migrations, models

from agreements.document import load_stored

TABLE = "agreements_agreementversion"


def spell_out(apps, schema_editor):
    """What was published before keeps the holidays that the library has on the day of the upgrade."""
    versions, kept = (
        apps.get_model("agreements", name)._base_manager.using(schema_editor.connection.alias)
        for name in ("AgreementVersion", "SpeltHolidays")
    )
    # The owner is under the policies too, and has none; and what is published does not change, but for this once.
    schema_editor.execute(f"ALTER TABLE {TABLE} NO FORCE ROW LEVEL SECURITY")
    schema_editor.execute(f"ALTER TABLE {TABLE} DISABLE TRIGGER USER")
    # In no order of the agreements' names: their table is under its policy all the while.
    for version in versions.exclude(published_at=None).order_by("pk").iterator():
        text = load_stored(version.source, name=f"version {version.pk}").holidays_text()
        digest = hashlib.sha256(text.encode()).hexdigest()
        holidays, _ = kept.get_or_create(tenant_id=version.tenant_id, digest=digest, defaults={"text": text})
        versions.filter(pk=version.pk).update(holidays=holidays)
    schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    schema_editor.execute(f"ALTER TABLE {TABLE} ENABLE TRIGGER USER")
    schema_editor.execute(f"ALTER TABLE {TABLE} FORCE ROW LEVEL SECURITY")


class Migration(migrations.Migration):
    # Apart from the one before: a foreign key that is made over rows is held against what the owner may see of the tenants,
    # which is nothing; one that is there already is checked past the policies.
    dependencies = [("agreements", "0004_holidays_spelt_out_at_publication")]

    operations = [
        migrations.RunPython(spell_out, migrations.RunPython.noop),
        migrations.AddConstraint(
            model_name='agreementversion',
            constraint=models.CheckConstraint(condition=models.Q(('published_at', None), ('holidays__isnull', False), _connector='OR'), name='what_is_published_has_its_holidays_spelt_out'),
        ),
    ]
