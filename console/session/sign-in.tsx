/** The page that whoever is not signed in sees. */
import { Alert, Button, Center, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useLocation } from 'wouter';
import { RequestFailed } from '../http/problem.js';
import { useRead } from '../http/read.js';
import { IconUser } from '../parts/icons.js';
import { Loading, Trouble } from '../parts/states.js';
import { inWords } from '../words/words.js';
import { enterAs } from './development.js';
import { RETURN_PATH, type Provider } from './provider.js';
import { session } from './session.js';

/** Of `GET /session`: how people sign in here. */
type SignInWay =
  | {
      readonly kind: 'development';
      readonly personas: ReadonlyArray<{
        readonly id: string;
        readonly name: string;
        readonly roles: readonly string[];
      }>;
    }
  | ({ readonly kind: 'oidc' } & Provider);

/** Asks who it is; shown in place of every page. */
export function SignIn() {
  const way = useRead<SignInWay>('/session');
  const [location] = useLocation();
  const why = session.why();
  return (
    <Center component="main" mih="100dvh" p="md">
      <Paper withBorder p="xl" w="100%" maw={460} radius="lg">
        <Stack>
          <div>
            <Title order={1}>Throughline</Title>
            <Text c="dimmed">What is happening to this, why, since when, and what happens next.</Text>
          </div>
          {why && (
            <Alert role="alert" color="gray" variant="outline" title={why.problem.title}>
              {why.message}
            </Alert>
          )}
          {way.isPending && <Loading label="Asking how to sign in" />}
          {way.isError && <Trouble error={way.error} retry={() => void way.refetch()} />}
          {way.data?.kind === 'development' && <Personas personas={way.data.personas} />}
          {way.data?.kind === 'oidc' &&
            (location === RETURN_PATH ? <Returning provider={way.data} /> : <AtProvider provider={way.data} />)}
        </Stack>
      </Paper>
    </Center>
  );
}

function Personas({ personas }: Pick<Extract<SignInWay, { kind: 'development' }>, 'personas'>) {
  const enter = useMutation({ mutationFn: enterAs, onSuccess: (person) => session.begin(person) });
  return (
    <Stack gap="xs">
      <Text size="sm">
        This fleet runs on this machine alone and signs people in by itself. Choose who you are for now:
      </Text>
      {personas.map(({ id, name, roles }) => (
        <Button
          key={id}
          variant="default"
          size="lg"
          justify="flex-start"
          leftSection={<IconUser size={20} aria-hidden />}
          loading={enter.isPending && enter.variables === id}
          onClick={() => enter.mutate(id)}
        >
          <span>
            {name}{' '}
            <Text span size="sm" c="dimmed">
              {roles.map(inWords).join(', ')}
            </Text>
          </span>
        </Button>
      ))}
      {enter.isError && <Trouble error={enter.error} />}
    </Stack>
  );
}

function AtProvider({ provider }: { readonly provider: Provider }) {
  const leave = useMutation({
    mutationFn: async () => {
      const { leaveForProvider } = await import('./oidc.js');
      await leaveForProvider(provider, window.location.pathname + window.location.search);
    },
  });
  return (
    <>
      <Button size="md" loading={leave.isPending} onClick={() => leave.mutate()}>
        Sign in
      </Button>
      {leave.isError && <Trouble error={leave.error} />}
    </>
  );
}

function Returning({ provider }: { readonly provider: Provider }) {
  const [, navigate] = useLocation();
  const { mutate, isSuccess, isError, error } = useMutation({
    mutationFn: async () => {
      const { backFromProvider } = await import('./oidc.js');
      return backFromProvider(provider);
    },
    onSuccess: (back) => {
      if (!back) return;
      navigate(back.returnTo, { replace: true });
      if (back.outcome instanceof RequestFailed) session.end(back.outcome);
      else session.begin(back.outcome);
    },
  });
  useEffect(() => mutate(), [mutate]);
  if (isError) return <Trouble error={error} />;
  if (isSuccess) return <Text>This window has done its work and can be closed.</Text>;
  return <Loading label="Signing in" />;
}
