// Makes elements. Nothing from the server is ever treated as HTML: text goes in as text, an address only after a look.

export function make(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name === "onclick") node.addEventListener("click", value);
    else if (value !== false && value != null) node.setAttribute(name, value === true ? "" : value);
  }
  node.append(...children.filter((child) => child != null));
  return node;
}

export function icon(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `#i-${name}`);
  svg.append(use);
  return svg;
}

export const button = (kind, label, onclick, sign = null) =>
  make("button", { type: "button", class: kind, onclick }, sign && icon(sign), make("span", {}, label));

/** A link to the first telephone number in `text`, as tel: wants it; null where there is none. No codes such as *21#. */
export function telephone(kind, text, ...label) {
  const digits = (/^[^\d+*#]*(\+?\d[\d\s()（）-]{2,})/.exec(text)?.[1] || "").replace(/[^\d+]/g, "");
  return digits ? make("a", { class: kind, href: `tel:${digits}` }, ...label) : null;
}
