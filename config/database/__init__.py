"""Django's PostgreSQL, made for hard times: a cut network, a standby that does not answer."""
