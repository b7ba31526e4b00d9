"""getMe, and how the bot receives updates."""

from typing import Any

from bot.sandbox.telegram import wire
from bot.sandbox.telegram.errors import bad_request, conflict
from bot.sandbox.telegram.methods.call import (
    Call,
    Method,
    boolean,
    integer,
    json_array,
    string,
)
from bot.sandbox.telegram.webhook import Webhook, check_secret, check_url


def get_me(call: Call) -> dict[str, Any]:
    """The bot's own account with its abilities; privacy mode is on."""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": False,
        "supports_guest_queries": False,
        "supports_inline_queries": True,
        "can_connect_to_business": False,
        "has_main_web_app": False,
        "has_topics_enabled": False,
        "allows_users_to_create_topics": False,
        "can_manage_bots": False,
        "supports_join_request_queries": False,
    }
    return wire.user(call.world.bot) | abilities


def _allowed(call: Call) -> list[str] | None:
    names = call.args.get("allowed_updates")
    return None if names is None else [str(name) for name in names]


async def get_updates(call: Call) -> list[dict[str, Any]]:
    """Long polling; numbers out of range are clamped, as the Bot API server does."""
    queue = call.world.updates
    if not queue.webhook_active:
        queue.allow(_allowed(call))
    limit = min(max(call.number("limit", 100), 1), 100)
    return await queue.poll(call.number("offset"), limit, max(call.number("timeout"), 0))


def set_webhook(call: Call) -> bool:
    """Deliver to `url` from now on; http:// is taken for loopback addresses."""
    url = call.text("url")
    if not url:
        return delete_webhook(call)
    check_url(url)
    check_secret(call.text("secret_token"))
    queue = call.world.updates
    queue.allow(_allowed(call))
    if call.flag("drop_pending_updates"):
        queue.drop()
    queue.interrupt(conflict("terminated by setWebhook request"))
    most = call.number("max_connections", 40)
    if not 1 <= most <= 100:
        raise bad_request("max_connections must be between 1 and 100")
    call.world.set_webhook(Webhook(queue, url, call.text("secret_token"), most))
    return True


def delete_webhook(call: Call) -> bool:
    """Back to long polling."""
    call.world.set_webhook(None)
    if call.flag("drop_pending_updates"):
        call.world.updates.drop()
    return True


def get_webhook_info(call: Call) -> dict[str, Any]:
    """Where updates go, how many wait and what went wrong last."""
    queue, hook = call.world.updates, call.world.webhook
    info = {
        "url": hook.url if hook else "",
        "has_custom_certificate": False,
        "pending_update_count": len(queue),
    }
    if queue.allowed:
        info["allowed_updates"] = queue.allowed
    return info | (hook.info() if hook else {})


def get_my_star_balance(call: Call) -> dict[str, Any]:
    """What is left to pay with, in whole Stars and billionths of one."""
    stars, tenths = divmod(call.world.purse.tenths, 10)
    return {"amount": stars, "nanostar_amount": tenths * 100_000_000}


METHODS = {
    "getMyStarBalance": Method(get_my_star_balance, {}, changes=False),
    "getMe": Method(get_me, {}, changes=False),
    "getUpdates": Method(
        get_updates,
        {"offset": integer, "limit": integer, "timeout": integer, "allowed_updates": json_array},
        changes=False,
    ),
    "setWebhook": Method(
        set_webhook,
        {
            "url": string,
            "secret_token": string,
            "max_connections": integer,
            "allowed_updates": json_array,
            "drop_pending_updates": boolean,
        },
        changes=False,
    ),
    "deleteWebhook": Method(delete_webhook, {"drop_pending_updates": boolean}, changes=False),
    "getWebhookInfo": Method(get_webhook_info, {}, changes=False),
}
