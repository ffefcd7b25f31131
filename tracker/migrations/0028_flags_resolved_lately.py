from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0027_patients_by_their_team"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(fields=["team", "resolved_at"], name="flag_resolved_lately"),
        ),
    ]
