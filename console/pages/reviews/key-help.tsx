/** The keys of the inbox, for whoever asks. */
import { Button, Kbd, Table } from '@mantine/core';
import { Dialog } from '../../parts/dialog.js';
import { IconKeyboard } from '../../parts/icons.js';
import { KEYS } from './keys.js';

/** A button, and the table that it opens; `?` opens it too. */
export function KeyHelp({
  opened,
  onChange,
}: {
  readonly opened: boolean;
  readonly onChange: (opened: boolean) => void;
}) {
  return (
    <>
      <Button
        variant="default"
        size="xs"
        leftSection={<IconKeyboard size={16} aria-hidden />}
        onClick={() => onChange(true)}
      >
        Keys
      </Button>
      <Dialog opened={opened} onClose={() => onChange(false)} title="Keys" size="md">
        <Table aria-label="Keys">
          <Table.Tbody>
            {KEYS.map(([key, does]) => (
              <Table.Tr key={key}>
                <Table.Th scope="row" w={110}>
                  <Kbd>{key}</Kbd>
                </Table.Th>
                <Table.Td>{does}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Dialog>
    </>
  );
}
