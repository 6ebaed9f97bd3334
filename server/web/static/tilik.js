// Lists filtered, sorted and paged, and photographs opened, without a new page: see parts.html. What fails is loaded.
"use strict";

let turn = 0;
const list = () => document.querySelector("[data-list]");
const said = Object.assign(document.createElement("p"), { className: "unseen", role: "status" });

function isOurs(element, { origin, pathname }) {
  const region = list();
  if (!region || origin !== location.origin || pathname !== location.pathname) return false;
  return region.contains(element) || element.getAttribute("aria-controls") === region.id;
}

async function page(address) {
  const answer = await fetch(address, { redirect: "error" });
  const found = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok || !found.querySelector("[data-list]")) throw new Error("no list");
  return found;
}

function put(found, forms) {
  const old = list(), fresh = found.querySelector("[data-list]"), active = document.activeElement;
  const had = old.contains(active);
  old.replaceWith(fresh);
  const beside = "form[aria-controls]", form = forms && found.querySelector(beside);
  if (form) document.querySelector(beside).replaceWith(form);
  document.title = found.title;
  if (had) {
    fresh.tabIndex = -1;
    (document.getElementById(active.id) || fresh).focus({ preventScroll: true });
    if (fresh.getBoundingClientRect().top < 0) fresh.scrollIntoView();
  }
  said.textContent = fresh.querySelector("[data-count],[role=status]")?.textContent.trim() || "";
  document.dispatchEvent(new Event("tilik:list"));
}

async function go(address, forms = true, push = true) {
  const mine = ++turn;
  list().setAttribute("aria-busy", "true");
  try {
    const found = await page(address);
    if (mine !== turn) return; // another is asked for meanwhile
    if (push) history.pushState(null, "", address);
    put(found, forms);
  } catch {
    if (mine === turn) location.assign(address);
  }
}

addEventListener("click", (event) => {
  const link = event.target.closest("a[href]");
  if (event.button || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
  if (!link || link.target || link.hash || !isOurs(link, link)) return;
  event.preventDefault();
  go(link.href);
});

addEventListener("submit", (event) => {
  const form = event.target, address = new URL(form.action);
  if (form.method !== "get" || !isOurs(form, address)) return;
  event.preventDefault();
  address.search = new URLSearchParams([...new FormData(form, event.submitter)].filter(([, value]) => value));
  go(address.href, false);
});

addEventListener("popstate", () => {
  if (list()) go(location.href, true, false);
});

if (list()) document.body.append(said);

// A large photograph is asked for, and so written down as seen, once it is opened.
function enlarge() {
  const image = document.querySelector(".lightbox:target img");
  if (image && !image.src) image.src = image.dataset.src;
}

for (const link of document.querySelectorAll("a[data-opens]")) link.href = link.dataset.opens;
addEventListener("hashchange", enlarge);
enlarge();
