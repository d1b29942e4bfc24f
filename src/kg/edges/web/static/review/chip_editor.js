// Editing one cell in its place: a combobox with names that the tables would take (WAI-ARIA APG).
import { made } from "./card.js";
import { choices, say } from "./server.js";

const WAIT = 80; // ms without a key before the server is asked
let count = 0;

/** Opens an editor instead of a chip; `done(cell, step)` ends it, with undefined for no change; `ahead` is typed already.
 *  Tab gives the step to the next cell or the one before; `done` says whether there is one. */
export function editChip(place, column, name, cell, shown, ahead, done) {
  const id = `chip-editor-${(count += 1)}`;
  const list = made("ul", { role: "listbox", id: `${id}-list`, hidden: true, "aria-label": name });
  const input = made("input", {
    id, role: "combobox", autocomplete: "off", maxlength: 400, spellcheck: "false", "aria-label": name,
    "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id, dir: "auto",
  });
  const before = shown || cell;
  input.value = before;
  let turn = 0;
  let waiting = 0;
  let active = -1;
  let isOver = false;

  function finish(value, step = 0) {
    if (isOver) return false;
    isOver = true;
    turn += 1;
    clearTimeout(waiting);
    return done(value, step);
  }
  function activate(at) {
    active = at;
    [...list.children].forEach((option, i) => option.setAttribute("aria-selected", String(i === at)));
    if (list.children[at]) {
      input.setAttribute("aria-activedescendant", list.children[at].id);
      list.children[at].scrollIntoView({ block: "nearest" });
    } else input.removeAttribute("aria-activedescendant");
  }
  async function suggest() {
    const typed = input.value.trim();
    const mine = (turn += 1);
    const found = typed ? (await choices(column, typed)).choices : [];
    if (mine !== turn) return;
    list.replaceChildren(...found.map((one, i) => made(
      "li", { role: "option", id: `${id}-${i}`, "data-cell": one.cell, "aria-selected": "false" },
      made("bdi", {}, one.shown), one.shown === one.cell ? "" : made("code", {}, one.cell))));
    list.hidden = !found.length;
    input.setAttribute("aria-expanded", String(found.length > 0));
    activate(found.length && input.value !== before ? 0 : -1);
  }
  async function take() {
    const typed = input.value.trim();
    if (typed === before) return finish(cell);
    clearTimeout(waiting);
    await suggest().catch(() => {}); // what is typed is looked up before it is taken
    const chosen = list.children[Math.max(active, 0)];
    return finish(chosen && typed ? chosen.dataset.cell : typed);
  }
  input.addEventListener("input", () => {
    turn += 1;
    clearTimeout(waiting);
    waiting = setTimeout(() => suggest().catch(() => {}), WAIT);
  });
  input.addEventListener("keydown", (event) => {
    event.stopPropagation();
    if (event.isComposing) return;
    const total = list.children.length;
    const next = { ArrowDown: active + 1, ArrowUp: active < 0 ? total - 1 : active - 1 }[event.key];
    if (next !== undefined && total) activate(next >= total ? -1 : next);
    else if (event.key === "Enter" && active >= 0 && !list.hidden) finish(list.children[active].dataset.cell);
    else if (event.key === "Enter") take();
    else if (event.key === "Escape") finish(undefined);
    else if (event.key !== "Tab" || !finish(undefined, event.shiftKey ? -1 : 1)) return;
    event.preventDefault();
  });
  input.addEventListener("blur", () => finish(undefined));
  list.addEventListener("mousedown", (event) => event.preventDefault()); // the field keeps the focus
  list.addEventListener("click", (event) => {
    const option = event.target.closest("[role=option]");
    if (option) finish(option.dataset.cell);
  });
  place.classList.add("edited");
  place.replaceChildren(made("span", { class: "chip-editor" }, made("label", { for: id }, name), " ", input, list),
    made("small", { class: "why" }, say("editing", { name })));
  input.focus();
  input.select();
  if (ahead) {
    input.value = ahead;
    input.dispatchEvent(new Event("input"));
  }
}
