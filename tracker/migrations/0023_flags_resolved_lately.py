from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("tracker", "0022_patient_particulars"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="flag",
            index=models.Index(fields=["team", "resolved_at"], name="flag_resolved_lately"),
        ),
    ]
