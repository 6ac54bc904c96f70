import django.db.models.deletion
import tenants.models.base
from django.db import migrations

# What was announced stands in the fact of it already, but for its words; notices come to belong to that. Triggers refuse
# every change, and policies bind a table's owner too as long as they are forced: `migrate` forces them again.
MOVE = """
    ALTER TABLE incidents_maintenanceannouncement NO FORCE ROW LEVEL SECURITY;
    ALTER TABLE incidents_maintenanceevent NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER;
    ALTER TABLE incidents_maintenancenotice NO FORCE ROW LEVEL SECURITY, DISABLE TRIGGER USER,
        DROP CONSTRAINT IF EXISTS announcement_id_in_tenant;
    UPDATE incidents_maintenanceevent fact
        SET reason = told.text, data = fact.data || jsonb_build_object('start', told.start_at, 'end', told.end_at)
        FROM incidents_maintenanceannouncement told
        WHERE (told.tenant_id, told.maintenance_id, told.announced_at) = (fact.tenant_id, fact.maintenance_id, fact.at)
            AND fact.kind IN ('announced', 'rescheduled', 'extended');
    -- By way of what is no id: a row may not pass one that keeps another's old number for a moment longer.
    UPDATE incidents_maintenancenotice notice SET announcement_id = -fact.id
        FROM incidents_maintenanceannouncement told JOIN incidents_maintenanceevent fact
            ON (told.tenant_id, told.maintenance_id, told.announced_at) = (fact.tenant_id, fact.maintenance_id, fact.at)
            AND fact.kind IN ('announced', 'rescheduled')
        WHERE (told.tenant_id, told.id) = (notice.tenant_id, notice.announcement_id);
    UPDATE incidents_maintenancenotice SET announcement_id = -announcement_id;
    SET CONSTRAINTS ALL IMMEDIATE;
    ALTER TABLE incidents_maintenanceevent FORCE ROW LEVEL SECURITY, ENABLE TRIGGER USER;
    ALTER TABLE incidents_maintenancenotice FORCE ROW LEVEL SECURITY, ENABLE TRIGGER USER;
"""


class Migration(migrations.Migration):

    dependencies = [
        ('incidents', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(MOVE),
        migrations.AlterField(
            model_name='maintenancenotice',
            name='announcement',
            field=tenants.models.base.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='notices', to='incidents.maintenanceevent'),
        ),
        migrations.DeleteModel(
            name='MaintenanceAnnouncement',
        ),
    ]
