// The conversations on the page, one of which is shown.

const LINES_KEPT = 300;

export const element = (id) => document.getElementById(id);
const fromTemplate = (id) => element(id).content.firstElementChild.cloneNode(true);

let shown;

/** Its entry in the list of conversations, its messages, and the function that sends a message. */
export class Conversation {
  /**
   * @param list the id of the list in which it is named
   * @param about returns a sentence on who reads what is written here
   * @param send sends a text; returns a remark for the sender, if there is one; throws an error if it fails
   * @param leave ends it at the user's wish, if that is possible
   * @param open is called before it is shown, and may throw an error instead
   */
  constructor({ title, list, hint = "", about, send, leave, open }) {
    Object.assign(this, { title, about, send, leave, open });
    this.entry = fromTemplate("entry");
    this.button = this.entry.querySelector("button");
    this.entry.querySelector(".label").textContent = title;
    this.remark = this.entry.querySelector(".remark");
    this.unread = this.entry.querySelector(".unread");
    this.button.addEventListener("click", () => this.choose());
    element(list).append(this.entry);

    this.log = fromTemplate("log");
    this.log.setAttribute("aria-label", `Messages: ${title}`);
    this.log.querySelector(".hint").textContent = hint;
    this.lines = this.log.querySelector("ol");
    this.isAtEnd = true; // a reader who sees its end stays at its end
    this.log.addEventListener("scroll", () => {
      this.isAtEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
    });
    new ResizeObserver(() => this.stayAtEnd()).observe(this.log);
    element("logs").append(this.log);
    Conversation.first ??= this; // the one that is shown when another goes
    if (!shown) {
      this.show();
    }
  }

  static first;

  /** How many messages of others have been received. */
  static received = 0;

  static get shown() {
    return shown;
  }

  get isEmpty() {
    return this.lines.childElementCount === 0;
  }

  /** Shows it at the user's wish, who will write next. */
  async choose() {
    stopComplaining();
    try {
      await this.open?.();
      this.show();
      element("text").focus();
    } catch (problem) {
      complain(problem);
    }
  }

  show() {
    const before = shown;
    shown = this;
    before?.mark();
    this.mark();
    this.unread.textContent = "";
    this.scrollToEnd();
    document.dispatchEvent(new Event("conversation")); // the page closes the list on a phone
    Conversation.refresh();
  }

  mark() {
    this.log.hidden = this !== shown;
    if (this === shown) {
      this.button.setAttribute("aria-current", "true");
    } else {
      this.button.removeAttribute("aria-current");
    }
  }

  /** Writes anew what the page says about the conversation that is shown, and how much is unread. */
  static refresh() {
    element("title").textContent = shown.title;
    element("about").textContent = shown.about();
    element("leave").hidden = !shown.leave;
    element("text").placeholder = `Message to ${shown.title}`;
    element("menu").dataset.unread = [...document.querySelectorAll("nav .unread")]
      .reduce((sum, { textContent }) => sum + Number(textContent), 0);
  }

  /** Takes it from the page. */
  remove() {
    this.entry.remove();
    this.log.remove();
    if (this === shown) {
      Conversation.first.show();
    }
  }

  // ---- messages

  /** Adds a message of the user, sends it, and returns when its fate is known. */
  async post(text) {
    const line = this.addMessage({ author: "You", text, time: new Date(), mine: true });
    this.scrollToEnd();
    await this.deliver(line, text);
  }

  async deliver(line, text) {
    const state = line.querySelector(".state");
    line.dataset.state = "sending";
    state.textContent = "Sending…";
    try {
      const remark = await this.send(text, line);
      line.dataset.state = "sent";
      state.replaceChildren(remark ?? fromTemplate("sent"));
    } catch (problem) {
      line.dataset.state = "failed";
      const again = fromTemplate("again");
      again.addEventListener("click", () => {
        element("text").focus(); // the button goes
        this.deliver(line, text);
      });
      state.replaceChildren(`Not sent: ${problem.message} `, again);
    }
    this.stayAtEnd();
  }

  /** Adds a message; all of it as text, never as markup. */
  addMessage({ author, text, time, mine = false }) {
    const line = fromTemplate("message");
    line.classList.toggle("mine", mine);
    line.querySelector(".author").textContent = author;
    line.querySelector(".body").textContent = text;
    const clock = line.querySelector("time");
    clock.dateTime = time.toISOString();
    clock.textContent = time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    this.add(line);
    Conversation.received += mine ? 0 : 1;
    if (this !== shown && !mine) {
      this.unread.textContent = Number(this.unread.textContent) + 1;
      Conversation.refresh();
    }
    return line;
  }

  addNote(text) {
    const line = fromTemplate("note");
    line.textContent = text;
    this.add(line);
  }

  add(line) {
    this.lines.append(line);
    while (this.lines.childElementCount > LINES_KEPT) {
      this.lines.firstElementChild.remove();
    }
    this.stayAtEnd();
  }

  scrollToEnd() {
    this.isAtEnd = true;
    this.stayAtEnd();
  }

  stayAtEnd() {
    if (this.isAtEnd) {
      this.log.scrollTop = this.log.scrollHeight;
    }
  }
}

/**
 * Tells the user what went wrong, until the next action; if there is a remedy, until the notice is dismissed.
 *
 * @param remedy what the user may do about it at once: { label, act }
 */
export function complain(problem, remedy) {
  element("notice").replaceChildren(problem.message);
  if (remedy) {
    const button = fromTemplate("remedy");
    button.textContent = remedy.label;
    button.addEventListener("click", remedy.act);
    element("notice").append(" ", button);
  }
}

export function stopComplaining() {
  if (!element("notice").querySelector("button")) {
    dismissNotice();
  }
}

export function dismissNotice() {
  element("notice").replaceChildren();
}
