"""`/invitation/<token>/`, for whoever has the mailed link."""

from django.urls import path

from tenants.views import invitation

urlpatterns = [path("<str:token>/", invitation.accept, name="invitation")]
