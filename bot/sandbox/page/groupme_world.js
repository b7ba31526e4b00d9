// What the sandbox has told us of GroupMe: accounts, groups, posts, letters.

export class GroupMeWorld {
  constructor() {
    this.clear();
  }

  clear() {
    this.clubId = null;
    this.accounts = new Map();
    this.groups = new Map();
    this.posts = new Map();
    this.letters = new Map();
  }

  async load() {
    const answer = await fetch("/play/groupme/state", { cache: "no-store" });
    if (!answer.ok) throw new Error(`groupme: ${answer.status}`);
    const state = await answer.json();
    this.clear();
    this.clubId = state.club_id;
    state.accounts.forEach((one) => this.accounts.set(one.id, one));
    state.groups.forEach((one) => this.groups.set(one.id, one));
    state.posts.forEach((one) => this.posts.set(one.id, one));
    state.direct.forEach((one) => this.letters.set(one.id, one));
  }

  /** Takes in one event; true when it was one of GroupMe's. */
  apply(event) {
    const kept = {
      groupme_account: this.accounts, groupme_group: this.groups,
      groupme_post: this.posts, groupme_direct: this.letters,
    }[event.type];
    kept?.set(event.id, event);
    return Boolean(kept);
  }

  people() {
    return [...this.accounts.values()].filter((one) => one.id !== this.clubId);
  }

  isIn(group, accountId) {
    return group.members.some((one) => one.user_id === accountId);
  }

  postsOf(groupId) {
    return inOrder(this.posts).filter((one) => one.group_id === groupId);
  }

  lettersOf(accountId) {
    return inOrder(this.letters).filter((one) => [one.sender_id, one.recipient_id].includes(accountId));
  }
}

const inOrder = (kept) => [...kept.values()].sort((a, b) => Number(a.id) - Number(b.id));
