"""Administrator rights and member permissions, named as in the Bot API."""

REQUIRED_ADMIN_RIGHTS = (
    "is_anonymous",
    "can_manage_chat",
    "can_delete_messages",
    "can_manage_video_chats",
    "can_restrict_members",
    "can_promote_members",
    "can_change_info",
    "can_invite_users",
    "can_post_stories",
    "can_edit_stories",
    "can_delete_stories",
    "can_send_welcome_messages",
)
GROUP_ADMIN_RIGHTS = ("can_pin_messages", "can_manage_topics")
ADMIN_RIGHTS = REQUIRED_ADMIN_RIGHTS + GROUP_ADMIN_RIGHTS
USUAL_ADMIN_RIGHTS = {
    "can_manage_chat": True,
    "can_delete_messages": True,
    "can_manage_video_chats": True,
    "can_restrict_members": True,
    "can_change_info": True,
    "can_invite_users": True,
    "can_pin_messages": True,
}
PERMISSIONS = (
    "can_send_messages",
    "can_send_audios",
    "can_send_documents",
    "can_send_photos",
    "can_send_videos",
    "can_send_video_notes",
    "can_send_voice_notes",
    "can_send_polls",
    "can_send_other_messages",
    "can_add_web_page_previews",
    "can_react_to_messages",
    "can_edit_tag",
    "can_change_info",
    "can_invite_users",
    "can_pin_messages",
    "can_manage_topics",
)


def checked_rights(rights: dict[str, bool] | None) -> dict[str, bool]:
    """The rights as given, or the usual ones; `ValueError` for an unknown name."""
    if rights is None:
        return dict(USUAL_ADMIN_RIGHTS)
    unknown = sorted(set(rights) - set(ADMIN_RIGHTS) - set(PERMISSIONS))
    if unknown:
        raise ValueError(f"There is no right called {unknown[0]}.")
    return {"can_manage_chat": True} | rights
