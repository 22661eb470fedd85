/** Setting and clearing faults. */
import { List, SegmentedControl, Stack, Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import type { FaultsView, FaultSwitch } from '../../../client/faults.js';
import { bodyOf, useDescription } from '../../http/body.js';
import { stillOn } from '../../http/faults.js';
import { request } from '../../http/request.js';
import { useWrite } from '../../http/write.js';
import { Dialog, OrderForm } from '../../parts/dialog.js';
import { Fields } from '../../parts/form/fields.js';
import { initialOf, without, type Schema } from '../../parts/form/schema.js';
import { Read } from '../../parts/states.js';
import { counted, inWords } from '../../words/words.js';
import { oftenOf } from './words.js';

/** The API's path of all of them. */
const PATH = '/api/faults';

/** An order of which everybody is told. */
function useFaultOrder(options: { readonly method: 'PUT' | 'DELETE'; readonly body?: object }, onDone: () => void) {
  return useWrite(
    (_: void, idempotencyKey) => request<FaultsView>(PATH, { ...options, idempotencyKey }),
    (answer) => {
      const set = counted(stillOn(answer).length, 'fault is', 'faults are');
      notifications.show({ title: 'Faults', message: `${set} set.` });
      onDone();
    },
  );
}

interface DialogProps {
  readonly onClose: () => void;
}

/** One switch. */
export function SetDialog({ onClose }: DialogProps) {
  const description = useDescription();
  return (
    <Dialog opened onClose={onClose} title="Set a fault">
      <Read of={description} label="Preparing the form">
        {(api) => <SetForm schema={bodyOf(api, 'put', PATH).properties?.['faults']?.items ?? {}} onClose={onClose} />}
      </Read>
    </Dialog>
  );
}

/** By chance, or for certain and then no more: a switch has exactly one of the two. */
const OFTEN = { rate: 'By chance', next: 'The next times' } as const;

function SetForm({ schema, onClose }: DialogProps & { readonly schema: Schema }) {
  const [often, setOften] = useState<keyof typeof OFTEN>('rate');
  const fields = without(schema, { [often === 'rate' ? 'next' : 'rate']: undefined });
  const [data, setData] = useState<unknown>(() => initialOf(fields));
  const order = useFaultOrder({ method: 'PUT', body: { faults: [data] } }, onClose);
  return (
    <OrderForm order={order} label="Set" onCancel={onClose}>
      <Text size="sm">It takes the place of one of the same kind at the same service and operation.</Text>
      <SegmentedControl
        aria-label="How often"
        value={often}
        onChange={(chosen) => {
          setOften(chosen);
          const { rate: _, next: __, ...rest } = data as Readonly<Record<string, unknown>>;
          setData(rest);
        }}
        data={Object.entries(OFTEN).map(([value, label]) => ({ value: value as keyof typeof OFTEN, label }))}
      />
      <Fields schema={{ ...fields, required: [...(fields.required ?? []), often] }} value={data} onChange={setData} />
    </OrderForm>
  );
}

/** What a system must bear. */
export function BadDayDialog({ badDay, onClose }: DialogProps & { readonly badDay: readonly FaultSwitch[] }) {
  const order = useFaultOrder({ method: 'PUT', body: { faults: badDay } }, onClose);
  return (
    <Dialog opened onClose={onClose} title="A bad day">
      <OrderForm order={order} label="Let it begin" onCancel={onClose}>
        <Stack gap="xs">
          <Text size="sm">In all services, until somebody clears it:</Text>
          <List size="sm">
            {badDay.map((fault) => (
              <List.Item key={fault.kind}>
                {inWords(fault.kind)}, {oftenOf(fault)}
              </List.Item>
            ))}
          </List>
        </Stack>
      </OrderForm>
    </Dialog>
  );
}

/** All of them. */
export function ClearDialog({ onClose }: DialogProps) {
  const order = useFaultOrder({ method: 'DELETE' }, onClose);
  return (
    <Dialog opened onClose={onClose} title="Clear all faults">
      <OrderForm order={order} label="Clear all" onCancel={onClose}>
        <Text size="sm">From then on nothing fails on purpose. What has failed already stays as it is.</Text>
      </OrderForm>
    </Dialog>
  );
}
