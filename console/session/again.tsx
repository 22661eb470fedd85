/** Signing in again over what is open, which stays as it is: nothing that somebody has typed is lost with a session. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { lazy } from 'react';
import { Trouble } from '../parts/states.js';
import { NO_LANDMARK } from '../theme.js';
import { enterAs } from './development.js';
import { useLeave } from './leave.js';
import { session } from './session.js';

/** One of them may be open. */
const ABOVE_DIALOGS = 400;

/** From here it does not close a dialog below. */
const ESCAPE_IS_OURS = { 'data-mantine-stop-propagation': true };

/** With the library for it. */
const AtProvider = lazy(() => import('./again-at-provider.js'));

/** The dialog; there while the session has ended. */
export default function SignInAgain() {
  const leave = useLeave();
  const person = session.whose();
  return (
    <Modal
      opened
      onClose={() => undefined}
      withCloseButton={false}
      closeOnEscape={false}
      closeOnClickOutside={false}
      zIndex={ABOVE_DIALOGS}
      attributes={{ content: ESCAPE_IS_OURS, header: NO_LANDMARK }}
      title="Sign in again"
    >
      <Stack>
        <Text size="sm">
          {session.why()?.message} Everything on this page stays as it is, also what you have typed.
        </Text>
        {person?.from.kind === 'oidc' && <AtProvider provider={person.from.provider} />}
        {person?.from.kind === 'development' && <AsPersona persona={person.subject} />}
        <Group>
          <Button variant="subtle" size="xs" onClick={leave} {...ESCAPE_IS_OURS}>
            Sign out, and leave it
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

function AsPersona({ persona }: { readonly persona: string }) {
  const enter = useMutation({ mutationFn: enterAs, onSuccess: (person) => session.goOn(person) });
  return (
    <>
      <Button data-autofocus loading={enter.isPending} onClick={() => enter.mutate(persona)} {...ESCAPE_IS_OURS}>
        Go on as {persona}
      </Button>
      {enter.isError && <Trouble error={enter.error} />}
    </>
  );
}
