/** The frame around every page: where one can go, who is signed in, whether what is shown is live. */
import { AppShell, Burger, Group, NavLink, Text, Tooltip } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useEffect, type ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import type { OverviewView } from '../../client/console-views.js';
import type { Role } from '../../client/roles.js';
import { useFaults } from '../http/faults.js';
import { useLive } from '../http/live.js';
import { useRead } from '../http/read.js';
import {
  IconAlertTriangle,
  IconDashboard,
  IconHistory,
  IconInbox,
  IconList,
  IconPlugConnected,
  IconScale,
  IconServer,
  IconStorm,
  IconWifi,
  IconWifiOff,
} from '../parts/icons.js';
import { useMay } from '../session/me.js';
import { count, sum } from '../words/words.js';
import { Account } from './account.js';
import { GoTo } from './go-to.js';
import { Rehearsal } from './rehearsal.js';

interface Place {
  readonly path: string;
  readonly label: string;
  readonly icon: typeof IconDashboard;
  /** How many things wait there for somebody. */
  readonly waiting?: (overview: OverviewView) => number;
  readonly waitingFor?: string;
  /** Who finds it; default: everybody. */
  readonly forRole?: Role;
  /** Only where faults may be set. */
  readonly whereFaults?: boolean;
}

const PLACES: readonly Place[] = [
  { path: '/', label: 'Overview', icon: IconDashboard },
  { path: '/entities', label: 'Lists', icon: IconList },
  {
    path: '/reviews',
    label: 'Reviews',
    icon: IconInbox,
    waiting: ({ reviews }) => sum(reviews.map(({ overdue }) => overdue)),
    waitingFor: 'overdue',
  },
  {
    path: '/reconciliation',
    label: 'Reconciliation',
    icon: IconScale,
    waiting: ({ findings }) => findings.open,
    waitingFor: 'open',
  },
  {
    path: '/dependencies',
    label: 'Dependencies',
    icon: IconPlugConnected,
    waiting: ({ closedDependencies }) => closedDependencies.length,
    waitingFor: 'not up',
  },
  { path: '/catastrophes', label: 'Catastrophes', icon: IconStorm },
  { path: '/fleet', label: 'Fleet', icon: IconServer },
  { path: '/faults', label: 'Faults', icon: IconAlertTriangle, forRole: 'admin', whereFaults: true },
  { path: '/audit', label: 'Audit', icon: IconHistory, forRole: 'admin' },
];

/** The frame. */
export function Shell({ children }: { readonly children: ReactNode }) {
  const [opened, { toggle, close }] = useDisclosure();
  const [location] = useLocation();
  useEffect(close, [location, close]);
  return (
    <AppShell
      header={{ height: 56 }}
      navbar={{ width: 250, breakpoint: 'sm', collapsed: { mobile: !opened } }}
      padding="md"
    >
      <a href="#content" className="skip">
        Skip to the content
      </a>
      <AppShell.Header>
        <Group h="100%" px="md" gap="sm" wrap="nowrap" justify="space-between">
          <Group gap="sm" wrap="nowrap">
            <Burger
              opened={opened}
              onClick={toggle}
              hiddenFrom="sm"
              size="sm"
              aria-label={opened ? 'Close the menu' : 'Open the menu'}
              aria-expanded={opened}
            />
            <Link href="/" className="brand">
              <img src="/favicon.svg" width={26} height={26} alt="" />
              <Text span fw={700} visibleFrom="xs">
                Throughline
              </Text>
            </Link>
          </Group>
          <GoTo />
          <Group gap="xs" wrap="nowrap">
            <LiveSign />
            <Account />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs" aria-label="Pages">
        <Places />
      </AppShell.Navbar>
      <AppShell.Main id="content" tabIndex={-1}>
        <Rehearsal />
        {children}
      </AppShell.Main>
    </AppShell>
  );
}

function Places() {
  const [location] = useLocation();
  const may = useMay();
  const { data: overview } = useRead<OverviewView>(may('viewer') ? '/api/overview' : undefined);
  const faults = useFaults().data?.allowed === true;
  const shown = PLACES.filter(
    ({ forRole, whereFaults }) => (forRole === undefined || may(forRole)) && (whereFaults !== true || faults),
  );
  return shown.map(({ path, label, icon: Icon, waiting, waitingFor }) => {
    const here = path === '/' ? location === '/' : location === path || location.startsWith(`${path}/`);
    const waits = overview === undefined ? 0 : (waiting?.(overview) ?? 0);
    return (
      <NavLink
        key={path}
        component={Link}
        href={path}
        label={label}
        active={here}
        variant="light"
        aria-current={here ? 'page' : undefined}
        leftSection={<Icon size={18} aria-hidden />}
        rightSection={
          waits > 0 && (
            <Text span size="sm" fw={600} className="late">
              {count(waits)} {waitingFor}
            </Text>
          )
        }
      />
    );
  });
}

function LiveSign() {
  const live = useLive() === 'open';
  const Icon = live ? IconWifi : IconWifiOff;
  const said = live ? 'Live' : 'Connecting';
  return (
    <Tooltip label={live ? 'Changes appear by themselves' : 'Changes do not arrive now; trying again'}>
      <Group gap={4} wrap="nowrap" role="status" aria-label={live ? 'Live' : 'Not live: connecting'}>
        <Icon size={16} aria-hidden />
        <Text size="sm" visibleFrom="md">
          {said}
        </Text>
      </Group>
    </Tooltip>
  );
}
