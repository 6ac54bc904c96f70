"""The WSGI entry point that gunicorn serves."""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "slatrack.settings")
application = get_wsgi_application()
# Django asks for it when it first signs something, and so only once somebody is there to see it fail.
_ = settings.SECRET_KEY
