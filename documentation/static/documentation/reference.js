// Turns the list of operations into forms in which each can be tried.
"use strict";

const place = document.getElementById("viewer");
const { document: url, redirect, client } = place.dataset;
const viewer = SwaggerUIBundle({
  url,
  domNode: place,
  presets: [SwaggerUIBundle.presets.apis],
  layout: "BaseLayout",
  deepLinking: true,
  docExpansion: "none",
  validatorUrl: null,
  oauth2RedirectUrl: new URL(redirect, location.href).href,
});
viewer.initOAuth({ clientId: client, usePkceWithAuthorizationCodeGrant: true });
