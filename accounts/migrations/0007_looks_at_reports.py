from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0006_devices_phones_and_holidays"),
    ]

    operations = [
        migrations.AlterField(
            model_name="accessevent",
            name="what",
            field=models.CharField(
                choices=[
                    ("chart", "Opened the chart"),
                    ("flag", "Opened a flag"),
                    ("note", "Opened the list of notes to read"),
                    ("record", "Opened a record in the admin"),
                    ("report", "Opened the list of late answers"),
                ],
                max_length=20,
                verbose_name="what",
            ),
        ),
    ]
