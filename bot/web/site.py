"""Puts the backing service together."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime

from aiohttp import web
from aiohttp.typedefs import Middleware

from bot.inbound import LARGEST_BODY, Webhook
from bot.metrics import Metrics
from bot.progress import Progress
from bot.tracing import Tracing, Untraced
from bot.web.api.operations import OPERATIONS
from bot.web.api.pages import mount_document
from bot.web.api.serving import mount
from bot.web.api.working import Api
from bot.web.front import Front
from bot.web.health import Health
from bot.web.metrics_page import MetricsPage
from bot.web.middlewares import explain_errors, log_access, secure
from bot.web.pages import add_pages
from bot.web.traces import traced_by
from bot.web.webhooks import Intake
from core.database import Database
from core.migrate import latest_revision


def create_service(
    *,
    database: Database,
    progress: Progress,
    metrics: Metrics,
    now: Callable[[], datetime],
    stopping: asyncio.Event,
    webhooks: Sequence[Webhook] = (),
    polling: bool = False,
    tick_s: float | None = None,
    api: Api | None = None,
    front: Front | None = None,
    tracing: Tracing | None = None,
) -> web.Application:
    """The service, to be run with `access_log=None`: it writes its own, without paths.

    `stopping` is set by who ends the process, before the sites are stopped. `polling` and `tick_s`
    say which loops run in this process and are watched by /readyz: see Health. `front` is what the
    pages stand on, without which there are none.
    """
    middlewares: list[Middleware] = [log_access, explain_errors]
    if tracing is not None and not isinstance(tracing, Untraced):
        middlewares.insert(0, traced_by(tracing))
    service = web.Application(middlewares=middlewares, client_max_size=LARGEST_BODY)
    service.on_response_prepare.append(secure)
    health = Health(database, latest_revision(), progress, now, stopping, polling, tick_s)
    service.router.add_get("/healthz", health.handle_alive)
    service.router.add_get("/readyz", health.handle_ready)
    service.router.add_get("/metrics", MetricsPage(database, progress, metrics, now).handle)
    for webhook in webhooks:
        intake = Intake(webhook, database, progress, metrics, now, stopping)
        service.router.add_post(webhook.path, intake.handle)
        if webhook.greet is not None:
            service.router.add_get(webhook.path, intake.greet)
    if api is not None:
        mount(service, api, OPERATIONS)
        mount_document(service, OPERATIONS, server=api.public_url)
    if front is not None:
        add_pages(service, front)
    return service
