/** The way out. */
import { useQueryClient, type QueryClient } from '@tanstack/react-query';
import { RequestFailed } from '../http/problem.js';
import { session } from './session.js';

/** Signs out here, and where an OpenID provider has signed the person in, there. */
export function useLeave(): () => void {
  const client = useQueryClient();
  return () => void leave(client);
}

async function leave(client: QueryClient): Promise<void> {
  const from = session.whose()?.from;
  session.end();
  // The next person begins with nothing of what this one has read.
  client.clear();
  if (from?.kind !== 'oidc') return;
  const { leaveProvider } = await import('./oidc.js');
  await leaveProvider(from.provider).catch((error: unknown) => {
    if (!(error instanceof RequestFailed)) throw error;
    session.end(
      new RequestFailed({
        ...error.problem,
        title: 'Signed out here, but not at the sign-in service',
        detail: `Close the browser to sign out there too. ${error.message}`,
      }),
    );
  });
}
