// A separate file, since the page allows no inline scripts.
const container = document.getElementById("documents");
document.getElementById("base").textContent = location.origin;
SwaggerUIBundle({
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
