"""Which facts may be told outside, by their names."""

# The last is told beside another: of who joined by an invite.
EVENTS = (
    "member.joined",
    "member.changed",
    "invite.revoked",
    "invite.expired",
    "invite.declined",
    "request.made",
    "contract.signed",
    "guest.answered",
    "group.archived",
    "group.restored",
    "invite.accepted",
)
