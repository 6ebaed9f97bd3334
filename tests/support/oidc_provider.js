// A provider of accounts for tests, on loopback: npm's oidc-provider with one person, who is whoever logs in.
// node oidc_provider.js FOLDER_OF_MODULES PORT REDIRECT_URI
"use strict";

const { createRequire } = require("node:module");
const path = require("node:path");
const { pathToFileURL } = require("node:url");

const [modules, port, back] = process.argv.slice(2);
const found = createRequire(path.join(modules, "x.js")).resolve("oidc-provider");
const issuer = `http://127.0.0.1:${port}`;

const configuration = {
  clients: [{
    client_id: "tilik", client_secret: "rahasia-klien", redirect_uris: [back], grant_types: ["authorization_code"],
    response_types: ["code"], post_logout_redirect_uris: [new URL("/masuk", back).href],
  }],
  pkce: { required: () => true },
  scopes: ["openid", "email"],
  claims: { openid: ["sub", "amr"], email: ["email", "email_verified"] },
  conformIdTokenClaims: false,
  features: { devInteractions: { enabled: false } },
  interactions: { url: (_context, interaction) => `/interaction/${interaction.uid}` },
  cookies: { keys: ["only for tests"] },
  findAccount: (_context, id) => ({
    accountId: id,
    claims: () => ({ sub: id, email: `${id}@example.id`, email_verified: true }),
  }),
};

// whom the test named in the address's login_hint is logged in, and agrees to what was asked
async function agree(provider, request, response) {
  const { params, prompt } = await provider.interactionDetails(request, response);
  const accountId = params.login_hint || "bu.rekaan";
  if (prompt.name === "login") {
    return provider.interactionFinished(request, response, { login: { accountId, amr: ["pwd", "otp"] } });
  }
  const grant = new provider.Grant({ accountId, clientId: params.client_id });
  grant.addOIDCScope("openid email");
  return provider.interactionFinished(request, response, { consent: { grantId: await grant.save() } });
}

import(pathToFileURL(found)).then(({ default: Provider }) => {
  const provider = new Provider(issuer, configuration);
  const answer = provider.callback();
  require("node:http").createServer((request, response) => {
    if (!request.url.startsWith("/interaction/")) return answer(request, response);
    return agree(provider, request, response).catch((error) => response.writeHead(500).end(String(error)));
  }).listen(port, "127.0.0.1", () => console.log("ready"));
});
