/** The fields that cut a list. */
import { Button, Checkbox, Group, MultiSelect, Pill, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useState } from 'react';
import type { LifecycleView } from '../../../client/lifecycle-views.js';
import type { ListSort } from '../../../client/views.js';
import { inWords } from '../../words/words.js';
import type { Filter, FilterName } from './filter.js';

const SORTS: readonly { readonly value: ListSort; readonly label: string }[] = [
  { value: 'age', label: 'Longest in its state' },
  { value: 'deadline', label: 'Earliest deadline' },
  { value: 'amount', label: 'Largest open amount' },
  { value: 'updated', label: 'Changed last' },
];

const AGES: readonly { readonly value: string; readonly label: string }[] = [
  { value: 'PT1H', label: 'an hour' },
  { value: 'P1D', label: 'a day' },
  { value: 'P3D', label: 'three days' },
  { value: 'P7D', label: 'a week' },
  { value: 'P30D', label: 'thirty days' },
  { value: 'P90D', label: 'ninety days' },
];

/** What has no field of its own is shown with its value, and can be taken away. */
const OTHERS: readonly FilterName[] = [
  'overdue',
  'catastrophe',
  'owner',
  'waitsFor',
  'reason',
  'deferredBy',
  'enteredSince',
  'updatedSince',
  'dueBefore',
];
const FLAGS = [
  ['late', 'Late'],
  ['attention', 'Needs attention'],
] as const;

/** A pause in typing after which is searched, in milliseconds. */
const TYPING_MS = 300;

/** The bar. */
export function FilterBar({
  filter,
  sort,
  lifecycles,
  onChange,
  onClear,
}: {
  readonly filter: Filter;
  readonly sort: ListSort;
  readonly lifecycles: readonly LifecycleView[];
  readonly onChange: (changes: Partial<Record<FilterName | 'sort', string | undefined>>) => void;
  readonly onClear: () => void;
}) {
  const table = lifecycles.find(({ lifecycle }) => lifecycle === filter.lifecycle);
  const ages = AGES.some(({ value }) => value === filter.longerThan)
    ? AGES
    : [...AGES, ...(filter.longerThan === undefined ? [] : [{ value: filter.longerThan, label: filter.longerThan }])];
  return (
    <Group
      component="form"
      role="search"
      aria-label="Filter"
      align="flex-end"
      gap="sm"
      onSubmit={(event) => event.preventDefault()}
    >
      <SearchField value={filter.text ?? ''} onChange={(text) => onChange({ text })} />
      <Select
        label="Lifecycle"
        w={150}
        clearable
        placeholder="all"
        data={lifecycles.map(({ lifecycle }) => ({ value: lifecycle, label: inWords(lifecycle) }))}
        value={filter.lifecycle ?? null}
        onChange={(lifecycle) => onChange({ lifecycle: lifecycle ?? undefined, state: undefined })}
      />
      {table && (
        <MultiSelect
          label="State"
          miw={220}
          maw={420}
          clearable
          searchable
          placeholder={filter.state === undefined ? 'all' : undefined}
          data={table.states.map(({ state }) => ({ value: state, label: inWords(state) }))}
          value={filter.state?.split(',') ?? []}
          onChange={(states) => onChange({ state: states.join(',') })}
        />
      )}
      <Select
        label="In its state for more than"
        w={190}
        clearable
        placeholder="any time"
        data={ages}
        value={filter.longerThan ?? null}
        onChange={(longerThan) => onChange({ longerThan: longerThan ?? undefined })}
      />
      <Select
        label="Open or closed"
        w={130}
        clearable
        placeholder="both"
        data={[
          { value: 'false', label: 'Open' },
          { value: 'true', label: 'Closed' },
        ]}
        value={filter.closed ?? null}
        onChange={(closed) => onChange({ closed: closed ?? undefined })}
      />
      <Select
        label="Order"
        w={190}
        allowDeselect={false}
        data={SORTS}
        value={sort}
        onChange={(order) => onChange({ sort: order === 'age' ? undefined : (order ?? undefined) })}
      />
      {FLAGS.map(([name, label]) => (
        <Checkbox
          key={name}
          mb={8}
          label={label}
          checked={filter[name] === 'true'}
          onChange={(event) => onChange({ [name]: event.currentTarget.checked ? 'true' : undefined })}
        />
      ))}
      {OTHERS.filter((name) => filter[name] !== undefined).map((name) => (
        <Pill
          key={name}
          size="lg"
          mb={4}
          withRemoveButton
          removeButtonProps={{ 'aria-label': `Take away: ${inWords(name)}`, 'aria-hidden': false, tabIndex: 0 }}
          onRemove={() => onChange({ [name]: undefined })}
        >
          {inWords(name)}: {filter[name]}
        </Pill>
      ))}
      {Object.keys(filter).length > 0 && (
        <Button variant="subtle" onClick={onClear}>
          Clear
        </Button>
      )}
    </Group>
  );
}

/** Searches while one types, and follows the address. */
function SearchField({
  value,
  onChange,
}: {
  readonly value: string;
  readonly onChange: (text: string | undefined) => void;
}) {
  const [text, setText] = useState(value);
  useEffect(() => setText(value), [value]);
  // One letter finds everything: the search begins with two.
  const search = useDebouncedCallback((asked: string) => onChange(asked.length > 1 ? asked : undefined), TYPING_MS);
  return (
    <TextInput
      label="Number"
      w={190}
      placeholder="any part of it"
      value={text}
      onChange={({ currentTarget: { value: typed } }) => {
        setText(typed);
        search(typed.trim());
      }}
    />
  );
}
