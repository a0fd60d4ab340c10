// The kiosk's own process holds the device's key. This asks it to sign a challenge of the server.
const API = "/api/v1";

async function post(url, body, headers = {}) {
  const answer = await fetch(url, {
    method: "POST",
    headers: { "Content-Type": "application/json", ...headers },
    body: JSON.stringify(body),
    cache: "no-store",
  });
  if (!answer.ok) throw new Error(`${answer.status}`);
  return answer.json();
}

/** What the agent signed for `purpose`: device_id, challenge, iat, jti, signature. */
export async function signed(agent, purpose) {
  const { challenge } = await post(`${API}/device-sessions/challenge`, {}, { "X-Errand": "1" });
  return { challenge, ...(await post(`${agent}/sign`, { purpose, challenge })) };
}

/** A session of this device, as a cookie. */
export async function openSession(agent) {
  const lang = document.documentElement.lang;
  await post(`${API}/device-sessions`, { ...(await signed(agent, "session")), lang }, { "X-Errand": "1" });
}
