import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tracker", "0008_policies_cover_and_delivery")]

    operations = [
        migrations.AlterField(
            model_name="escalationstep",
            name="policy",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="steps",
                to="tracker.escalationpolicy",
                verbose_name="escalation policy",
            ),
        ),
        # What was written of steps before policies is told by no row of today.
        migrations.RunSQL(
            "DELETE FROM tracker_escalationstepevent WHERE policy_id IS NULL", migrations.RunSQL.noop
        ),
        migrations.AlterField(
            model_name="escalationstepevent",
            name="policy",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.DO_NOTHING,
                related_name="+",
                related_query_name="+",
                to="tracker.escalationpolicy",
                verbose_name="escalation policy",
            ),
        ),
        migrations.AlterField(
            model_name="alert",
            name="wanted_at",
            field=models.DateTimeField(verbose_name="to go out at"),
        ),
    ]
