// A separate file, since the page allows no inline scripts.
const container = document.getElementById("documents");
document.getElementById("base").textContent = location.origin;

// Swagger UI's own dark colours; those of the rest are in docs.css.
const dark = matchMedia("(prefers-color-scheme: dark)");
const followScheme = () => document.documentElement.classList.toggle("dark-mode", dark.matches);
dark.addEventListener("change", followScheme);
followScheme();

// A key that was entered stays for the other version and for a reload, until the tab is closed. Each API has its own.
const kept = `authorization of ${new URL(container.dataset.url, location.href).searchParams.get("api")}`;
const keepKey = () => ({
  statePlugins: {
    auth: {
      wrapActions: {
        authorize: (original) => (given) => {
          sessionStorage.setItem(kept, JSON.stringify(given));
          return original(given);
        },
        logout: (original) => (names) => {
          sessionStorage.removeItem(kept);
          return original(names);
        },
      },
    },
  },
});

for (const button of document.querySelectorAll("button.copy")) {
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copies).textContent);
    button.textContent = "Copied";
    setTimeout(() => { button.textContent = "Copy"; }, 2000);
  });
}

const ui = SwaggerUIBundle({
  plugins: [keepKey],
  onComplete: () => {
    const given = sessionStorage.getItem(kept);
    if (given !== null) ui.authActions.authorize(JSON.parse(given));
  },
  url: container.dataset.url,
  domNode: container,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  filter: false,
  // Off: it would send the document to an external server.
  validatorUrl: null,
  tryItOutEnabled: false,
});

// What Swagger UI leaves out for people who don't use a mouse or a screen: names of fields and of landmarks.
const nameElements = (selector, nameOf) => {
  for (const element of container.querySelectorAll(`${selector}:not([aria-label])`)) {
    element.setAttribute("aria-label", nameOf(element));
  }
};
new MutationObserver(() => {
  nameElements("tr[data-param-name] :is(select, input, textarea)", (field) => field.closest("tr").dataset.paramName);
  nameElements("textarea.body-param__text", () => "Request body");
  nameElements("table.responses-table", (table) => `Responses: ${table.id.replace(/_responses$/, "")}`);
  for (const code of container.querySelectorAll("pre.microlight:not([tabindex])")) code.tabIndex = 0;
}).observe(container, { childList: true, subtree: true });
