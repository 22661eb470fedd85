/** Signing in again at the provider. It is a file of its own with its library, since browsers open windows only at once when asked to. */
import { Button, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { Trouble } from '../parts/states.js';
import { signInBeside } from './oidc.js';
import type { Provider } from './provider.js';
import { session } from './session.js';

/** A button that may be pressed once more: nobody tells whether the window that it has opened was closed. */
export default function AgainAtProvider({ provider }: { readonly provider: Provider }) {
  const asking = useRef<AbortController>(undefined);
  useEffect(() => () => asking.current?.abort(), []);
  const enter = useMutation({
    mutationFn: () => {
      asking.current?.abort();
      asking.current = new AbortController();
      return signInBeside(provider, asking.current.signal);
    },
    onSuccess: (person) => session.goOn(person),
  });
  return (
    <>
      <Button data-autofocus data-mantine-stop-propagation onClick={() => enter.mutate()}>
        Sign in
      </Button>
      {enter.isPending && <Text size="sm">Sign in in the window that has opened.</Text>}
      {enter.isError && <Trouble error={enter.error} />}
    </>
  );
}
