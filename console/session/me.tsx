/** Who is signed in, for every component below. */
import { Button, Center, Stack } from '@mantine/core';
import { createContext, lazy, Suspense, useContext, useSyncExternalStore, type ReactNode } from 'react';
import type { Role } from '../../client/roles.js';
import { useRead } from '../http/read.js';
import { Loading, Trouble } from '../parts/states.js';
import { useLeave } from './leave.js';
import { holds, type Me } from './roles.js';
import { session } from './session.js';
import { SignIn } from './sign-in.js';

const Context = createContext<Me | undefined>(undefined);
const SignInAgain = lazy(() => import('./again.js'));

/** Shows what is below once the gateway has said who is signed in, and from then on until that one signs out. */
export function WithMe({ children }: { readonly children: ReactNode }) {
  const me = useRead<Me>('/api/me');
  const leave = useLeave();
  const ended = useSyncExternalStore(session.subscribe, session.snapshot) === 'ended';
  if (me.data) {
    return (
      <Context value={me.data}>
        {children}
        <Suspense>{ended && <SignInAgain />}</Suspense>
      </Context>
    );
  }
  if (ended) return <SignIn />;
  if (me.isPending) return <Loading label="Signing in" />;
  return (
    <Center mih="100dvh" p="md">
      <Stack maw={460}>
        <Trouble error={me.error} retry={() => void me.refetch()} />
        <Button variant="default" onClick={leave}>
          Sign out
        </Button>
      </Stack>
    </Center>
  );
}

/** Whoever is signed in. */
export function useMe(): Me {
  const me = useContext(Context);
  if (!me) throw new Error('nobody is signed in here');
  return me;
}

/** Whether a role is held; without a lifecycle: for any. */
export function useMay(): (role: Role, lifecycle?: string) => boolean {
  const { roles } = useMe();
  return (role, lifecycle) => holds(roles, role, lifecycle);
}
