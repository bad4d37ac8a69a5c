// What the pages do better with a script: GOV.UK Frontend's components, and parts of a page that
// are brought anew without the rest of it. Every link and form works whole without.
import { createAll, ErrorSummary, initAll } from "/static/govuk/govuk-frontend.min.js";
import "/static/htmx/htmx.esm.min.js";

initAll();

const followed = (ctx) => ctx.sourceElement.matches("a, form");

document.addEventListener("htmx:before:response", (event) => {
  const { ctx } = event.detail;
  const { raw, status } = ctx.response;
  if (!raw.redirected && (status < 400 || status === 422)) return;
  // Not the page that was asked for: signed out, or a failure. It is gone to as a page of its own.
  event.preventDefault();
  if (raw.redirected || followed(ctx)) window.location.assign(raw.url);
});

document.addEventListener("htmx:error", ({ detail: { ctx } }) => {
  if (ctx && followed(ctx)) window.location.assign(ctx.request.action);
});

document.addEventListener("htmx:after:swap", ({ detail: { ctx } }) => {
  if (!followed(ctx)) return;
  const main = document.getElementById("main-content");
  createAll(ErrorSummary, {}, main);
  const told = document.getElementById("told");
  told.textContent = "";
  const said = main.querySelector("[data-told]")?.dataset.told ?? "The page shows what you chose.";
  window.setTimeout(() => (told.textContent = said), 100);
});
