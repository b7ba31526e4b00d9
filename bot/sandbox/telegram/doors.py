"""Doors of rooms: people who ask to come in, and administrators who decide."""

from bot.sandbox.telegram.chats import Chat
from bot.sandbox.telegram.invitations import Invitations, Opened


class Doors(Invitations):
    """Verbs of people; the bot's own way is in the methods."""

    def knock(self, chat_id: int, user_id: int) -> Opened:
        """Somebody opens a link of the room's owner that asks to come in, made if there is none."""
        room = self.live_room(chat_id)
        links = (link for link in room.links.values() if link.creates_join_request)
        link = next((one for one in links if one.refusal(self.now()) is None), None)
        if link is None:
            link = self.add_link(chat_id, self._owner(room), creates_join_request=True)
        return self.open_link(user_id, link.url)

    def decide(self, chat_id: int, user_id: int, *, let_in: bool) -> None:
        """The owner lets somebody in who asked, or turns them away, in Telegram's own window."""
        room = self.live_room(chat_id)
        if user_id not in room.requests:
            raise ValueError(f"{self.person(user_id).name} does not ask to join {room.title}.")
        if let_in:
            link = room.requests[user_id].link
            self.let_in(room, user_id, by=self._owner(room), link=link, direct=link is None)
        else:
            self._turn_away(room, user_id)

    def _turn_away(self, room: Chat, user_id: int) -> None:
        del room.requests[user_id]
        self.show_chat(room)
