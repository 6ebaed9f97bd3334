// Passkeys: ask the server what to ask for, the device for its answer, and send that as the form that it is.
"use strict";

const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0));
const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer)))
  .replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");

async function asked({ dataset, elements }) {
  const body = new URLSearchParams({ purpose: dataset.purpose, csrf_token: elements.csrf_token.value });
  const answer = await fetch(dataset.options, { method: "POST", body });
  if (!answer.ok) throw new Error("not told what to ask for");
  const options = await answer.json(), { user, allowCredentials, excludeCredentials } = options;
  options.challenge = bytes(options.challenge);
  for (const one of [user, allowCredentials, excludeCredentials].flat()) if (one) one.id = bytes(one.id);
  return options;
}

function written({ id, rawId, type, response: said }) {
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const response = Object.fromEntries(parts.filter((part) => said[part]).map((part) => [part, text(said[part])]));
  return JSON.stringify({ id, rawId: text(rawId), type, response });
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  const failed = form.querySelector("[role=alert]"), button = form.querySelector("button");
  form.hidden = !window.PublicKeyCredential;
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    failed.hidden = button.disabled = true;
    try {
      const publicKey = await asked(form);
      const key = await navigator.credentials[form.dataset.passkey]({ publicKey });
      form.elements.credential.value = written(key);
      form.submit();
    } catch {
      failed.hidden = button.disabled = false;
      button.focus();
    }
  });
}
