"""What is said where something can't be told by a template that a platform approved."""

from __future__ import annotations

from bot.texts import Text, say

TEMPLATE_REFUSALS: dict[str, Text] = {
    "templates_for_admins": say(
        "Only admins of a group may see that. Ask an admin, or found a group with /newgroup."
    ),
    "template_unknown": say(
        "WhatsApp knows no template {template}. Have it approved first; docs/whatsapp.md tells how."
    ),
    "template_not_approved": say(
        "Meta has not approved the template {template}: {status}. /whatsapp shows how it stands."
    ),
    "template_needs": say(
        "The template {template} wants more than I can fill in: {what}. Make one without it."
    ),
    "template_fields": say(
        "The template {template} wants {wanted}, but I have {given}. Make the two agree in Meta’s"
        " manager."
    ),
}
