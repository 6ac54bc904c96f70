from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tenants", "0002_user_sessions_ended_at")]

    operations = [
        migrations.AddIndex(
            model_name="historyentry",
            index=models.Index(fields=["tenant", "-at", "-id"], name="history_newest_first"),
        ),
    ]
