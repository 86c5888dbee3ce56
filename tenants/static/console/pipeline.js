// The pipeline of a position beyond HTML: the card at the side, and moving by mouse, finger and keyboard.
// Without it, a candidate is opened and moved on a page of its own.
"use strict";

const pipeline = document.querySelector("[data-pipeline]");
const board = pipeline.querySelector(".board");
const side = pipeline.querySelector(".side");
const mayMove = "moves" in pipeline.dataset;

function say(text) {
  const said = document.getElementById("said");
  said.textContent = text;
  said.hidden = !text;
}

const columnOf = (place) => board.querySelector(`[data-place="${place}"]`);
const cardsOf = (column) => [...column.querySelectorAll("li a")];

function count(column, change) {
  const badge = column.querySelector(".badge");
  badge.textContent = Number(badge.textContent) + change;
}

// Shows a candidate where the server says it is.
function put(link, place) {
  const from = link.closest("section"), to = columnOf(place);
  if (!to || from === to) return;
  count(from, -1);
  count(to, 1);
  to.querySelector("ol").prepend(link.parentElement);
}

// Asks for a page; returns it, or null after it has said what was wrong.
async function ask(address, options) {
  const answer = await fetch(address, options).catch(() => null);
  if (!answer) return say("The server can't be reached; nothing was changed.");
  // A session that has ended leads to the page of the sign-in.
  if (new URL(answer.url).pathname.startsWith("/sign-in")) return location.assign(location.href);
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  if (!answer.ok && !page.querySelector("[data-card]")) return say(`${page.querySelector("h1")?.textContent ?? answer.status}.`);
  return page;
}

async function send(link, form) {
  const page = await ask(link.href, { method: "POST", body: new URLSearchParams(form) });
  const card = page?.querySelector("[data-card]");
  if (!card) return null;
  put(link, card.dataset.place);
  say(page.querySelector(".flash.success span")?.textContent ?? "");
  return card;
}

function move(link, place) {
  const form = { csrfmiddlewaretoken: pipeline.querySelector("[name=csrfmiddlewaretoken]").value, action: "move", stack: place };
  return send(link, form).then((card) => {
    if (card && !side.hidden) fill(card, link);
    link.focus();
    link.scrollIntoView({ block: "nearest", inline: "nearest" });
  });
}

// Rejecting takes a reason, which is asked for at the side.
function drop(link, place) {
  if (place === link.closest("section").dataset.place) return null;
  return place === "rejected" ? open(link, true) : move(link, place);
}

let shown = null;
function fill(card, link) {
  shown?.removeAttribute("aria-current");
  shown = link;
  link.setAttribute("aria-current", "true");
  const close = document.createElement("button");
  close.type = "button";
  close.className = "button compact";
  close.textContent = "Close";
  close.addEventListener("click", () => {
    side.hidden = true;
    link.removeAttribute("aria-current");
    link.focus();
  });
  side.replaceChildren(close, document.adoptNode(card));
  side.hidden = false;
}

async function open(link, rejects = false) {
  say("");
  const card = (await ask(link.href))?.querySelector("[data-card]");
  if (!card) return;
  fill(card, link);
  const details = side.querySelector("details");
  if (rejects && details) {
    details.open = true;
    details.querySelector("input:not([type=hidden])").focus();
  } else side.focus();
}

let wasDragged = false;
board.addEventListener("click", async (event) => {
  const link = event.target.closest("a");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  if ("more" in link.dataset) {
    event.preventDefault();
    const place = link.closest("section").dataset.place;
    const part = (await ask(link.href))?.querySelector(`[data-place="${place}"]`);
    if (!part || !link.isConnected) return;
    const there = new Set(cardsOf(board).map((one) => one.href));
    const fresh = [...part.querySelectorAll("li")].map((one) => document.adoptNode(one)).filter((one) => !there.has(one.firstElementChild.href));
    link.closest("section").querySelector("ol").append(...fresh);
    const next = part.querySelector("[data-more]");
    if (next) link.setAttribute("href", next.getAttribute("href")); else link.remove();
    fresh[0]?.firstElementChild.focus();
  } else if (link.closest("li")) {
    event.preventDefault();
    if (!wasDragged) open(link);
    wasDragged = false;
  }
});

side.addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target, link = shown;
  if (form.ariaBusy === "true") return;
  form.ariaBusy = "true";
  const card = await send(link, new FormData(form));
  form.ariaBusy = null;
  if (card) { fill(card, link); side.focus(); }
});
side.addEventListener("keydown", (event) => {
  if (event.key === "Escape") side.querySelector("button").click();
});

// Arrow keys go from card to card; Shift with left or right moves the card.
board.addEventListener("keydown", (event) => {
  const link = event.target.closest("li a");
  if (!link || !event.key.startsWith("Arrow") || event.ctrlKey || event.altKey || event.metaKey) return;
  event.preventDefault();
  const columns = [...board.children], column = link.closest("section");
  const nth = cardsOf(column).indexOf(link), step = ["ArrowLeft", "ArrowUp"].includes(event.key) ? -1 : 1;
  if (event.key === "ArrowUp" || event.key === "ArrowDown") return cardsOf(column)[nth + step]?.focus();
  let at = columns.indexOf(column) + step;
  if (event.shiftKey) return mayMove && columns[at] ? drop(link, columns[at].dataset.place) : null;
  while (columns[at] && !cardsOf(columns[at]).length) at += step;
  const there = columns[at] ? cardsOf(columns[at]) : [];
  there[Math.min(nth, there.length - 1)]?.focus();
});

// Dragging: a mouse or a pen begins it by moving, a finger by holding the card, because a finger that moves scrolls.
const FAR = 6, HOLD_MS = 350, EDGE = 40, STEP = 14;
let drag = null;
function begin() {
  drag.isMoving = true;
  drag.link.parentElement.classList.add("dragged");
  scrollAtEdges();
}
function end() {
  if (!drag) return null;
  clearTimeout(drag.hold);
  drag.link.parentElement.classList.remove("dragged");
  drag.link.parentElement.style.translate = "";
  drag.over?.classList.remove("over");
  const ended = drag;
  drag = null;
  return ended;
}
function follow() {
  const { link, x, y, atX, atY, left, top } = drag;
  link.parentElement.style.translate = `${atX - x + board.scrollLeft - left}px ${atY - y + scrollY - top}px`;
  const over = document.elementFromPoint(atX, atY)?.closest(".board > section") ?? null;
  if (over === drag.over) return;
  drag.over?.classList.remove("over");
  over?.classList.add("over");
  drag.over = over;
}
// The board goes on moving while the card is held at its edge.
function scrollAtEdges() {
  if (!drag) return;
  const edges = board.getBoundingClientRect();
  const step = drag.atX > edges.right - EDGE ? STEP : drag.atX < edges.left + EDGE ? -STEP : 0;
  if (step) {
    board.scrollLeft += step;
    follow();
  }
  requestAnimationFrame(scrollAtEdges);
}
if (mayMove) {
  board.addEventListener("dragstart", (event) => event.preventDefault());
  // Neither the menu of a link that is held, nor scrolling, while a finger holds a card.
  board.addEventListener("contextmenu", (event) => { if (drag?.isTouch) event.preventDefault(); });
  board.addEventListener("touchmove", (event) => { if (drag?.isMoving && event.cancelable) event.preventDefault(); }, { passive: false });
  board.addEventListener("pointerdown", (event) => {
    const link = event.target.closest("li a");
    wasDragged = false;
    if (!link || event.button || drag) return;
    const { pointerId: id, clientX: x, clientY: y } = event, isTouch = event.pointerType === "touch";
    drag = { link, id, x, y, atX: x, atY: y, left: board.scrollLeft, top: scrollY, over: null, isMoving: false, isTouch };
    if (isTouch) drag.hold = setTimeout(begin, HOLD_MS);
  });
  addEventListener("pointermove", (event) => {
    if (event.pointerId !== drag?.id) return;
    drag.atX = event.clientX;
    drag.atY = event.clientY;
    const isFar = Math.hypot(drag.atX - drag.x, drag.atY - drag.y) > FAR;
    if (!drag.isMoving && isFar) return drag.isTouch ? end() : (begin(), follow());
    if (drag.isMoving) follow();
  });
  addEventListener("pointerup", (event) => {
    if (event.pointerId !== drag?.id) return;
    const { link, over, isMoving } = end();
    wasDragged = isMoving;
    if (isMoving && over) drop(link, over.dataset.place);
  });
  addEventListener("pointercancel", (event) => { if (event.pointerId === drag?.id) end(); });
  addEventListener("keydown", (event) => { if (event.key === "Escape" && end()?.isMoving) wasDragged = true; });
}
