"""The WSGI entry point: `gunicorn wsgi:app`."""

from directory.app import create_app, warm_up

app = create_app()
warm_up(app)
