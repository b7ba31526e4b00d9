// What the sandbox has told us: people, chats, messages, menus.

const GONE = new Set(["left", "kicked"]);

export class World {
  load(state) {
    this.bot = state.bot;
    this.people = new Map(state.people.map((person) => [person.id, person]));
    this.chats = new Map(state.chats.map((chat) => [chat.id, chat]));
    this.commands = new Map();
    this.keepCommands(state.commands);
    this.messages = new Map();
    for (const list of Object.values(state.messages)) list.forEach((message) => this.keep(message));
  }

  /** Menus by "user:chat"; those not named stay as they are. */
  keepCommands(menus) {
    for (const [key, list] of Object.entries(menus)) this.commands.set(key, list);
  }

  /** Stores a message; true when it was not known before. */
  keep(message) {
    if (!this.messages.has(message.chat_id)) this.messages.set(message.chat_id, new Map());
    const chat = this.messages.get(message.chat_id);
    const isNew = !chat.has(message.message_id);
    chat.set(message.message_id, message);
    return isNew;
  }

  drop(chatId, messageId) {
    this.messages.get(chatId)?.delete(messageId);
  }

  messagesOf(chatId) {
    const known = [...(this.messages.get(chatId)?.values() ?? [])];
    return known.sort((a, b) => a.message_id - b.message_id);
  }

  message(chatId, messageId) {
    return this.messages.get(chatId)?.get(messageId);
  }

  rooms() {
    return [...this.chats.values()].filter((chat) => chat.type !== "private" && !chat.migrated_to);
  }

  status(chat, userId) {
    const member = chat.members?.find((one) => one.user_id === userId);
    return member && !GONE.has(member.status) ? member.status : null;
  }

  members(chat) {
    return [...this.people.values()].filter((person) => this.status(chat, person.id));
  }

  /** The chats on a person's phone: the bot first, then the rooms they are in. */
  chatsOf(userId) {
    return [userId, ...this.rooms().filter((room) => this.status(room, userId)).map((room) => room.id)];
  }

  commandsFor(userId, chatId) {
    return this.commands.get(`${userId}:${chatId}`) ?? [];
  }

  botIsIn(chat) {
    return Boolean(chat.bot_status) && !GONE.has(chat.bot_status);
  }

  /** Who a message is from, as Telegram shows it. */
  sender(message) {
    const { sender_chat_id } = message;
    if (sender_chat_id) return this.chats.get(sender_chat_id) ?? { id: 0, title: "Room" };
    if (message.from_id === this.bot.id) return this.bot;
    return this.people.get(message.from_id) ?? { id: message.from_id ?? 0, first_name: "Someone" };
  }
}

/** What a message says in plain words, for quotes and screen readers. */
export function plainText(message) {
  const file = message.photo ? "Photo" : message.document?.file_name ?? "";
  return message.text || message.caption || file;
}

export function fullName(subject) {
  return subject.title || [subject.first_name, subject.last_name].filter(Boolean).join(" ");
}
