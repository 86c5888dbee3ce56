// What the pages of the consoles do beyond HTML. Each of them works without it too, but for the buttons that copy.
"use strict";

const soon = (milliseconds, action) => {
  let waiting;
  return (...given) => {
    clearTimeout(waiting);
    waiting = setTimeout(() => action(...given), milliseconds);
  };
};

// <button data-copy="id of an element">: copies its text, and says so.
async function copy(button) {
  const text = document.getElementById(button.dataset.copy).textContent.trim();
  const label = button.querySelector("span") ?? button;
  const before = label.textContent;
  try {
    await navigator.clipboard.writeText(text);
    label.textContent = "Copied";
  } catch {
    // Without HTTPS a browser has no clipboard: the text is selected instead.
    getSelection().selectAllChildren(document.getElementById(button.dataset.copy));
    label.textContent = "Press Ctrl+C";
  }
  setTimeout(() => { label.textContent = before; }, 2000);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-copy], [data-opens], [data-closes]");
  if (!button) return;
  if (button.dataset.copy) copy(button);
  if (button.dataset.opens) document.getElementById(button.dataset.opens).showModal();
  if ("closes" in button.dataset) button.closest("dialog").close();
});

// <form data-asks="Revoke the key?">: is sent once that was confirmed; without the script it is sent at once.
const question = document.createElement("dialog");
question.setAttribute("aria-labelledby", "question");
question.innerHTML = '<h2 id="question"></h2><div class="actions"><button class="button" type="button" data-closes>Cancel</button><button class="button danger" type="button"></button></div>';
let isSure = false;
document.addEventListener("submit", (event) => {
  const { target: form, submitter } = event;
  if (!form.dataset.asks || isSure) return;
  event.preventDefault();
  question.querySelector("h2").textContent = form.dataset.asks;
  const yes = question.querySelector(".danger");
  yes.textContent = submitter.textContent;
  yes.onclick = () => {
    question.close();
    isSure = true;
    form.requestSubmit(submitter);
    isSure = false;
  };
  document.body.append(question);
  question.showModal();
});

// A form that was sent isn't sent a second time by a second click; one with data-again is answered by a file, and may be.
document.addEventListener("submit", (event) => {
  if (event.defaultPrevented || "again" in event.target.dataset) return;
  const button = event.submitter;
  if (event.target.ariaBusy === "true") event.preventDefault();
  event.target.ariaBusy = "true";
  if (button) button.ariaBusy = "true";
});
// The browser shows a page again that it kept: its forms can be sent again.
addEventListener("pageshow", () => {
  for (const busy of document.querySelectorAll("[aria-busy=true]")) busy.ariaBusy = null;
});

// On a phone the bar and the tabs are wider than the window: the page that is shown is in sight there.
for (const link of document.querySelectorAll(".nav [aria-current], .tabs [aria-current]")) {
  const list = link.parentElement;
  list.scrollLeft = link.offsetLeft - list.offsetLeft - (list.clientWidth - link.clientWidth) / 2;
}

// A form that was refused: what is wrong first is in sight, and a field takes what is typed next.
document.querySelector("[method=post] :is([aria-invalid=true], .flash.error)")?.focus();
// What was said of a field is about what it held before.
document.addEventListener("input", ({ target }) => {
  if (target.ariaInvalid !== "true") return;
  target.ariaInvalid = null;
  target.closest(".field")?.querySelector(".errorlist")?.remove();
});

// <form data-filters>: shows the rows as soon as a filter is changed.
for (const form of document.querySelectorAll("form[data-filters]")) {
  form.addEventListener("change", () => form.requestSubmit());
}

// <input data-check="/address" aria-describedby="... id-check">: asks the server while the user types.
// It answers {"ok": true or false, "text": "..."} to GET /address?value=..., also behind a query of the address's own.
for (const input of document.querySelectorAll("input[data-check]")) {
  const shown = document.getElementById(`${input.id}-check`);
  let asked = "";
  const check = soon(250, async () => {
    const value = asked = input.value;
    shown.className = "check-result";
    shown.textContent = "";
    if (!value) return;
    const address = new URL(input.dataset.check, location.href);
    address.searchParams.set("value", value);
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok || value !== asked) return;
    const { ok, text } = await answer.json();
    shown.textContent = text;
    shown.classList.add(ok ? "good" : "bad");
  });
  input.addEventListener("input", check);
  if (input.value) check();
}

// <input data-slug-of="id of another input">: is suggested from it until the user types here.
for (const slug of document.querySelectorAll("input[data-slug-of]")) {
  const source = document.getElementById(slug.dataset.slugOf);
  let isOwn = Boolean(slug.value);
  slug.addEventListener("input", (event) => { if (event.isTrusted) isOwn = Boolean(slug.value); });
  source.addEventListener("input", () => {
    if (isOwn) return;
    slug.value = source.value.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase()
      .replace(/[^a-z0-9]+/g, "-").slice(0, 40).replace(/^-+|-+$/g, "");
    slug.dispatchEvent(new Event("input"));
  });
}

// <section id="progress" data-refresh="500">: is fetched again after so many milliseconds, until it says no more.
// data-refresh-from="/address": from there, on a page that has answered a form.
// data-then="id of a form": is sent once the part is there, as the last thing that a page waits for.
async function refresh(part) {
  await new Promise((done) => setTimeout(done, Number(part.dataset.refresh)));
  const answer = await fetch(part.dataset.refreshFrom ?? location.href, { headers: { "X-Requested-With": "fetch" } }).catch(() => null);
  if (!answer) return refresh(part);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById(part.id);
  // Another page, such as that of a sign-in, or the one at the end.
  if (!answer.ok || !fresh) return location.assign(part.dataset.refreshFrom ?? location.href);
  part.replaceWith(fresh);
  document.getElementById(fresh.dataset.then)?.requestSubmit();
  if (fresh.dataset.refresh) refresh(fresh);
}
for (const part of document.querySelectorAll("[data-refresh]")) refresh(part);
for (const part of document.querySelectorAll("[data-then]:not([data-refresh])")) {
  document.getElementById(part.dataset.then)?.requestSubmit();
}
