"""How gunicorn serves Sidelight, in the demo and in production; gunicorn reads this file by its name.

Threads, because a request mostly waits for PostgreSQL; a worker for each core, because Python does the rest.
"""

import os

bind = os.environ.get("BIND") or f"127.0.0.1:{os.environ.get('PORT', '8000')}"
workers = int(os.environ.get("WEB_CONCURRENCY") or min(2, os.cpu_count() or 1))
worker_class = "gthread"
threads = 4
preload_app = True  # one that was killed is back at once, with all that it has to read; memory is shared
timeout = 30  # seconds without a sign of life before a worker is replaced; config/patience.py ends answers
graceful_timeout = 10  # seconds for requests under way when the server is told to stop
max_requests = 10_000  # then a worker makes way for a fresh one, against slow leaks
max_requests_jitter = 1_000
# No browser of ours sends as much; who sends it slowly is the proxy's work (deploy/nginx.conf.example).
limit_request_line = 4_094  # bytes
limit_request_fields = 60
limit_request_field_size = 8_190  # bytes
keepalive = 5  # seconds; the proxy keeps its connections
control_socket_disable = True
# Its lines would hold addresses, which name patients' pages: config.requests logs each answer, by its route.
accesslog = None
logger_class = "config.logs.web.Log"
loglevel = os.environ.get("GUNICORN_LOG_LEVEL", "info")
