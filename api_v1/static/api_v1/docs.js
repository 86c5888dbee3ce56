// A file of its own, since the page allows no inline scripts.
const place = document.getElementById("documents");
document.getElementById("base").textContent = location.origin;
SwaggerUIBundle({
  url: place.dataset.url,
  domNode: place,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  displayRequestDuration: true,
  defaultModelsExpandDepth: 0,
  docExpansion: "list",
  filter: false,
  // Off: it would ask somebody else's server what it thinks of the document.
  validatorUrl: null,
  tryItOutEnabled: false,
});
