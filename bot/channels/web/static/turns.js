// Draws one turn: what was asked and what came back. Nothing from the server is ever treated as HTML.
import { canLocate, canSpeak, copy, hush, languageOf, locate, speak } from "./device.js";
import { showSource } from "./sheets.js";

function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") node.addEventListener("click", value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

const button = (kind, label, onclick, sign = null) =>
  make("button", { type: "button", class: kind, onclick }, sign && icon(sign), make("span", {}, label));

export class TurnView {
  /** `acts`: say(text), locate(place), rate(request, useful), retry(request). `live` is false for what is restored. */
  constructor(turn, words, acts, live) {
    Object.assign(this, { request: turn.request, words, acts });
    this.state = make("p", { class: "state" });
    this.reply = make("div", { class: "reply" });
    const said = make("p", { class: "said", lang: languageOf(turn.text) }, turn.text);
    this.root = make(
      "article",
      { class: "turn", tabindex: "-1" },
      make("div", { class: "asked" }, make("span", { class: "hidden" }, words.chat.you), said, this.state),
      this.reply,
    );
    this.update(turn, live);
  }

  update(turn, live = true) {
    const { chat } = this.words;
    const before = this.root.dataset.state;
    this.root.dataset.state = turn.state;
    const line = turn.state === "done" ? "" : chat[turn.state];
    if (this.state.textContent !== line) this.state.textContent = line;
    if (turn.state === "done" && this.answered) this.#rated(turn);
    else if (turn.state === "done") this.#answer(turn, live);
    else if (turn.state === "failed") this.reply.replaceChildren(this.#failure(turn));
    else if (turn.state === "sending" && before !== "sending") this.reply.replaceChildren(this.#thinking());
    else if (turn.state === "waiting") this.reply.replaceChildren();
  }

  #thinking() {
    const dots = make("span", { class: "dots" }, make("i"), make("i"), make("i"));
    return make("p", { class: "thinking", "aria-hidden": "true" }, dots);
  }

  #failure(turn) {
    const retry = turn.final ? null : button("plain", this.words.chat.retry, () => this.acts.retry(turn.request));
    return make("div", { class: "bubble failure" }, make("p", {}, turn.error), this.#dial(turn.dial || []), retry);
  }

  #answer(turn, live) {
    const { reply } = turn;
    const urgent = reply.kind === "emergency";
    const bubble = make("div", { class: `bubble ${urgent ? "emergency" : ""}`, role: urgent && live ? "alert" : null });
    bubble.append(make("span", { class: "hidden" }, this.words.chat.assistant));
    if (urgent) bubble.append(make("p", { class: "alarm" }, icon("alert"), this.words.chat.emergency), this.#dial(reply.dial));
    bubble.append(this.#body(reply.body));
    if (!urgent && reply.dial.length) bubble.append(this.#dial(reply.dial));
    if (reply.chips.length) bubble.append(this.#chips(reply.chips));
    if (reply.kind !== "smalltalk") bubble.append(this.#tools(turn));
    this.reply.replaceChildren(bubble);
    if (reply.asks_location) this.reply.append(this.#place());
    if (reply.quick_replies.length) this.reply.append(this.#quick(reply.quick_replies));
    this.answered = true;
    this.#rated(turn);
  }

  #body(text) {
    const paragraphs = text.split(/\n\s*\n/).map((part) => part.trim()).filter(Boolean);
    return make("div", { class: "body", lang: languageOf(text) }, ...paragraphs.map((part) => make("p", {}, part)));
  }

  #dial(numbers) {
    if (!numbers.length) return null;
    const links = numbers.map((number) => {
      const name = this.words.numbers[number];
      const label = [this.words.chat.call, " ", make("b", {}, number), name ? ` ${name}` : ""];
      return make("a", { class: "dial", href: `tel:${number.replace(/[^\d+*#]/g, "")}` }, icon("phone"), make("span", {}, ...label));
    });
    return make("div", { class: "dials" }, ...links);
  }

  #chips(chips) {
    const items = chips.map((chip) => {
      const open = button("chip", chip.title, (event) => showSource(chip, event.currentTarget), "source");
      open.setAttribute("aria-haspopup", "dialog");
      return make("li", {}, open);
    });
    const name = this.words.chat.sources;
    return make("div", { class: "chips" }, make("p", {}, name), make("ul", { "aria-label": name }, ...items));
  }

  #quick(replies) {
    const items = replies.map((text) => make("li", {}, button("suggestion", text, () => this.acts.say(text))));
    return make("ul", { class: "quick", "aria-label": this.words.chat.quick_replies }, ...items);
  }

  #place() {
    const { location } = this.words;
    const line = make("p", { role: "status" });
    if (!canLocate) {
      line.textContent = location.insecure;
      return make("div", { class: "place" }, line);
    }
    const send = button("solid", location.ask, async () => {
      send.disabled = true;
      line.textContent = location.finding;
      try {
        const place = await locate();
        line.textContent = "";
        this.acts.locate(place);
      } catch (error) {
        line.textContent = location[error.message] || location.failed;
      } finally {
        send.disabled = false;
      }
    }, "pin");
    return make("div", { class: "place" }, send, line);
  }

  #tools(turn) {
    const { chat } = this.words;
    const row = make("div", { class: "tools" });
    if (turn.reply.rateable) {
      const rate = (useful) => () => this.acts.rate(turn.request, useful);
      this.up = button("tool", chat.useful, rate(true), "up");
      this.down = button("tool", chat.useless, rate(false), "down");
      row.append(make("div", { role: "group", "aria-label": chat.rate_label }, this.up, this.down));
    }
    const others = make("div", {}, this.#copying(turn.reply));
    if (canSpeak && turn.reply.spoken) others.append(this.#speaking(turn.reply.spoken));
    row.append(others);
    this.thanks = make("p", { class: "thanks", role: "status" });
    return make("div", {}, row, this.thanks);
  }

  #copying(reply) {
    const { chat } = this.words;
    const tool = button("tool", chat.copy, async () => {
      const done = await copy(reply.text || reply.body);
      this.thanks.textContent = done ? "" : chat.copy_failed;
      if (!done) return;
      tool.replaceChildren(icon("check"), make("span", { role: "status" }, chat.copied));
      setTimeout(() => tool.replaceChildren(icon("copy"), make("span", {}, chat.copy)), 2500);
    }, "copy");
    return tool;
  }

  #speaking(text) {
    const { chat } = this.words;
    const show = (on) => tool.replaceChildren(icon(on ? "stop" : "speak"), make("span", {}, on ? chat.stop : chat.speak));
    let on = false;
    const stopped = () => show((on = false));
    const tool = button("tool", chat.speak, () => {
      if (on) return hush();
      speak(text, stopped);
      show((on = true));
    }, "speak");
    return tool;
  }

  #rated(turn) {
    if (!this.up) return;
    this.up.setAttribute("aria-pressed", String(turn.useful === true));
    this.down.setAttribute("aria-pressed", String(turn.useful === false));
    const { thanks_useful, thanks_useless } = this.words.chat;
    const line = turn.useful === true ? thanks_useful : turn.useful === false ? thanks_useless : "";
    if (this.thanks.textContent !== line) this.thanks.textContent = line;
  }
}
