// One candidate: a line in the list, or the open card with its chips and the reason of each.
import { say } from "./server.js";

export function made(name, about = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(about)) {
    if (value === false || value === undefined) continue;
    if (key === "class") element.className = value;
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.filter((child) => child !== null && child !== ""));
  return element;
}

/** What was decided, in words. */
export function decided(one) {
  if (one.written) {
    return one.written === "none" ? say("agreed") : say("did-written", { id: one.written });
  }
  if (one.decision === "same") return say("did-same", { claim: one.claim });
  return say(`did-${one.decision || "open"}`) + (one.reason ? `: ${one.reason}` : "");
}

const SIGNS = { accept: "✓", reject: "✗", same: "=", skip: "…", "": "○" };

/** A line of the list; pressing it opens the candidate. */
export function line(one, choose) {
  const sign = made("span", { "aria-hidden": "true", class: "sign" }, one.written ? "✔" : SIGNS[one.decision]);
  const what = made("bdi", {}, one.surface);
  return made(
    "button", { type: "button", class: `row ${one.decision || "open"}`, onclick: () => choose(one.id) },
    sign, what, made("small", {}, decided(one)),
  );
}

function basisOf(chip) {
  if (chip.basis === "inferred") return chip.untouched ? "basis-inferred" : "basis-seen";
  return { stated: "basis-stated", missing: "basis-missing", given: "basis-given" }[chip.basis] ?? "";
}

/** A cell as a button, with its basis and why. */
export function chipRow(chip, name, edit) {
  const basis = basisOf(chip);
  const kind = chip.untouched ? "untouched" : chip.basis;
  const button = made(
    "button", { type: "button", class: `chip ${kind}`, "data-column": chip.column, onclick: () => edit(chip.column) },
    made("small", {}, name), " ", made("bdi", {}, chip.shown || "–"),
  );
  const told = made("small", { class: `basis ${kind}` }, basis ? say(basis) : "");
  return made("li", { class: chip.why || chip.untouched ? "reasoned" : "" }, button, " ", told, " ", made("small", { class: "why", dir: "auto" }, chip.why));
}

function numbered(rows) {
  return rows.map((row, place) => made("li", {}, made("kbd", {}, String(place + 1)), " ", ...row));
}

function suggestions(one, columns) {
  if (!one.suggestions.length) return null;
  const rows = one.suggestions.map((suggestion) =>
    suggestion.parts.flatMap((part) => [
      made("span", { class: "part" }, made("small", {}, columns[part.column] ?? part.column), " ",
        made("bdi", {}, part.shown || "–"), " ", made("small", { class: "why", dir: "auto" }, part.why)), " "]));
  return made("div", {}, made("h3", {}, say("suggestions")), made("ul", { class: "numbered" }, ...numbered(rows)));
}

function witness(one) {
  if (!one.same_as.length) return null;
  const rows = one.same_as.map((same) => made("li", {}, made("kbd", {}, "m"), " ", made("bdi", {}, same.words), " ",
    made("code", {}, same.claim), " ", made("small", { class: "why", dir: "auto" }, same.why)));
  return made("div", { class: "witness" }, made("h3", {}, say("witness")), made("ul", { class: "numbered" }, ...rows));
}

export function faults(list) {
  if (!list.length) return null;
  return made("div", { class: "advice faults" }, made("p", {}, say("faults")),
    made("ul", {}, ...list.map((fault) => made("li", {}, fault))));
}

/** The open card. */
export function card(one, columns, edit, showsMore, more) {
  const facts = [one.page === null ? "" : say("page", { n: one.page }),
    one.supersedes ? say("supersedes", { claim: one.supersedes }) : ""].filter(Boolean).join(" · ");
  const fresh = one.chips.map((chip, i) => (chip.why === one.chips[i - 1]?.why ? { ...chip, why: "" } : chip));
  const chips = fresh.map((chip) => chipRow(chip, columns[chip.column] ?? chip.column, edit));
  if (showsMore) {
    const empty = { cell: "", shown: "", basis: "", why: "", untouched: false };
    chips.push(...one.more.map((column) => chipRow({ ...empty, column }, columns[column] ?? column, edit)));
  }
  const button = showsMore || !one.more.length ? null : made("button", { type: "button", class: "more", onclick: more }, say("more"));
  return made(
    "article", { class: "open-card", tabindex: "-1", "aria-label": one.surface },
    made("h2", {}, made("bdi", {}, one.surface), " ", made("small", { class: `did ${one.decision || "open"}` }, decided(one))),
    made("blockquote", {}, made("q", { dir: "auto" }, one.quote), facts ? made("small", {}, ` ${facts}`) : ""),
    made("div", { class: "asking", hidden: true }),
    witness(one), faults(one.faults), made("ul", { class: "chips" }, ...chips), button, suggestions(one, columns),
  );
}

/** The card of the document, which has no decision of its own. */
export function documentCard(about, columns, edit) {
  const chips = about.chips.map((chip) => chipRow(chip, columns[chip.column] ?? chip.column, edit));
  const fault = about.faults.length ? made("p", { class: "advice" }, say("document-fault")) : null;
  return made(
    "article", { class: "open-card", tabindex: "-1", "aria-label": say("document") },
    made("h2", {}, say("document"), " ", made("bdi", {}, about.title)),
    made("p", {}, made("code", {}, about.source || "–")), fault, faults(about.faults),
    made("ul", { class: "chips" }, ...(about.stands ? [] : chips)),
  );
}
