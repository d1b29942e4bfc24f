// Deciding by keys: each one is a line of the journal as soon as the server has answered.
// Keys that come faster than answers wait for their turn, and for the card that they are about to
// be on the screen; a key that is held down decides once.
import { card, documentCard, line, made } from "./card.js";
import { editChip } from "./chip_editor.js";
import { decide, load, root, say, write } from "./server.js";
import { showMarks, showText } from "./text.js";

const DOCUMENT = "document";
const pane = document.getElementById("text");
const list = document.getElementById("candidates");
const said = document.getElementById("said");
const states = new Map();
let about; // the document
let columns = {};
let reasons = [];
let known = 0;
let counts = {};
let current = "";
let asks = null; // what digits mean now: { choose(number), extra }
let showsMore = false;
let keysAreOn = true;
let queue = Promise.resolve();
let typedAhead = null; // what is typed between `e` and the editor that it opens

// ---- what is shown

function tell(text) {
  said.textContent = text;
}

function take(told) {
  known = told.line;
  counts = told.counts;
  about = told.document;
  for (const one of told.candidates) states.set(one.id, one);
}

function itemOf(id) {
  if (id === DOCUMENT) {
    if (current === DOCUMENT) return documentCard(about, columns, edit);
    const button = made("button", { type: "button", class: "row", onclick: () => open(DOCUMENT) },
      made("span", { "aria-hidden": "true", class: "sign" }, about.faults.length ? "!" : "¶"), made("bdi", {}, about.title || about.source),
      made("small", {}, say("document")));
    return button;
  }
  const one = states.get(id);
  return id === current ? card(one, columns, edit, showsMore, more) : line(one, open);
}

function show() {
  const ids = [DOCUMENT, ...states.keys()];
  if (list.children.length !== ids.length) list.replaceChildren(...ids.map(() => made("li")));
  ids.forEach((id, place) => {
    const item = list.children[place];
    const key = JSON.stringify([id === current, showsMore, id === DOCUMENT ? about : states.get(id)]);
    if (item.dataset.key === key) return;
    item.dataset.key = key;
    item.replaceChildren(itemOf(id));
    if (id === current) item.setAttribute("aria-current", "true");
    else item.removeAttribute("aria-current");
  });
  showMarks(pane, states, current);
  const done = counts.candidates - counts.open - counts.skip;
  document.getElementById("progress").textContent = say("progress", { done, all: counts.candidates, written: counts.written });
}

const openCard = () => list.querySelector(".open-card");
const nextFrame = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));

/** What of the window the bar leaves free, which stands at its top or, on a phone, at its foot. */
function free() {
  const bar = document.querySelector(".review-bar").getBoundingClientRect();
  const isFoot = bar.bottom >= innerHeight - 1 && bar.top > 0;
  return isFoot ? [0, bar.top] : [bar.height, innerHeight]; // it stays at the top when one scrolls
}

/** Whether a part of the open card is on the screen, as much of it as fits. */
function isInSight(part = ".chips") {
  const box = openCard().querySelector(part).getBoundingClientRect();
  const [top, bottom] = free();
  const shown = Math.min(box.bottom, bottom) - Math.max(box.top, top);
  return shown >= Math.min(box.height, (bottom - top) / 2) - 1;
}

function bringIntoSight() {
  const [top, bottom] = free();
  const box = openCard().getBoundingClientRect();
  if (box.top >= top && box.bottom <= bottom) return;
  const isTall = box.height > bottom - top;
  scrollBy(0, isTall || box.top < top ? box.top - top - 4 : box.bottom - bottom + 4);
}

function open(id, focus = true) {
  current = id;
  asks = null;
  showsMore = false;
  show();
  if (focus) openCard().focus({ preventScroll: true });
  bringIntoSight();
}

function more() {
  showsMore = true;
  show();
  openCard().focus({ preventScroll: true });
}

// ---- deciding

const one = () => states.get(current);

/** Sends a decision and shows what came of it; false where it was refused. */
async function send(decision) {
  try {
    const told = await decide({ candidate: current, known, ...decision });
    take(told);
    show();
    return told;
  } catch (error) {
    if (error.status === 409) {
      take(await load(known));
      show();
      tell(`${say("meanwhile")} ${error.message}`);
    } else tell(say("failed", { why: error.message }));
    return false;
  }
}

function firstOpen() {
  const ids = [...states.keys()];
  const after = ids.slice(ids.indexOf(current) + 1);
  return [...after, ...ids].find((id) => !states.get(id).decision && !states.get(id).written);
}

async function decideOn(decision) {
  const before = current;
  if (!(await send(decision))) {
    openCard()?.focus({ preventScroll: true });
    return;
  }
  const words = `${states.get(before).surface}: ${say(`did-${decision.do}`, decision)}.`;
  const next = firstOpen();
  open(next ?? before);
  tell(next ? words : `${words} ${say("all-decided")}`);
}

const untouched = () => one()?.chips.filter((chip) => chip.untouched) ?? [];
const nameOf = (column) => columns[column] ?? column;

async function accept() {
  if (!isInSight()) {
    bringIntoSight();
    tell(say("not-shown"));
  } else if (untouched().length) {
    tell(say("look-first", { names: untouched().map((chip) => nameOf(chip.column)).join(", ") }));
    list.querySelector(".chip.untouched").focus();
  } else if (one().faults.length) {
    tell(say("faulty", { what: one().faults.join("; ") }));
    list.querySelector(".faults")?.scrollIntoView({ block: "nearest" });
  } else await decideOn({ do: "accept", seen: one().seen });
}

async function confirm() {
  const [chip] = untouched();
  if (!chip) return tell(say("nothing-inferred"));
  if (await send({ do: "touch", columns: [chip.column] })) {
    tell(`${nameOf(chip.column)}: ${say("basis-seen")}`);
    list.querySelector(".chip.untouched")?.focus();
  }
}

function ask(title, rows, choose, extra) {
  const place = openCard().querySelector(".asking");
  place.hidden = false;
  place.replaceChildren(made("p", {}, title), made("ol", { class: "numbered" }, ...rows.map((row, i) => made("li", {},
    made("button", { type: "button", onclick: () => enqueue(() => choose(i)) }, made("kbd", {}, String(i + 1)), " ", row)))));
  asks = { choose: (i) => (i < rows.length ? choose(i) : tell(say("not-in-mode", { n: i + 1 }))), extra };
  tell(title);
  bringIntoSight();
}

function reject() {
  ask(say("which-reason"), reasons.map((reason) => reason.words), async (i) => {
    asks = null;
    await decideOn({ do: "reject", reason: reasons[i].id });
  });
}

async function sameAs(claim) {
  asks = null;
  await decideOn({ do: "same", claim, seen: one().seen });
}

function same() {
  const found = one().same_as;
  if (found.length && !isInSight(".witness")) {
    bringIntoSight();
    return tell(say("not-shown"));
  }
  if (found.length === 1) return sameAs(found[0].claim);
  if (!found.length) {
    tell(say("no-same"));
    return searchClaim();
  }
  return ask(say("which-claim"), found.map((row) => row.words), (i) => sameAs(found[i].claim), searchClaim);
}

function searchClaim() {
  const place = openCard().querySelector(".asking");
  place.hidden = false;
  const ahead = typedAhead ?? "";
  typedAhead = null;
  editChip(place, "claim", say("search-claim"), "", "", ahead, (claim) => {
    asks = null;
    place.hidden = true;
    openCard().focus({ preventScroll: true });
    if (claim) enqueue(() => sameAs(claim));
    return false;
  });
}

async function suggestion(number) {
  if (number > one().suggestions.length) tell(say("not-in-mode", { n: number }));
  else if (await send({ do: "suggest", suggestion: number })) openCard().focus({ preventScroll: true });
}

/** The column that the first fault is about: faults begin with its name. */
function faulty(data) {
  const named = (current === DOCUMENT ? about : one()).faults.map((fault) => /^[a-z_]+/.exec(fault)?.[0]);
  return named.find((column) => data.some((chip) => chip.column === column));
}

/** Opens the editor of a cell: the one named, else the first that needs a look. */
function edit(column) {
  const chips = [...openCard().querySelectorAll(".chip")];
  const data = current === DOCUMENT ? about.chips : one().chips;
  const wanted = column ?? untouched()[0]?.column ?? faulty(data) ?? data.find((chip) => chip.basis === "missing")?.column ?? chips[0]?.dataset.column;
  const place = chips.findIndex((chip) => chip.dataset.column === wanted);
  if (place < 0) return;
  const cell = data.find((chip) => chip.column === wanted) ?? { cell: "", shown: "" };
  tell(say("editing", { name: nameOf(wanted) }));
  const ahead = typedAhead ?? "";
  typedAhead = null;
  editChip(chips[place].parentElement, wanted, nameOf(wanted), cell.cell, cell.shown, ahead, (value, step) => {
    const item = openCard().closest("li");
    item.dataset.key = "";
    const next = step ? chips[place + step]?.dataset.column : undefined;
    show(); // at once: the next key is for the card
    if (next) edit(next);
    else if (!step) openCard().focus({ preventScroll: true });
    if (value !== undefined) enqueue(() => changed(wanted, value, cell));
    return Boolean(next);
  });
}

async function changed(column, value, chip) {
  if (value !== chip.cell) await send({ do: "edit", cells: { [column]: value } });
  else if (chip.untouched) await send({ do: "touch", columns: [column] });
  show();
  openCard().focus({ preventScroll: true });
  if (current !== DOCUMENT && !one().faults.length) tell(`${nameOf(column)}: ${value || "–"}`);
}

async function undo() {
  const told = await send({ do: "undo", candidate: "" });
  if (!told) return;
  open(told.candidate);
  tell(`${say("undo")}: ${states.get(told.candidate)?.surface ?? say("document")}`);
}

function move(step) {
  const ids = [DOCUMENT, ...states.keys()];
  const next = ids[ids.indexOf(current) + step];
  if (next) open(next);
}

async function writeRows() {
  tell(say("writing"));
  try {
    const told = await write();
    take(told);
    show();
    const rows = Object.entries(told.finished.written).map(([table, n]) => `${n} ${table}`).join(", ");
    const { agreed, compared, disagreements } = told.status;
    const still = disagreements.filter((d) => d.open).length;
    tell([rows ? say("wrote", { what: rows }) : say("wrote-none"),
      told.finished.waiting ? say("waiting", { n: told.finished.waiting }) : "",
      compared ? say("agreement", { agreed, compared, open: still }) : ""].join(" "));
  } catch (error) {
    if (states.has(error.candidates?.[0])) open(error.candidates[0]);
    tell(say("failed", { why: error.message }));
  }
}

// ---- keys and buttons

const ACTIONS = {
  a: accept, r: reject, c: confirm, e: () => edit(), m: same, s: () => decideOn({ do: "skip" }), u: undo,
  j: () => move(1), k: () => move(-1), w: writeRows, "?": toggleHelp,
};
const ON_CANDIDATES = "arcms123";

function toggleHelp() {
  const help = document.getElementById("keys");
  help.open = !help.open;
  if (help.open) help.querySelector("summary").focus();
  else openCard().focus();
}

/** What has been begun is done before the next; what fails is told and does not stop the rest. */
function enqueue(action) {
  queue = queue.then(action).then(nextFrame).catch((error) => tell(say("failed", { why: error.message })));
  return queue;
}

function perform(key) {
  if (/[1-9]/.test(key) && asks) return asks.choose(Number(key) - 1);
  if (asks && key === "e" && asks.extra) return asks.extra();
  if (asks) {
    asks = null;
    openCard().querySelector(".asking").hidden = true;
    if (key === "Escape") return tell("");
  }
  if (ON_CANDIDATES.includes(key) && (current === DOCUMENT || one().written)) return undefined;
  return /[123]/.test(key) ? suggestion(Number(key)) : ACTIONS[key]?.();
}

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest?.("input, select, textarea, dialog");
  if (!keysAreOn || isTyping || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (typedAhead !== null && event.key.length === 1) {
    typedAhead += event.key;
    event.preventDefault();
    return;
  }
  const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  if (!(key in ACTIONS) && !/^([1-9]|Escape)$/.test(key)) return;
  if (event.repeat && !"jk".includes(key)) return;
  event.preventDefault();
  if (key === "e") typedAhead = "";
  enqueue(() => perform(key)).then(() => { if (key === "e") typedAhead = null; });
});

function tools() {
  const names = [["a", "accept"], ["r", "reject"], ["c", "confirm"], ["e", "edit"], ["m", "same"], ["s", "skip"],
    ["u", "undo"], ["k", "previous"], ["j", "next"], ["w", "write"]];
  document.getElementById("tools").replaceChildren(...names.map(([key, name]) => made(
    "button", { type: "button", onclick: () => enqueue(() => perform(key)) }, made("kbd", {}, key), " ", say(name))));
}

function keysSwitch() {
  const button = document.getElementById("keys-switch");
  const label = () => {
    button.textContent = say(keysAreOn ? "keys-on" : "keys-off");
    button.setAttribute("aria-pressed", String(keysAreOn));
  };
  button.addEventListener("click", () => {
    keysAreOn = !keysAreOn;
    label();
  });
  label();
}

async function begin() {
  const told = await load();
  columns = told.columns;
  reasons = told.reasons;
  take(told);
  showText(pane, told.text, told.candidates, open);
  tools();
  keysSwitch();
  open(about.faults.length ? DOCUMENT : firstOpen() ?? [...states.keys()][0] ?? DOCUMENT);
  if (told.torn.length) tell(say("torn"));
  root.dataset.ready = "true";
}

/** What another page or program decided, as soon as one looks here again. */
addEventListener("focus", () => enqueue(async () => {
  if (!root.dataset.ready || document.activeElement?.closest("input")) return;
  take(await load(known));
  show();
}));

begin().catch((error) => tell(say("failed", { why: error.message })));
