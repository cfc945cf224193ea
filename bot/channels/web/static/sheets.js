// The bottom sheets. <dialog> brings Esc, the focus trap and the return of the focus; we add the tap outside.

const byId = (id) => document.getElementById(id);

for (const dialog of document.querySelectorAll("dialog")) {
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog || event.target.closest("[data-close]")) dialog.close();
  });
}

function fill(id, text) {
  const place = byId(id);
  place.textContent = text;
  place.closest("div").hidden = !text;
}

/** Shows a chip: the passage as it stands in the library, where it comes from, and the official page if it has one. */
export function showSource(chip, opener) {
  const dialog = byId("sheet");
  byId("sheet-title").textContent = chip.title;
  byId("sheet-text").textContent = chip.text;
  fill("sheet-source", chip.source);
  fill("sheet-date", chip.date);
  const link = byId("sheet-link");
  const safe = /^https?:\/\//i.test(chip.url || "");
  link.hidden = !safe;
  if (safe) link.href = chip.url;
  else link.removeAttribute("href");
  dialog.addEventListener("close", () => opener.focus({ preventScroll: true }), { once: true });
  dialog.showModal();
  dialog.querySelector(".sheet-body").scrollTop = 0;
  byId("sheet-title").focus({ preventScroll: true });
}

/** Asks before the conversation is cleared; `agreed` runs only after a yes. */
export function confirmClear(agreed) {
  const dialog = byId("ask");
  byId("ask-yes").onclick = () => {
    dialog.close();
    agreed();
  };
  dialog.showModal();
  byId("ask-no").focus();
}
