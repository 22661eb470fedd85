/** On every page while faults are set: what is seen is rehearsed. */
import { Alert, Text } from '@mantine/core';
import { Link } from 'wouter';
import { stillOn, useFaults } from '../http/faults.js';
import { IconAlertTriangle } from '../parts/icons.js';
import { useMay } from '../session/me.js';
import { counted } from '../words/words.js';

/** The banner; nothing while there are none. */
export function Rehearsal() {
  const may = useMay();
  const { data } = useFaults();
  const set = data ? stillOn(data).length : 0;
  return (
    <div role="status">
      {set > 0 && (
        <Alert
          variant="outline"
          color="gray"
          mb="md"
          icon={<IconAlertTriangle aria-hidden className="late" />}
          title="This is a rehearsal"
        >
          <Text size="sm">
            {counted(set, 'fault is', 'faults are')} set: services fail on purpose, and some of what you see comes of
            that. {may('admin') && <Link href="/faults">See them</Link>}
          </Text>
        </Alert>
      )}
    </div>
  );
}
