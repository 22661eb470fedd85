/** Declaring a catastrophe, and closing one. */
import { Text } from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useState } from 'react';
import { useLocation } from 'wouter';
import type { CatastropheChanged, CatastropheView } from '../../../client/catastrophes.js';
import { bodyOf, useDescription } from '../../http/body.js';
import { request } from '../../http/request.js';
import { useWrite } from '../../http/write.js';
import { Dialog, OrderForm } from '../../parts/dialog.js';
import { Fields } from '../../parts/form/fields.js';
import { initialOf, without, type Schema } from '../../parts/form/schema.js';
import { Read } from '../../parts/states.js';

/** The API's path of all of them. */
const PATH = '/api/catastrophes';

/** Asks for what is declared, as the API describes it. */
export function DeclareDialog({ onClose }: { readonly onClose: () => void }) {
  const description = useDescription();
  return (
    <Dialog opened onClose={onClose} title="Declare a catastrophe">
      <Read of={description} label="Preparing the form">
        {(api) => <Declaration schema={without(bodyOf(api, 'post', PATH), { actor: undefined })} onClose={onClose} />}
      </Read>
    </Dialog>
  );
}

function Declaration({ schema, onClose }: { readonly schema: Schema; readonly onClose: () => void }) {
  const [data, setData] = useState<unknown>(() => initialOf(schema));
  const [, navigate] = useLocation();
  const order = useWrite(
    (_: void, idempotencyKey) => request<CatastropheChanged>(PATH, { method: 'POST', body: data, idempotencyKey }),
    ({ catastrophe: { code, name } }) => {
      notifications.show({ title: name, message: 'It is declared: from now on the claims that it met bear its name.' });
      onClose();
      navigate(`/catastrophes/${encodeURIComponent(code)}`);
    },
  );
  return (
    <OrderForm order={order} label="Declare" onCancel={onClose}>
      <Text size="sm">
        New claims with a date of loss and a place in it bear its name, and may be let in at a rate that the fleet
        carries. A declaration stays as it is: to change one, close it and declare another.
      </Text>
      <Fields schema={schema} value={data} onChange={setData} />
    </OrderForm>
  );
}

/** Asks whether it is meant. */
export function CloseDialog({
  catastrophe: { code, name },
  onClose,
}: {
  readonly catastrophe: CatastropheView;
  readonly onClose: () => void;
}) {
  const order = useWrite(
    (_: void, idempotencyKey) =>
      request<CatastropheChanged>(`${PATH}/${encodeURIComponent(code)}/close`, {
        method: 'POST',
        body: {},
        idempotencyKey,
      }),
    () => {
      notifications.show({ title: name, message: 'It is closed.' });
      onClose();
    },
  );
  return (
    <Dialog opened onClose={onClose} title={`Close ${name}`}>
      <OrderForm order={order} label="Close it" onCancel={onClose}>
        <Text size="sm">
          From then on no new claim bears its name. All of its claims have to be closed first; it cannot be opened
          again.
        </Text>
      </OrderForm>
    </Dialog>
  );
}
