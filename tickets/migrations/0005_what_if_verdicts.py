from django.db import migrations, models

VERDICTS = [
    ("kept", "Kept"),
    ("missed", "Missed"),
    ("running", "Still running"),
    ("measured", "Measured only"),
    ("none", "No promise"),
]


class Migration(migrations.Migration):
    dependencies = [("tickets", "0004_contests_what_ifs_merging")]

    operations = [
        migrations.AlterField(
            model_name="whatifticket",
            name="outcome",
            field=models.CharField(
                choices=[("lost", "Would have been missed"), ("gained", "Would not have been missed")], max_length=6
            ),
        ),
        migrations.AddField(
            model_name="whatifticket",
            name="was",
            field=models.CharField(choices=VERDICTS, default="none", max_length=8),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="whatifticket",
            name="would_be",
            field=models.CharField(choices=VERDICTS, default="none", max_length=8),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="whatifticket",
            name="was_target",
            field=models.CharField(
                blank=True, help_text="As the agreement says it: “8 business hours”.", max_length=80
            ),
        ),
        migrations.AddField(
            model_name="whatifticket",
            name="would_be_target",
            field=models.CharField(blank=True, max_length=80),
        ),
    ]
