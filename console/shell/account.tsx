/** Who is signed in, the colour scheme, and the way out. */
import { ActionIcon, Button, Menu, Text, useComputedColorScheme, useMantineColorScheme } from '@mantine/core';
import { IconLogout, IconMoon, IconSun, IconUser } from '../parts/icons.js';
import { useMe } from '../session/me.js';
import { useLeave } from '../session/leave.js';
import { inWords } from '../words/words.js';

/** The right end of the header. */
export function Account() {
  const me = useMe();
  const leave = useLeave();
  const { setColorScheme } = useMantineColorScheme();
  const dark = useComputedColorScheme('light') === 'dark';
  const Scheme = dark ? IconSun : IconMoon;
  return (
    <>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={dark ? 'Light colours' : 'Dark colours'}
        onClick={() => setColorScheme(dark ? 'light' : 'dark')}
      >
        <Scheme size={18} aria-hidden />
      </ActionIcon>
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <Button variant="default" size="sm" px="sm" aria-label={`Signed in as ${me.name ?? me.id}`}>
            <IconUser size={16} aria-hidden />
            <Text span size="sm" ml={6} visibleFrom="sm">
              {me.name ?? me.id}
            </Text>
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {me.id}: {me.roles.map(roleInWords).join(', ')}
          </Menu.Label>
          <Menu.Item leftSection={<IconLogout size={16} aria-hidden />} onClick={leave}>
            Sign out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </>
  );
}

/** `operator:claim` → `operator of claims`. */
function roleInWords(role: string): string {
  const [name = '', lifecycle] = role.split(':');
  return lifecycle === undefined ? inWords(name) : `${inWords(name)} (${lifecycle})`;
}
