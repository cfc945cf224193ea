// Draws one turn: what was asked and what came back.
import { canSpeak, languageOf } from "./device.js";
import { button, make } from "./dom.js";
import { alarm, aloud, buttons, copying, dials, meanwhile, placing, speaking, stations } from "./replies.js";
import { showSource } from "./sheets.js";

export class TurnView {
  /** `acts`: say, locate, act, tell, rate, retry. `live` is false for what is restored. */
  constructor(turn, words, acts, live) {
    Object.assign(this, { request: turn.request, words, acts, shown: [] });
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
    if (turn.state === "done" && !this.answered) this.#answer(turn, live);
    else if (turn.state === "failed") this.reply.replaceChildren(this.#failure(turn));
    else if (turn.state === "sending" && before !== "sending") this.reply.replaceChildren(this.#thinking());
    else if (turn.state === "waiting" && before !== "waiting") this.reply.replaceChildren(meanwhile(this.words));
    this.shown.forEach((show) => show(turn));
  }

  #thinking() {
    const dots = make("span", { class: "dots" }, make("i"), make("i"), make("i"));
    return make("p", { class: "thinking", "aria-hidden": "true" }, dots);
  }

  #failure(turn) {
    const retry = turn.final ? null : button("plain", this.words.chat.retry, () => this.acts.retry(turn.request));
    return make("div", { class: "bubble failure" }, make("p", {}, turn.error), dials(turn.dial || [], this.words), retry);
  }

  #answer(turn, live) {
    const { reply } = turn;
    const urgent = reply.kind === "emergency";
    this.reply.replaceChildren(this.#bubble(turn, urgent, live));
    if (reply.stations?.length) this.#add(...stations(reply.stations, this.#doors(turn)));
    const taps = buttons(reply.buttons || [], this.#doors(turn));
    if (taps) this.#add(taps);
    if (reply.asks_location) this.#add(placing(this.words.location, this.acts.locate));
    if (reply.quick_replies.length) this.#add(this.#quick(reply.quick_replies));
    this.answered = true;
  }

  #add(part, show = null) {
    this.reply.append(part);
    if (show) this.shown.push(show);
  }

  /** What the buttons of a reply can do. */
  #doors(turn) {
    const { say, locate, act, tell } = this.acts;
    const done = (item, here) => (here ? tell(turn.request, item.value) : act(item.label, item.value));
    return { words: this.words, say, locate, act: done };
  }

  #bubble(turn, urgent, live) {
    const { reply } = turn;
    const bubble = make("div", { class: `bubble ${urgent ? "emergency" : ""}`, role: urgent && live ? "alert" : null });
    bubble.append(make("span", { class: "hidden" }, this.words.chat.assistant));
    if (urgent) bubble.append(alarm(reply.dial, this.words));
    bubble.append(this.#body(reply));
    if (urgent && reply.read_aloud) bubble.append(aloud(reply.read_aloud, reply.dial[0], this.words));
    const numbers = urgent ? null : dials(reply.dial, this.words);
    if (numbers) bubble.append(numbers);
    if (reply.chips.length) bubble.append(this.#chips(reply.chips));
    if (reply.kind !== "smalltalk") bubble.append(this.#tools(turn));
    return bubble;
  }

  /** The paragraphs; what is to be read aloud has a place of its own. */
  #body({ body, read_aloud }) {
    const marked = read_aloud ? body.split(read_aloud).join("\0") : body;
    const kept = marked.split(/\n\s*\n/).map((part) => part.trim()).filter((part) => part && !part.includes("\0"));
    return make("div", { class: "body", lang: languageOf(body) }, ...kept.map((part) => make("p", {}, part)));
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

  #tools({ reply, request }) {
    const { chat } = this.words;
    const row = make("div", { class: "tools" });
    const thanks = make("p", { class: "thanks", role: "status" });
    if (reply.rateable) row.append(this.#rating(request, thanks));
    const others = make("div");
    if (!reply.read_aloud) others.append(copying(reply.text || reply.body, chat, thanks));
    const spoken = reply.stations?.length ? reply.text : reply.spoken;
    if (canSpeak && spoken) others.append(speaking(spoken, chat, "tool", reply.read_aloud ? chat.speak_all : chat.speak));
    row.append(others);
    return make("div", {}, row, thanks);
  }

  #rating(request, thanks) {
    const { chat } = this.words;
    const rate = (useful) => () => this.acts.rate(request, useful);
    const up = button("tool", chat.useful, rate(true), "up");
    const down = button("tool", chat.useless, rate(false), "down");
    this.shown.push((turn) => {
      up.setAttribute("aria-pressed", String(turn.useful === true));
      down.setAttribute("aria-pressed", String(turn.useful === false));
      const line = turn.useful === true ? chat.thanks_useful : turn.useful === false ? chat.thanks_useless : "";
      if (thanks.textContent !== line) thanks.textContent = line;
    });
    return make("div", { role: "group", "aria-label": chat.rate_label }, up, down);
  }
}
