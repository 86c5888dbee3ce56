from django.db import migrations, models


class Migration(migrations.Migration):
    """A switch was for all of a plugin: each becomes one for its log-ins and one for its mail."""

    dependencies = [
        ('tenants', '0002_operator_attempts'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='pluginswitch',
            name='plugin_switch_once',
        ),
        migrations.AddField(
            model_name='pluginswitch',
            name='kind',
            field=models.CharField(choices=[('login', 'Login'), ('mail', 'Mail')], default='login', max_length=10),
            preserve_default=False,
        ),
        migrations.RunSQL(
            # The check of the foreign key may not wait: the table is altered below.
            "SET CONSTRAINTS ALL IMMEDIATE;"
            " INSERT INTO tenants_pluginswitch (tenant_id, plugin, kind, is_on)"
            " SELECT tenant_id, plugin, 'mail', is_on FROM tenants_pluginswitch",
            "SET CONSTRAINTS ALL IMMEDIATE; DELETE FROM tenants_pluginswitch WHERE kind = 'mail'",
        ),
        migrations.AddConstraint(
            model_name='pluginswitch',
            constraint=models.UniqueConstraint(fields=('tenant', 'plugin', 'kind'), name='plugin_switch_once'),
        ),
        migrations.AddConstraint(
            model_name='pluginswitch',
            constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['login', 'mail'])), name='plugin_switch_kind'),
        ),
    ]
