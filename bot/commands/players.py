"""/addplayer, /assign and /guardian: who plays, in which team, and who signs for them."""

from __future__ import annotations

from bot.command import Button, Call, Command, Reply
from bot.commands.player_cards import player_card
from bot.commands.quoting import quoted
from bot.commands.target import MOST_CHOICES, named_group, target_group
from bot.commands.which_player import which_player
from bot.texts import Text, Verbatim, say
from core.access import Permission, allows
from core.errors import Invalid
from core.groups import Group
from core.members.footholds import list_footholds
from core.rosters import add_player
from core.rosters.guardians import Contact, read_guardian
from core.rosters.player_changes import assign_team, set_guardian
from core.rosters.players import TEAMLESS, Player, list_guardians

ADD_USAGE = 'name [guardian="Dana Levi, dana@example.org"] [second="…"] [team=Tigers]'
ASSIGN_USAGE = "player to team"
GUARDIAN_USAGE = "player [1/2] name, e-mail, phone [remove]"


def addplayer(call: Call) -> Reply:
    """A player of the group, or of the team that is named; guardians by all that is known."""
    name = call.arguments.text()
    if not name:
        raise Invalid("missing", usage=Verbatim("/addplayer Mia Levi"))
    written = [call.arguments.option(option) for option in ("guardian", "second")]
    contacts = [_contact(call, text) for text in written if text]
    player = add_player(
        call.session,
        call.actor,
        group=_team(call, f"/addplayer {quoted(name)} team"),
        name=name,
        contacts=contacts,
        now=call.now,
    )
    return player_card(call, player, say("{player} is on the roster.", player=player.name))


def assign(call: Call) -> Reply:
    """Put a player on a team's roster; without a team its buttons ask for one."""
    words = list(call.arguments.words)
    at = next((place for place, word in enumerate(words) if word.casefold() == "to"), len(words))
    named, team = " ".join(words[:at]), " ".join(words[at + 1 :])
    usage = "/assign Mia Levi to Tigers"
    player = which_player(
        call, named, usage=usage, again=lambda one: f"/assign {one} to {quoted(team)}".rstrip()
    )
    if not team:
        return _ask_team(call, player)
    chosen = named_group(call, team, again=lambda one: f"/assign {player.public_id} to #{one}")
    moved = assign_team(call.session, call.actor, player=player, team=chosen, now=call.now)
    return player_card(call, player, _assigned(player, chosen, moved=moved))


def guardian(call: Call) -> Reply:
    """Write a guardian down, the first or the second; `remove` takes them off."""
    named, *rest = call.arguments.words or ("",)
    player = which_player(
        call, named, usage=f"/guardian {GUARDIAN_USAGE}", again=lambda one: f"/guardian {one}"
    )
    place = _place(call, player)
    if rest and rest[0] in ("1", "2"):
        place = int(rest.pop(0))
    text = " ".join(rest)
    if not text:
        return player_card(call, player)
    contact = Contact() if text.casefold() == "remove" else _contact(call, text)
    set_guardian(
        call.session, call.actor, player=player, place=place, contact=contact, now=call.now
    )
    return player_card(call, player, say("That is written down."))


def _contact(call: Call, text: str) -> Contact:
    return read_guardian(text, platform=call.incoming.room.platform, region=call.region)


def _team(call: Call, command: str) -> Group:
    team = call.arguments.option("team")
    if team is None:
        return target_group(call)
    return named_group(call, team, again=lambda one: f"{command}=#{one}")


def _place(call: Call, player: Player) -> int:
    """The first that is free, else the second."""
    taken = {one.place for one in list_guardians(call.session, [player.id])[player.id]}
    return next((place for place in (1, 2) if place not in taken), 2)


def _ask_team(call: Call, player: Player) -> Reply:
    teams = [
        row.group
        for row in list_footholds(call.session, call.actor.person.id)
        if allows(row.role, Permission.KEEP_ROSTER)
        and row.group.kind not in TEAMLESS
        and row.group_id != player.group_id
    ]
    if not teams:
        raise Invalid("no_other_team", player=player.name)
    rows = [
        (Button(say("{team}", team=team.name), f"/assign {player.public_id} to #{team.id}"),)
        for team in teams[:MOST_CHOICES]
    ]
    return Reply(say("Which team shall {player} play in?", player=player.name), tuple(rows))


def _assigned(player: Player, team: Group, *, moved: bool) -> Text:
    fields = {"player": player.name, "team": team.name}
    if not moved:
        return say("{player} is in {team} already.", **fields)
    if player.is_signed and not player.link_owed:
        return say("{player} is in {team} now. The guardians get the link into its room.", **fields)
    return say("{player} is in {team} now.", **fields)


COMMANDS = (
    Command(
        "addplayer",
        say("put somebody on the roster"),
        addplayer,
        usage=ADD_USAGE,
        permission=Permission.KEEP_ROSTER,
        options=frozenset({"guardian", "second", "team"}),
    ),
    Command(
        "assign",
        say("give a player a team"),
        assign,
        usage=ASSIGN_USAGE,
        permission=Permission.KEEP_ROSTER,
    ),
    Command(
        "guardian",
        say("write down who signs for a player"),
        guardian,
        usage=GUARDIAN_USAGE,
        permission=Permission.KEEP_ROSTER,
    ),
)
