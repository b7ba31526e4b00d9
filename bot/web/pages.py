"""All pages that people open in a browser."""

from __future__ import annotations

from aiohttp import web

from bot.web.app_page import add_app_page
from bot.web.assets import add_assets
from bot.web.calendars import add_calendars
from bot.web.code_pages import add_code_pages
from bot.web.contract_pages import add_contract_pages
from bot.web.front import Front
from bot.web.home_page import add_home_page
from bot.web.invite_answers import add_invite_answers
from bot.web.invite_pages import add_invite_pages
from bot.web.posters import add_posters
from bot.web.rsvp_pages import add_rsvp_pages
from bot.web.signin_pages import add_signin_pages
from bot.web.unsubscribing import add_unsubscribing


def add_pages(service: web.Application, front: Front) -> None:
    """Put them into the service."""
    add_assets(service)
    add_invite_pages(service, front)
    add_invite_answers(service, front)
    add_posters(service, front)
    add_signin_pages(service, front)
    add_home_page(service, front)
    add_app_page(service, front)
    if front.by_email:
        add_code_pages(service, front)
    add_rsvp_pages(service, front)
    add_contract_pages(service, front)
    add_calendars(service, front)
    add_unsubscribing(service, front)
