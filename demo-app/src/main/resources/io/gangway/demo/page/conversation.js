// The conversations on the page, one of which is shown.

const LINES_KEPT = 300;

export const element = (id) => document.getElementById(id);

const all = [];
let shown;

/** A list of messages, its tab, and the function that sends a message. */
export class Conversation {
  /**
   * @param buttons elements that are visible only while this conversation is shown
   * @param send sends a text and returns a description of the result; throws an error if it fails
   */
  constructor(kind, { placeholder, author = () => "You", buttons = [], send }) {
    Object.assign(this, { placeholder, author, buttons, send });
    this.log = element(`log-${kind}`);
    this.lines = this.log.querySelector("ol");
    this.tab = element(`tab-${kind}`);
    this.label = this.tab.querySelector(".label");
    this.unread = this.tab.querySelector(".unread");
    this.tab.addEventListener("click", () => this.show());
    all.push(this);
    shown ??= this;
  }

  static get shown() {
    return shown;
  }

  /** Shows its tab, with this name. */
  open(name) {
    this.label.textContent = name;
    this.tab.hidden = false;
  }

  /** Removes its messages, hides its tab, and shows the first conversation. */
  close() {
    this.lines.replaceChildren();
    this.tab.hidden = true;
    this.forgetUnread();
    if (this === shown) {
      all[0].show();
    }
  }

  show() {
    shown = this;
    for (const each of all) {
      each.log.hidden = each !== this;
      each.tab.setAttribute("aria-pressed", String(each === this));
      for (const button of each.buttons) {
        button.hidden = each !== this;
      }
    }
    this.forgetUnread();
    this.log.scrollTop = this.log.scrollHeight;
    element("title").textContent = this.label.textContent;
    element("text").placeholder = this.placeholder();
  }

  /** Adds a message; all of it as text, never as markup. */
  addMessage(author, text, time) {
    const line = fromTemplate("message");
    line.querySelector(".author").textContent = author;
    line.querySelector(".body").textContent = text;
    const clock = line.querySelector("time");
    clock.dateTime = time.toISOString();
    clock.textContent = time.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
    this.add(line);
    if (this !== shown) {
      this.unread.textContent = String(Number(this.unread.textContent) + 1);
      this.unread.hidden = false;
    }
    return line;
  }

  addNote(text) {
    const line = fromTemplate("note");
    line.textContent = text;
    this.add(line);
  }

  add(line) {
    this.keepingTheEnd(() => {
      this.lines.append(line);
      while (this.lines.children.length > LINES_KEPT) {
        this.lines.firstElementChild.remove();
      }
    });
  }

  /** Changes the list; a reader who saw its end stays at its end. */
  keepingTheEnd(change) {
    const atEnd = this.log.scrollHeight - this.log.scrollTop - this.log.clientHeight < 40;
    change();
    if (atEnd) {
      this.log.scrollTop = this.log.scrollHeight;
    }
  }

  forgetUnread() {
    this.unread.hidden = true;
    this.unread.textContent = "";
  }
}

function fromTemplate(id) {
  return element(id).content.firstElementChild.cloneNode(true);
}

export function complain(problem) {
  shown.keepingTheEnd(() => {
    element("notice").textContent = problem.message;
  });
}

export function stopComplaining() {
  element("notice").textContent = "";
}
