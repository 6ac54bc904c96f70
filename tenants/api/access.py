"""Who may do what through the API, where no ticket is concerned: the rules of the settings' and reports' doors."""

from __future__ import annotations

from typing import Any

from django.http import Http404
from rest_framework.permissions import BasePermission


class _Members(BasePermission):
    """Members whose role reaches; to a contact it does not exist."""

    message = "Your role does not open this."

    def has_permission(self, request: Any, view: Any) -> bool:
        if request._request.contact is not None:
            raise Http404
        member = request._request.member
        return member is not None and self.reaches(member)

    def reaches(self, member: Any) -> bool:
        return True


class AnyMember(_Members):
    """Everybody who works for the provider."""


class OwnersOnly(_Members):
    """Who manages the settings."""

    def reaches(self, member: Any) -> bool:
        return bool(member.manages_settings)


class ReportReaders(_Members):
    """Who reads the reports."""

    def reaches(self, member: Any) -> bool:
        return bool(member.reads_reports)


class NewsWriters(_Members):
    """Who writes system updates and the change log."""

    def reaches(self, member: Any) -> bool:
        return bool(member.writes_news)
