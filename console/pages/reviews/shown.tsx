/** Which of a queue's tasks are shown: everybody's, one's own, those that nobody has; overdue ones; parked ones. */
import { Checkbox, Group, Pill, SegmentedControl } from '@mantine/core';
import { useMe } from '../../session/me.js';
import { inWords } from '../../words/words.js';
import type { AddressFilter, ReviewFilterName } from './filter.js';

/** Has no field of its own; is shown and can be taken away. */
const OTHERS: readonly ReviewFilterName[] = ['lifecycle', 'state', 'dueBefore'];

/** The row of switches. */
export function Shown({
  filter,
  onChange,
}: {
  readonly filter: AddressFilter;
  readonly onChange: (changes: AddressFilter) => void;
}) {
  const me = useMe();
  const whose =
    filter.unassigned === 'true'
      ? 'nobody'
      : filter.assignee === me.id
        ? 'mine'
        : filter.assignee === undefined
          ? 'all'
          : filter.assignee;
  const choose = (value: string): void =>
    onChange({
      unassigned: value === 'nobody' ? 'true' : undefined,
      assignee: value === 'mine' ? me.id : value === 'all' || value === 'nobody' ? undefined : value,
      // Whoever stands in for somebody sees that one's work beside the own.
      delegated: value === 'mine' ? 'true' : undefined,
    });
  const others = whose === 'all' || whose === 'mine' || whose === 'nobody' ? [] : [{ value: whose, label: whose }];
  return (
    <Group>
      <SegmentedControl
        aria-label="Whose"
        value={whose}
        onChange={choose}
        data={[
          { value: 'all', label: "Everybody's" },
          { value: 'mine', label: 'Mine' },
          { value: 'nobody', label: 'Nobody has' },
          ...others,
        ]}
      />
      <Checkbox
        label="Overdue"
        checked={filter.overdue === 'true'}
        onChange={(event) => onChange({ overdue: event.currentTarget.checked ? 'true' : undefined })}
      />
      <Checkbox
        label="Parked too"
        checked={filter.parked === 'true'}
        onChange={(event) => onChange({ parked: event.currentTarget.checked ? 'true' : undefined })}
      />
      {OTHERS.filter((name) => filter[name] !== undefined).map((name) => (
        <Pill
          key={name}
          size="lg"
          withRemoveButton
          removeButtonProps={{ 'aria-label': `Take away: ${inWords(name)}`, 'aria-hidden': false, tabIndex: 0 }}
          onRemove={() => onChange({ [name]: undefined })}
        >
          {inWords(name)}: {filter[name]}
        </Pill>
      ))}
    </Group>
  );
}
