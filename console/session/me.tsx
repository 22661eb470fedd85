/** Who is signed in, for every component below. */
import { createContext, useContext, type ReactNode } from 'react';
import type { Role } from '../../client/roles.js';
import { useRead } from '../http/read.js';
import { Loading, Trouble } from '../parts/states.js';
import { holds, type Me } from './roles.js';

const Context = createContext<Me | undefined>(undefined);

/** Shows what is below once the gateway has said who is signed in. */
export function WithMe({ children }: { readonly children: ReactNode }) {
  const me = useRead<Me>('/api/me');
  if (me.isPending) return <Loading label="Signing in" />;
  if (me.isError) return <Trouble error={me.error} retry={() => void me.refetch()} />;
  return <Context value={me.data}>{children}</Context>;
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
