/** The development issuer of a fleet on one machine: it gives a token to whoever asks for one. */
import { send } from '../http/send.js';
import type { SignedIn } from './signed-in.js';

/** Signs in as one of its personas. @throws RequestFailed */
export async function enterAs(persona: string): Promise<SignedIn> {
  const answer = await send('/session/token', { method: 'POST', body: { persona } });
  const { token, expiresAt } = (await answer.json()) as { readonly token: string; readonly expiresAt: string };
  return { token, expiresAt, subject: persona, from: { kind: 'development' } };
}
