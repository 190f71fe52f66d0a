// A provider of identities with made-up people, for tests and for `make run CLINIC=1`: the certified
// oidc-provider with sign-in pages that ask for no password. It belongs on loopback and nowhere else.

import { createServer } from "node:http";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import Provider from "oidc-provider";

const LOOPBACK = "127.0.0.1";
const PEOPLE = {
  "camille.moreau": {
    name: "Dr Camille Moreau",
    roles: ["practitioner"],
    unit: "Neuropaediatrics",
  },
  "nadia.haddad": {
    name: "Dr Nadia Haddad",
    roles: ["practitioner", "researcher"],
    unit: "Child psychiatry",
  },
  "alex.petit": {
    name: "Alex Petit",
    roles: ["administrator", "auditor"],
    unit: "Administration",
  },
  // Nobody has said yet what they do here.
  "robin.garnier": {
    name: "Robin Garnier",
    roles: [],
    unit: "Child psychiatry",
  },
};

const asked = JSON.parse(process.env.EPEDICARE_MADE_UP_PROVIDER);
const { port, clientId, clientSecret, serviceUrl } = asked;
const algorithm = asked.algorithm ?? "RS256";
const signsUserinfo = asked.signsUserinfo ?? false;
const issuer = `http://${LOOPBACK}:${port}`;

/** New ones at each start: nothing that it has signed outlives it. */
function keys() {
  const pairs = [
    ["RS256", generateKeyPairSync("rsa", { modulusLength: 2048 })],
    ["ES256", generateKeyPairSync("ec", { namedCurve: "P-256" })],
  ];
  return pairs.map(([alg, { privateKey }]) => ({
    ...privateKey.export({ format: "jwk" }),
    alg,
    use: "sig",
    kid: randomBytes(8).toString("hex"),
  }));
}

const provider = new Provider(issuer, {
  jwks: { keys: keys() },
  cookies: { keys: [randomBytes(32).toString("hex")] },
  clients: [
    {
      client_id: clientId,
      client_secret: clientSecret,
      redirect_uris: [`${serviceUrl}/api/v1/sign-in/callback`],
      post_logout_redirect_uris: [`${serviceUrl}/`],
      backchannel_logout_uri: `${serviceUrl}/api/v1/sign-in/back-channel-logout`,
      backchannel_logout_session_required: true,
      id_token_signed_response_alg: algorithm,
      ...(signsUserinfo && { userinfo_signed_response_alg: algorithm }),
    },
  ],
  claims: { openid: ["sub"], profile: ["name"], clinic: ["roles", "unit"] },
  scopes: ["openid", "profile", "clinic"],
  acrValues: ["eidas1"],
  features: {
    devInteractions: { enabled: false },
    backchannelLogout: { enabled: true },
    jwtUserinfo: { enabled: true },
    rpInitiatedLogout: { enabled: true, logoutSource: askWhetherToSignOut },
  },
  pkce: { required: () => true },
  ttl: { AccessToken: 60, AuthorizationCode: 30, IdToken: 120, Interaction: 900, Session: 43200 },
  interactions: { url: (_, { uid }) => `/interaction/${uid}` },
  findAccount: (_, id) => (PEOPLE[id] ? { accountId: id, claims: () => ({ sub: id, ...PEOPLE[id] }) } : undefined),
  loadExistingGrant: grantWhatIsAsked,
  renderError: (ctx, out) => {
    ctx.type = "html";
    ctx.body = page("This did not work", `<p>${escaped(out.error_description ?? out.error)}</p>`);
  },
  // Its own refuses loopback, where all of this stands.
  fetch: (url, { dispatcher, ...options }) => fetch(url, options),
});

async function grantWhatIsAsked(ctx) {
  const { client, session, params, provider } = ctx.oidc;
  const grant = new provider.Grant({ accountId: session.accountId, clientId: client.clientId });
  grant.addOIDCScope(params.scope);
  await grant.save();
  return grant;
}

function askWhetherToSignOut(ctx, form) {
  ctx.body = page(
    "Sign out",
    `${form}<p><button form="op.logoutForm" name="logout" value="yes">Yes, sign me out</button></p>`,
  );
}

async function interaction(request, response) {
  const details = await provider.interactionDetails(request, response);
  if (request.method === "GET") {
    const buttons = Object.entries(PEOPLE).map(
      ([id, { name }]) => `<p><button name="login" value="${id}">${escaped(name)}</button></p>`,
    );
    const body = `<form method="post" action="/interaction/${details.uid}">${buttons.join("")}
      <p><button name="cancel" value="yes">Cancel</button></p></form>`;
    response.writeHead(200, { "content-type": "text/html; charset=utf-8" });
    response.end(page("Made-up clinic: who are you?", body));
    return;
  }
  const form = new URLSearchParams(await bodyOf(request));
  const accountId = form.get("login");
  const result = PEOPLE[accountId]
    ? { login: { accountId, acr: "eidas1" } }
    : { error: "access_denied", error_description: "cancelled" };
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
}

async function bodyOf(request) {
  let body = "";
  for await (const part of request) body += part;
  return body;
}

function page(title, body) {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>${title}</title>
    <body><h1>${title}</h1>${body}</body></html>`;
}

function escaped(text) {
  return String(text).replace(/[&<>"']/g, (letter) => `&#${letter.charCodeAt(0)};`);
}

const standard = provider.callback();
createServer((request, response) => {
  if (!request.url.startsWith("/interaction/")) {
    standard(request, response);
    return;
  }
  interaction(request, response).catch(() => {
    response.writeHead(400, { "content-type": "text/html; charset=utf-8" });
    response.end(page("This sign-in is over", "<p>Go back to the service and begin again.</p>"));
  });
}).listen(port, LOOPBACK);
