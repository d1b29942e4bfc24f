// Elements are made here and only here. Text from data becomes text nodes, never markup.

const SVG = "http://www.w3.org/2000/svg";

/** An element with attributes, an optional click handler, and children (elements or texts). */
function make(tag, attributes, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (name === "onclick") element.addEventListener("click", value);
    else if (value === true) element.setAttribute(name, "");
    else if (value || value === 0) element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child || child === 0));
  return element;
}

function byId(id) {
  return document.getElementById(id);
}

/** A link that opens elsewhere, if the address is one a browser may follow; else plain text. */
function link(address, text) {
  if (!/^https?:\/\//i.test(address ?? "")) return make("span", {}, text);
  return make("a", { href: address, rel: "noopener noreferrer", target: "_blank" }, text);
}

function button(text, onclick, attributes = {}) {
  return make("button", { type: "button", onclick, ...attributes }, text);
}

const OUTLINES = {
  square: "3,3 13,3 13,13 3,13",
  diamond: "8,1 15,8 8,15 1,8",
  triangle: "8,2 15,14 1,14",
  triangleDown: "1,2 15,2 8,14",
  star: "8,1 10,6 15,6 11,9.5 12.5,15 8,11.5 3.5,15 5,9.5 1,6 6,6",
  hexagon: "4,1.5 12,1.5 15.5,8 12,14.5 4,14.5 0.5,8",
};

/** The mark of a type as the graph draws it. */
function mark(kind) {
  const svg = document.createElementNS(SVG, "svg");
  const outline = OUTLINES[kind.shape];
  const shape = document.createElementNS(SVG, outline ? "polygon" : "circle");
  const values = outline ? { points: outline } : { cx: 8, cy: 8, r: 6 };
  for (const [name, value] of Object.entries(values)) shape.setAttribute(name, value);
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("class", `mark ${kind.family}`);
  svg.append(shape);
  return svg;
}
