// Asks the browser for a passkey, to make one or to sign with one, and sends its answer with the form.
"use strict";

const form = document.getElementById("passkey-form");
const asked = JSON.parse(document.getElementById("passkey-asked").textContent);
const trouble = document.getElementById("passkey-trouble");

async function ask() {
    if (form.dataset.does === "create") {
        const publicKey = PublicKeyCredential.parseCreationOptionsFromJSON(asked);
        return navigator.credentials.create({ publicKey });
    }
    return navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked) });
}

form.addEventListener("submit", async (event) => {
    event.preventDefault();
    trouble.hidden = true;
    try {
        const key = await ask();
        form.elements.answer.value = JSON.stringify(key.toJSON());
        form.submit();
    } catch {
        trouble.hidden = false;
    }
});
