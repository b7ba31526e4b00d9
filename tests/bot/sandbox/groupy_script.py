"""Run by an interpreter that has GroupyAPI: a round through the emulated GroupMe, as JSON."""

import json
import sys

root, token = sys.argv[1:]


def main() -> None:
    from groupy import Client
    from groupy.api import base

    base.Manager.base_url = root + "/"
    client = Client.from_token(token)
    group = next(iter(client.groups.list()))
    sent = group.post(text="hello from another client")
    bots = client.bots.list()
    if bots:
        bots[0].post("hello from a bot")
    json.dump(
        {
            "me": client.user.get_me()["name"],
            "group": client.groups.get(group.id).name,
            "members": sorted(member.nickname for member in group.members),
            "sent": sent.text,
            "texts": [message.text for message in group.messages.list()],
        },
        sys.stdout,
    )


main()
