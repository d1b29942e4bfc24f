// Suggestions while somebody types into the search field: a combobox with a listbox (WAI-ARIA APG).
// Without it the field is a plain form that leads to the page of results.
import { site } from "./root.js";

const WAIT = 150; // ms without a key before the server is asked
const input = document.getElementById("find");
const lang = document.documentElement.lang;
const list = document.createElement("ul");
let turn = 0;
let waiting = 0;
let active = -1;

function pathOf(hit) {
  if (hit.kind === "claim") return `claims/${hit.id}`;
  if (hit.kind === "passage") return `claims/${hit.claim.id}`;
  if (hit.kind === "source") return `sources/${hit.id}`;
  return hit.id.startsWith("conflict-") ? `conflicts/${hit.id}` : `entity/${hit.id}`;
}

function addressOf(hit) {
  return `${site}/${pathOf(hit)}${lang === "en" ? "" : `?lang=${lang}`}`;
}

function close() {
  turn += 1;
  clearTimeout(waiting);
  list.hidden = true;
  input.setAttribute("aria-expanded", "false");
  activate(-1);
}

function activate(place) {
  active = place;
  const options = [...list.children];
  options.forEach((option, i) => option.setAttribute("aria-selected", String(i === place)));
  if (options[place]) {
    input.setAttribute("aria-activedescendant", options[place].id);
    options[place].scrollIntoView({ block: "nearest" });
  } else input.removeAttribute("aria-activedescendant");
}

function optionOf(hit, place) {
  const option = document.createElement("li");
  option.id = `find-option-${place}`;
  option.setAttribute("role", "option");
  option.dataset.address = addressOf(hit);
  option.textContent = hit.label[lang] || hit.label.en;
  return option;
}

async function suggest() {
  const text = input.value.trim();
  const mine = (turn += 1);
  if (!text) return close();
  const answer = await fetch(`${site}/api/search?limit=8&lang=${lang}&q=${encodeURIComponent(text)}`);
  if (!answer.ok || mine !== turn || document.activeElement !== input) return;
  const { results } = await answer.json();
  if (mine !== turn) return;
  list.replaceChildren(...results.map(optionOf));
  list.hidden = !results.length;
  input.setAttribute("aria-expanded", String(results.length > 0));
  activate(-1);
}

function onKey(event) {
  if (event.isComposing || list.hidden) return; // the keys belong to the input method
  const count = list.children.length;
  const next = { ArrowDown: active + 1, ArrowUp: active < 0 ? count - 1 : active - 1 }[event.key];
  if (next !== undefined) activate(next >= count ? -1 : next);
  else if (event.key === "Enter" && active >= 0) location.assign(list.children[active].dataset.address);
  else if (event.key === "Escape") close();
  else return;
  event.preventDefault();
}

if (input) {
  list.id = "find-suggestions";
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", input.getAttribute("aria-label"));
  for (const [name, value] of Object.entries({
    role: "combobox", autocomplete: "off", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id,
  })) input.setAttribute(name, value);
  input.after(list);
  input.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(() => suggest().catch(close), WAIT);
  });
  input.addEventListener("keydown", onKey);
  input.addEventListener("blur", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) location.assign(option.dataset.address);
  });
}
