// Opens evidence beside the page: the claim's own page, as a dialog with an address (#c-…).
// Back closes it. From 1,280 px it stands beside the page, below it covers it.
// Without this script the links lead to the claim's page.
import { site } from "./root.js";
const drawer = document.getElementById("drawer");
const beside = matchMedia("(min-width: 80rem)");
const hasOwnAddress = document.getElementById("explorer"); // its state stands in the address
let opener = null;
let shown = "";
let turn = 0; // of the newest request: a late answer is not shown

async function show(address, id) {
  address.searchParams.set("part", "true");
  address.hash = "";
  const mine = ++turn;
  const answer = await fetch(address);
  const text = await answer.text();
  if (mine !== turn) return;
  if (!answer.ok) {
    address.searchParams.delete("part");
    location.assign(address);
    return;
  }
  const made = new DOMParser().parseFromString(text, "text/html");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "close";
  close.textContent = drawer.dataset.close;
  close.addEventListener("click", dismiss);
  drawer.replaceChildren(close, ...made.body.children);
  offerCopying(drawer);
  shown = id;
  if (!drawer.open) {
    if (beside.matches) drawer.show();
    else drawer.showModal();
  }
  document.body.classList.add("with-panel");
  drawer.scrollTop = 0;
  close.focus({ preventScroll: true });
}

function open(link) {
  const address = new URL(link.getAttribute("href"), location.href); // of an SVG link, href is no text
  if (address.origin !== location.origin) return Promise.resolve();
  const id = link.dataset.claim ?? address.pathname.split("/").pop();
  const here = `#${id}`;
  if (hasOwnAddress) return show(address, id);
  if (history.state?.panel) history.replaceState({ panel: id }, "", here);
  else history.pushState({ panel: id }, "", here);
  return show(address, id);
}

function dismiss() {
  if (history.state?.panel) history.back();
  else {
    if (!hasOwnAddress) history.replaceState(null, "", location.pathname + location.search);
    drawer.close();
  }
}

/** Follows the address: on arrival, and after Back and Forward. */
function follow() {
  const id = /^#(c-[a-z0-9-]+)$/.exec(location.hash)?.[1];
  if (!id) drawer.close();
  else if (id !== shown) show(addressOf(id), id).catch(() => {});
}

function addressOf(id) {
  const address = new URL(`${site}/claims/${encodeURIComponent(id)}`, location.href);
  const lang = new URL(location.href).searchParams.get("lang");
  if (lang) address.searchParams.set("lang", lang);
  return address;
}

function offerCopying(root) {
  if (!navigator.clipboard) return;
  for (const button of root.querySelectorAll("button[data-copy]")) {
    button.hidden = false;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = button.dataset.copied;
    });
  }
}

document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-claim], .chart a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (!drawer.contains(link)) opener = link;
  open(link).catch(() => location.assign(link.getAttribute("href")));
});
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape" && drawer.open && !event.defaultPrevented) {
    event.preventDefault();
    dismiss();
  }
});
if (!hasOwnAddress) addEventListener("popstate", follow);
drawer?.addEventListener("cancel", (event) => {
  event.preventDefault();
  dismiss();
});
drawer?.addEventListener("close", () => {
  shown = "";
  turn += 1;
  document.body.classList.remove("with-panel");
  opener?.focus();
});
drawer?.addEventListener("click", (event) => {
  if (event.target === drawer && drawer.matches(":modal")) dismiss();
});
offerCopying(document);
if (drawer && !hasOwnAddress) follow();

/** Opens the evidence of a claim from a chart or a graph. */
export function openClaim(id) {
  const link = document.createElement("a");
  link.href = addressOf(id);
  link.dataset.claim = id;
  opener = document.activeElement;
  return open(link);
}
