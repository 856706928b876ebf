// What a page does by itself: it counts down, and it shows what has changed. Everything else works without this file.
"use strict";

let source = null;
let followed = null;

function countDown() {
  for (const shown of document.querySelectorAll("[data-deadline]")) {
    const left = Math.max(0, Math.floor((Date.parse(shown.dataset.deadline) - Date.now()) / 1000));
    const [days, hours, minutes] = [Math.floor(left / 86400), Math.floor(left / 3600) % 24, Math.floor(left / 60) % 60];
    const seconds = String(left % 60).padStart(2, "0");
    const padded = String(minutes).padStart(2, "0");
    shown.textContent = left === 0 ? "overdue" : days ? `${days} d ${hours} h` : hours ? `${hours}:${padded}:${seconds}` : `${minutes}:${seconds}`;
    shown.classList.toggle("soon", left > 0 && left < 60);
    shown.classList.toggle("late", left === 0);
  }
}

async function refresh(change) {
  const response = await fetch(location.href, { headers: { Accept: "text/html" } });
  if (!response.ok) return;
  const fresh = new DOMParser().parseFromString(await response.text(), "text/html");
  for (const old of document.querySelectorAll(`[data-live~="${change}"]`)) {
    const now = fresh.getElementById(old.id);
    if (!now) continue;
    const ticked = [...old.querySelectorAll("input:checked")].map((box) => box.id);
    const active = old.contains(document.activeElement) ? document.activeElement.id : "";
    old.replaceWith(now);
    for (const id of ticked) document.getElementById(id)?.setAttribute("checked", "");
    if (active) document.getElementById(active)?.focus();
    htmx.process(now);
  }
  document.title = fresh.title;
  countDown();
}

function follow() {
  const wanted = document.hidden ? null : document.querySelector("main")?.dataset.events ?? null;
  if (wanted === followed) return;
  source?.close();
  source = null;
  followed = wanted;
  if (!wanted) return;
  source = new EventSource(wanted);
  for (const change of ["inbox", "approval", "viewers"]) source.addEventListener(change, () => refresh(change));
}

document.addEventListener("DOMContentLoaded", () => {
  countDown();
  follow();
  setInterval(countDown, 1000);
  document.addEventListener("visibilitychange", () => {
    if (!document.hidden && document.querySelector("main")?.dataset.events) {
      for (const change of ["inbox", "approval"]) refresh(change);
    }
    follow();
  });
  document.body.addEventListener("htmx:afterSettle", () => {
    countDown();
    follow();
  });
});
