// Opens evidence beside the page: the claim's own page, as a dialog. Without it the links lead there.
import { site } from "./root.js";
const drawer = document.getElementById("drawer");
let opener = null;

async function open(link) {
  const address = new URL(link.getAttribute("href"), location.href); // of an SVG link, href is no text
  if (address.origin !== location.origin) return;
  address.searchParams.set("part", "true");
  const answer = await fetch(address);
  if (!answer.ok) {
    location.assign(address);
    return;
  }
  const made = new DOMParser().parseFromString(await answer.text(), "text/html");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "close";
  close.textContent = drawer.dataset.close;
  close.addEventListener("click", () => drawer.close());
  drawer.replaceChildren(close, ...made.body.children);
  offerCopying(drawer);
  if (!drawer.open) drawer.showModal();
  drawer.scrollTop = 0;
  close.focus();
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
  const link = event.target.closest?.("a[data-claim]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  event.preventDefault();
  if (!drawer.contains(link)) opener = link;
  open(link).catch(() => location.assign(link.getAttribute("href")));
});
drawer?.addEventListener("close", () => opener?.focus());
drawer?.addEventListener("click", (event) => {
  if (event.target === drawer) drawer.close();
});
offerCopying(document);

/** Opens the evidence of a claim from a chart or a graph. */
export function openClaim(id) {
  const link = document.createElement("a");
  const here = new URL(location.href);
  link.href = `${site}/claims/${encodeURIComponent(id)}`;
  if (here.searchParams.has("lang")) link.href += `?lang=${here.searchParams.get("lang")}`;
  opener = document.activeElement;
  return open(link);
}
