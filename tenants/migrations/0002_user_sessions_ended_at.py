from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="user",
            name="sessions_ended_at",
            field=models.DateTimeField(
                blank=True,
                editable=False,
                help_text="Sessions from before are over: signed out everywhere, or deactivated.",
                null=True,
            ),
        ),
    ]
